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
  const said = new Map<string, string>();
  for (const { rule, path, config } of badBoundaries) {
    if (!said.has(config)) {
      said.set(
        config,
        (await run('depcruise', ['--config', config, '--output-type', 'err', 'tests/gates/boundaries'])).output,
      );
    }
    const escaped = path.replaceAll('.', '\\.');
    assert.match(said.get(config) ?? '', new RegExp(`error ${rule}: ${escaped}`), `${rule} did not fire in ${path}`);
  }
});
