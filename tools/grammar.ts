import { root, run } from './run.ts';

// Makes the parser of the policy language from its grammar, at the path given.
const out = process.argv[2] ?? 'policy/src/expression/parser.generated.ts';
const { code, output } = await run('lezer-generator', [
  '--typeScript',
  '--noTerms',
  `${root}/policy/src/expression/expression.grammar`,
  '-o',
  out,
]);
if (code !== 0) console.error(output);
process.exit(code);
