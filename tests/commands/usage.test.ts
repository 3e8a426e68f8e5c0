import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { doudi } from '../doudi.ts';

const dir = mkdtempSync(join(tmpdir(), 'doudi-usage-'));
after(() => rmSync(dir, { recursive: true, force: true }));

test('help and version end with 0', async () => {
  for (const args of [['--help'], ['--version'], ['run', '--help']])
    assert.equal((await doudi(args)).code, 0, args.join(' '));
});

test('wrong usage ends with 2 and prints nothing on stdout', async () => {
  for (const args of [
    ['nonsense'],
    ['run'],
    ['run', '--period', '2026-13'],
    ['synth', '--division', '321324', '--persons', 'many', '--out', dir],
    ['intake'],
    ['intake', join(dir, 'file.csv'), '--json', '--data', join(dir, 'd')],
    ['run', '--period', '2026-10', '--now', 'yesterday', '--data', join(dir, 'd'), '--json'],
  ]) {
    const done = await doudi(args);
    assert.equal(done.code, 2, `${args.join(' ')}: ${done.stderr}`);
    assert.equal(done.stdout, '');
    assert.notEqual(done.stderr, '');
  }
});

test('a failure ends with 1 and says what to do, as JSON when asked', async () => {
  writeFileSync(join(dir, 'x'), '');
  const done = await doudi(['restore', '--from', join(dir, 'absent'), '--data', join(dir, 'new'), '--json']);
  assert.equal(done.code, 1);
  assert.equal(done.stdout, '');
  const { error } = JSON.parse(done.stderr) as { error: { code: string; message: string; cure: string } };
  assert.equal(error.code, 'backup-missing');
  assert.ok(error.cure.length > 0);
});

test('feeds describe prints one JSON document and needs no database', async () => {
  const done = await doudi(['feeds', 'describe', '--json']);
  assert.equal(done.code, 0, done.stderr);
  const feeds = JSON.parse(done.stdout) as { id: string; columns: unknown[] }[];
  assert.ok(feeds.length >= 21);
  assert.ok(feeds.every((f) => f.columns.length > 0));
});
