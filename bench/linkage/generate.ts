import { parseArgs } from 'node:util';
import { writePair } from './generator/write.ts';

// A pair of files to link, with the truth apart:
// node bench/linkage/generate.ts --left 100000 --right 100000 --seed 1 [--numbers] [--county 321324] --out DIR
const { values } = parseArgs({
  options: {
    left: { type: 'string', default: '100000' },
    right: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    numbers: { type: 'boolean', default: false },
    county: { type: 'string', default: '321324' },
    out: { type: 'string' },
  },
});
if (!values.out) throw new Error('--out DIR is missing');
console.log(
  JSON.stringify(
    writePair({
      left: Number(values.left),
      right: Number(values.right),
      seed: Number(values.seed),
      numbers: values.numbers,
      county: values.county,
      out: values.out,
    }),
  ),
);
