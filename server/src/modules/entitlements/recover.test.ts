import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { sql, system } from '../../platform/database/index.ts';
import { openTestBed, type TestBed } from '../../platform/database/testing.ts';
import { type Engine, literal, openEngine } from '../../platform/engine/index.ts';
import type { RunContext } from '../../platform/jobs/step.ts';
import { readBundle } from '../../platform/packs/index.ts';
import { assessmentPath } from '../assessment/batch.ts';
import { recoverStep, rollPath } from './batch.ts';

let bed: TestBed;
let engine: Engine;
before(async () => {
  bed = await openTestBed();
  engine = await openEngine({ tempDir: bed.dir, threads: 1, memoryMb: 256 });
  await bed.admin.query(`insert into registry.division (id, level) values (1, 'village')`);
});
after(async () => {
  engine.close();
  await bed.close();
});

/** A run with decisions (household, outcome, fen) on the programme, all of them paid 500.00 on the roll. */
async function run(decisions: readonly [number, string, number | null][]): Promise<string> {
  const runId = randomUUID();
  await bed.admin.query(
    `insert into platform.run (id, period, pin, pinned, started_at) values ($1::uuid, '2026-10', $1::uuid::text, '{}', now())`,
    [runId],
  );
  const copy = async (path: string, query: string) => {
    mkdirSync(dirname(bed.lake.path(path)), { recursive: true });
    await engine.run(`COPY (${query}) TO ${literal(bed.lake.path(path))} (FORMAT parquet)`);
  };
  const rows = decisions.map(([id, outcome, fen]) => `(${id}, '${outcome}', ${fen ?? 'NULL'})`).join(', ');
  await copy(
    assessmentPath(runId, 'decision'),
    `SELECT id::BIGINT AS household_id, NULL::BIGINT AS person_id, 'subsistence' AS programme, outcome, fen::BIGINT AS amount_fen,
      true AS certain FROM (VALUES ${rows}) t(id, outcome, fen)`,
  );
  await copy(
    rollPath(runId),
    `SELECT id::BIGINT AS household_id, (id * 10 + n)::BIGINT AS person_id, 'subsistence' AS programme, 'A' || id AS award_no,
      50000::BIGINT AS amount_fen, 'active' AS status, 1 AS hukou_division_id, 1 AS residence_division_id
      FROM (VALUES ${rows}) t(id, outcome, fen), range(2) m(n)`,
  );
  return runId;
}

async function recover(runId: string, before: string, corrected: readonly [number, boolean][]): Promise<unknown> {
  const path = bed.lake.path(`corrected-${runId}.parquet`);
  const rows = corrected.map(([id, undone]) => `(${id}::BIGINT, ${undone})`).join(', ');
  await engine.run(
    `COPY (SELECT * FROM (VALUES ${rows}) t(household_id, undone)) TO ${literal(path)} (FORMAT parquet)`,
  );
  const { db, lake, clock, keys } = bed;
  const context: RunContext = {
    ...{ runId, period: '2026-10', db, lake, engine, clock, keys, bundle: readBundle([]), progress: () => undefined },
    before: { runId: before, period: '2026-10', startedAt: clock.now(), everyone: null },
    corrected: path,
  };
  const output = await recoverStep(context);
  return db.withActor(system('test'), (tx) => output.write(tx));
}

const recoveries = () =>
  bed.db.withActor(system('test'), async (tx) => {
    const { rows } = await sql<{ household_id: string; paid_fen: string; due_fen: string; state: string }>`
      select household_id, paid_fen, due_fen, state from entitlements.recovery order by household_id`.execute(tx.db);
    return rows.map((r) => [r.household_id, r.paid_fen, r.due_fen, r.state]);
  });

test('money paid on a link that was undone opens a recovery; what is unknown, due or of another cause does not', async () => {
  const held = await run([
    [1, 'eligible', 50000],
    [2, 'eligible', 50000],
    [3, 'eligible', 50000],
    [4, 'ineligible', null],
    [5, 'eligible', 50000],
  ]);
  const undone = await run([
    [1, 'ineligible', null],
    [2, 'eligible', 20000],
    [3, 'undetermined', null],
    [4, 'ineligible', null],
    [5, 'ineligible', null],
  ]);
  const corrected: [number, boolean][] = [
    [1, true],
    [2, true],
    [3, true],
    [4, true],
    [5, false],
  ];
  assert.deepEqual(await recover(undone, held, corrected), { opened: 2, withdrawn: 0 });
  assert.deepEqual(await recoveries(), [
    ['1', '50000', '0', 'open'],
    ['2', '50000', '20000', 'open'],
  ]);

  // The link is held again: nothing is to be recovered. Undone once more, it is the same recovery.
  const again = await run([
    [1, 'eligible', 50000],
    [2, 'eligible', 50000],
  ]);
  assert.deepEqual(
    await recover(again, undone, [
      [1, false],
      [2, false],
    ]),
    { opened: 0, withdrawn: 2 },
  );
  const third = await run([[1, 'ineligible', null]]);
  assert.deepEqual(await recover(third, again, [[1, true]]), { opened: 1, withdrawn: 0 });
  assert.deepEqual(await recoveries(), [
    ['1', '50000', '0', 'open'],
    ['2', '50000', '20000', 'withdrawn'],
  ]);
});
