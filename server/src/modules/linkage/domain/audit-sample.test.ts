import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEngine } from '../../../platform/engine/index.ts';
import { drawnSql, isDrawn, measured } from './audit-sample.ts';

test('the engine and the server draw the same rows, about one of every k', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'doudi-draw-'));
  const engine = await openEngine({ tempDir: dir });
  try {
    const deliveryId = '00000000-0000-7000-8000-000000000007';
    const rows = await engine.all<{ row: bigint; drawn: boolean }>(
      `SELECT "row", ${drawnSql(20, 'seed’s', deliveryId)} AS drawn FROM (SELECT range AS "row", 'self' AS role FROM range(1, 2001))`,
    );
    for (const { row, drawn } of rows)
      assert.equal(isDrawn(20, 'seed’s', { deliveryId, row: String(row), role: 'self' }), drawn);
    const n = rows.filter((r) => r.drawn).length;
    assert.ok(n > 60 && n < 140, String(n));
  } finally {
    engine.close();
    await rm(dir, { recursive: true, force: true });
  }
});

test('a measured precision has Wilson’s interval, and none without a judgement', () => {
  assert.deepEqual(measured(0, 0), { share: null, low: null, high: null });
  const { share, low, high } = measured(98, 100);
  assert.equal(share, 0.98);
  assert.ok(Math.abs((low ?? 0) - 0.93) < 0.001 && Math.abs((high ?? 0) - 0.9945) < 0.001);
});
