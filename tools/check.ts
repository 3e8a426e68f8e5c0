import { gates } from './gates.ts';
import { run } from './run.ts';

// npm run check: types, lint, formatting, boundaries, generated files. It never fixes.
let failed = 0;
for (const gate of gates) {
  const { code, output } = await run(gate.command, gate.args);
  if (code === 0) {
    console.log(`ok      ${gate.name}`);
    continue;
  }
  failed++;
  console.log(`failed  ${gate.name}\n${output.trimEnd()}\n`);
}
console.log(failed === 0 ? 'check: ok' : `check: ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
