import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './run.ts';

/** Files that are made from others: the script that makes each one, called with the path to write to. */
const generated: { file: string; script: string }[] = [
  { file: 'contracts/openapi.json', script: 'tools/openapi.ts' },
  { file: 'policy/src/expression/parser.generated.ts', script: 'tools/grammar.ts' },
];

// `--check` compares what the scripts make now with what is committed (below `--against DIR` for the bad fixture); else writes.
const check = process.argv.includes('--check');
const at = process.argv.indexOf('--against');
const against = at > 0 ? join(root, process.argv[at + 1] ?? '') : root;
const dir = mkdtempSync(join(tmpdir(), 'doudi-generated-'));
let bad = 0;
for (const { file, script } of generated) {
  const target = check ? join(dir, file.replaceAll('/', '_')) : join(root, file);
  const { code, output } = await run('node', [script, target]);
  if (code !== 0) {
    console.log(`${script}: ${output}`);
    bad++;
    continue;
  }
  if (!check) continue;
  const committed = join(against, file);
  if (!existsSync(committed) || readFileSync(committed, 'utf8') !== readFileSync(target, 'utf8')) {
    console.log(`out of step: ${file} (made by ${script}); mend with: node tools/generated.ts`);
    bad++;
  }
}
rmSync(dir, { recursive: true });
process.exit(bad === 0 ? 0 : 1);
