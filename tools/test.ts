import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { root } from './run.ts';

// npm test: every *.test.ts with reduced seeded counts; npm run nightly: the full counts that issues name.
const nightly = process.argv.includes('--nightly');
const only = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const files = globSync('{contracts,policy,server,synth,tests,tools,web}/**/*.test.ts', {
  cwd: root,
  exclude: (f) => f.includes('node_modules'),
}).sort();
const chosen = only.length > 0 ? files.filter((f) => only.some((o) => f.includes(o))) : files;
const child = spawn(
  process.execPath,
  ['--test', '--test-concurrency=2', `--test-timeout=${nightly ? 3_600_000 : 300_000}`, ...chosen],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, DOUDI_NIGHTLY: nightly ? '1' : '' },
  },
);
child.on('exit', (code) => process.exit(code ?? 1));
