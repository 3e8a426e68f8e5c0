import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openEngine } from '../../server/src/platform/engine/index.ts';
import { measured } from '../measure.ts';
import { pythonWith } from '../python.ts';
import { writePair } from './generator/write.ts';
import { benchKnownFiles } from './known-files.ts';
import { linkFiles } from './our-linker.ts';
import { calibrationLines, noBins, type Score, scorePairs } from './score.ts';
import { normaliseForSplink } from './splink/normalise.ts';

// node bench/linkage/run.ts [--left 100000] [--right 100000] [--seeds 2] [--modes none,numbers] [--no-splink] [--no-known]
//   [--daily 10000]: our linker by its CLI over made pairs, scored; Splink (PyPI) beside it on the same pairs.
const { values } = parseArgs({
  allowNegative: true,
  options: {
    left: { type: 'string', default: '100000' },
    right: { type: 'string', default: '100000' },
    seeds: { type: 'string', default: '2' },
    modes: { type: 'string', default: 'none,numbers' },
    splink: { type: 'boolean', default: true },
    known: { type: 'boolean', default: true },
    memory: { type: 'string', default: '3072' },
    keep: { type: 'string' },
  },
});
const dir = mkdtempSync(join(tmpdir(), 'doudi-linkage-'));
const engine = await openEngine({ tempDir: dir, memoryMb: 4096 });
try {
  if (values.known) await benchKnownFiles(engine, dir);
  const python = values.splink ? await pythonWith(['splink==4.0.17', 'duckdb==1.5.5', 'pandas==2.3.3']) : undefined;
  for (const mode of values.modes.split(',')) {
    const numbers = mode === 'numbers';
    const bins = noBins();
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const out = join(dir, `${mode}-${seed}`);
      const made = writePair({
        left: Number(values.left),
        right: Number(values.right),
        seed,
        numbers,
        county: '321324',
        out,
      });
      console.log(
        `\nChinese, ${numbers ? 'with numbers (10% missing, 4% mistyped, 1% a relative’s)' : 'without any number'}, seed ${seed}: ${made.left.toLocaleString('en')} × ${made.right.toLocaleString('en')}, ${((1 - made.matches / made.right) * 100).toFixed(1)}% of the right absent on the left; names by ${made.names}`,
      );
      const own = await linkFiles(join(out, 'left.csv'), join(out, 'right.csv'), out, Number(values.memory));
      const score = await scorePairs(engine, own.pairs, join(out, 'truth.csv'), bins);
      console.log(
        `  ours    ${own.took.seconds.toFixed(1)} s in all, ${own.afterNormalising.toFixed(1)} s after normalising, peak ${own.took.peakMb} MB, ${own.compared.toLocaleString('en')} pairs compared, review by its own count ${own.review}`,
      );
      show(score, made.right, numbers);
      if (python && !numbers && seed === 1) {
        await normaliseForSplink(engine, out);
        const took = await measured(python, ['bench/linkage/splink/link.py', out]);
        if (took.code !== 0) console.log(`  Splink failed: ${took.stderr.slice(-1500)}`);
        else {
          const spent = JSON.parse(took.stdout.trim().split('\n').at(-1) ?? '') as Record<string, number>;
          console.log(
            `  Splink  ${spent.total?.toFixed(1)} s after normalising (train ${spent.train?.toFixed(1)}, predict ${spent.predict?.toFixed(1)}), peak ${took.peakMb} MB; ours / Splink ${(own.afterNormalising / (spent.total ?? 1)).toFixed(2)} (wanted < 1)`,
          );
          show(
            await scorePairs(engine, join(out, 'splink.csv'), join(out, 'truth.csv'), noBins()),
            made.right,
            numbers,
          );
        }
      }
      if (!values.keep) rmSync(out, { recursive: true });
    }
    console.log(`  stated probability of ours, pooled over ${values.seeds} seeds:`);
    for (const line of calibrationLines(bins)) console.log(line);
  }
} finally {
  engine.close();
  if (values.keep) console.log(`files kept in ${dir}`);
  else rmSync(dir, { recursive: true, force: true });
}

function show(score: Score, right: number, numbers: boolean): void {
  const { automatic, found, review, half } = score;
  const [precision, recall] = numbers ? ['.9999', '.998'] : ['.9998', '.99'];
  console.log(
    `          automatic P ${automatic.precision.toFixed(5)} (${automatic.links - automatic.right} wrong; wanted ≥ ${precision}), R ${automatic.recall.toFixed(4)} (wanted ≥ ${recall}); ` +
      `with review found ${found.toFixed(4)}${numbers ? '' : ' (wanted ≥ .995)'}, review ${((review / right) * 100).toFixed(2)}%${numbers ? '' : ' (wanted ≤ 0.5%)'}; at p ≥ .5 F1 ${half.f1.toFixed(4)}`,
  );
}
