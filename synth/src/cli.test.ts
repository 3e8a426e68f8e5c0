import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8' });
}

test('--json prints one JSON object on stdout and nothing else; progress goes to stderr', () => {
  const out = mkdtempSync(join(tmpdir(), 'doudi-synth-cli-'));
  try {
    const args = [
      '--division',
      '321324',
      '--persons',
      '800',
      '--months',
      '1',
      '--seed',
      '3',
      '--end',
      '2026-05',
      '--out',
      out,
    ];
    const { status, stdout, stderr } = run(...args, '--json');
    assert.equal(status, 0, stderr);
    const report = JSON.parse(stdout);
    assert.equal(report.persons, 800);
    assert.deepEqual(report.periods, ['2026-05']);
    assert.match(stderr, /2026-05 population: 800 records/);
    assert.ok(existsSync(join(out, 'deliveries/2026-05/school.xlsx')) && existsSync(join(out, 'truth/truth.csv')));
    assert.equal(run(...args).stdout, '');
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

test('wrong usage ends with 2, a county that cannot be made with 1', () => {
  assert.equal(run('--persons', 'many', '--out', '/nowhere').status, 2);
  assert.equal(run('--months', '2').status, 2);
  assert.equal(run('--end', '2026-13', '--out', '/nowhere').status, 2);
  const failed = run('--division', '999999', '--persons', '800', '--out', join(tmpdir(), 'doudi-synth-none'));
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /no division 999999/);
});
