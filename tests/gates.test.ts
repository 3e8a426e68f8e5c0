import assert from 'node:assert/strict';
import { test } from 'node:test';
import { badBoundaries, gates } from '../tools/gates.ts';
import { run } from '../tools/run.ts';

for (const gate of gates) {
  test(`the gate "${gate.name}" refuses its bad fixture`, async () => {
    const { code, output } = await run(gate.bad.command, gate.bad.args);
    assert.notEqual(code, 0, output);
    assert.match(output, gate.bad.says);
  });
}

test('each module boundary refuses its bad fixture', async () => {
  const { output } = await run('depcruise', [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err',
    'tests/gates/boundaries',
  ]);
  for (const { rule, path } of badBoundaries) {
    const escaped = path.replaceAll('.', '\\.');
    assert.match(output, new RegExp(`error ${rule}: ${escaped}`), `${rule} did not fire in ${path}`);
  }
});
