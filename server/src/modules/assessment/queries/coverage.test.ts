import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { system } from '../../../platform/database/index.ts';
import { openTestBed, type TestBed } from '../../../platform/database/testing.ts';
import { coveredHouseholds } from './coverage.ts';

let bed: TestBed;
before(async () => {
  bed = await openTestBed();
  await bed.admin.query(`insert into registry.division (id, level, parent_id)
    values (3, 'county', null), (10, 'township', 3), (11, 'village', 10), (20, 'township', 3)`);
  await bed.admin.query(
    `insert into packs.bundle (hash, published_at, published_by) values ('h', now(), gen_random_uuid())`,
  );
});
after(() => bed.close());

/** A finished run of October that decided 低保 for the households given. */
async function run(day: string, decided: Record<number, 'eligible' | 'ineligible'>): Promise<void> {
  const id = randomUUID();
  await bed.admin.query(
    `insert into platform.run (id, period, pin, pinned, started_at, finished_at)
     values ($1::uuid, '2026-10', $1::text, '{}', $2::timestamptz, $2::timestamptz)`,
    [id, day],
  );
  for (const [household, outcome] of Object.entries(decided))
    await bed.admin.query(
      `insert into assessment.decision (run_id, period, bundle_hash, input_hash, household_id, programme, outcome, amount_fen,
        reasons, missing, explanation, decided_at, hukou_division_id, residence_division_id, division)
       values ($1, '2026-10', 'h', 'i', $2, 'subsistence', $3, $4, '{}', '{}', '{}', $5, 11, 11, '321324')`,
      [id, household, outcome, outcome === 'eligible' ? 100_00 : null, day],
    );
}

test('a list holds each household as the run decided it that touched it last', async () => {
  await run('2026-11-01', { 1: 'eligible', 2: 'eligible' });
  await run('2026-11-02', { 2: 'ineligible' });
  const list = async (outcome: string, townshipId: number) => {
    const found = await bed.db.withActor(system('test'), (tx) =>
      coveredHouseholds(tx, 'subsistence', { outcome, townshipId, limit: 10 }),
    );
    return found.households.map((h) => [h.householdId, h.amount]);
  };
  assert.deepEqual(await list('eligible', 10), [['1', '100.00']]);
  assert.deepEqual(await list('ineligible', 10), [['2', null]]);
  assert.deepEqual(await list('eligible', 20), []);
});
