import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Month } from '@doudi/contracts';
import { type ActorRef, system } from '../../platform/database/index.ts';
import { openTestBed, type TestBed } from '../../platform/database/testing.ts';
import { type Engine, literal, openEngine } from '../../platform/engine/index.ts';
import { type RunContext, runStep } from '../../platform/jobs/step.ts';
import { readBundle } from '../../platform/packs/index.ts';
import { householdPath, personPath } from '../assessment/batch.ts';
import { findingsPath } from '../monitoring/batch.ts';
import { monthStep } from './batch.ts';
import { monthAtGlance } from './index.ts';

const bundle = readBundle([fileURLToPath(new URL('../../../../packs', import.meta.url))]);
const RUN = '00000000-0000-7000-8000-000000000101';
const clerk: ActorRef = { id: '00000000-0000-7000-8000-0000000000a2' };
const county: ActorRef = { id: '00000000-0000-7000-8000-0000000000a1' };
let bed: TestBed;
let engine: Engine;

before(async () => {
  bed = await openTestBed({ now: '2026-11-03' });
  engine = await openEngine({ tempDir: bed.dir });
  await bed.admin.query(
    `insert into registry.division (id, level, parent_id) values (1, 'county', null), (2, 'township', 1), (3, 'township', 1), (4, 'village', 2), (5, 'village', 3)`,
  );
  for (const [actor, role, division] of [
    [clerk, 'township', 2],
    [county, 'county', 1],
  ] as const) {
    await bed.admin.query(
      `insert into platform.actor (id, username, display_name, created_at) values ($1, $2, $2, now())`,
      [actor.id, role],
    );
    await bed.admin.query(
      `insert into platform.role_grant (actor_id, role, division_id, granted_at) values ($1, $2, $3, now())`,
      [actor.id, role, division],
    );
  }
  await bed.admin.query(
    `insert into platform.run (id, period, pin, pinned, started_at) values ($1, '2026-10', 'p', '{}', now())`,
    [RUN],
  );
});
after(async () => {
  engine.close();
  await bed.close();
});

const lead = (
  household: number,
  village: number,
  level: string,
  rank: number,
  visited: string | null,
  verdict: string | null,
) =>
  bed.admin.query(
    `insert into monitoring.lead (run_id, period, household_id, kind, cause, level, level_rank, undetermined, certain, headline, speaks_for, bundle_hash, status,
      hukou_division_id, residence_division_id, township_id, raised_on, visit_due, decide_due, provisional, due, last_found_period, visited_on, verdict)
    values ($1, '2026-10', $2, 'undue', 'undue-vehicle', $3, $4, false, true, '', '[]', '', 'open', $5, $5, $5 - 2, '2026-10-12', '2026-10-19', '2026-11-02', false,
      '2026-10-19', '2026-10', $6, $7)`,
    [RUN, household, level, rank, village, visited, verdict],
  );

test('the month is summed by village, and each sees the sum of what is theirs', async () => {
  const write = (query: string) => async (tmp: string) => {
    await engine.run(`copy (${query}) to ${literal(tmp)} (format parquet)`);
    return 1;
  };
  const files = [
    await bed.lake.stage(
      householdPath(RUN),
      write(
        'select * from (values (11::bigint, 4), (12::bigint, 5), (13::bigint, 5)) t(household_id, residence_division_id)',
      ),
    ),
    await bed.lake.stage(
      personPath(RUN),
      write('select * from (values (11::bigint), (11), (12), (13), (13), (13)) t(household_id)'),
    ),
    await bed.lake.stage(findingsPath(RUN), write('select * from (values (11::bigint), (11), (13)) t(household_id)')),
  ];
  await bed.db.withActor(system('测试'), (tx) => bed.lake.commit(tx, files, RUN));
  const context: RunContext = {
    runId: RUN,
    period: '2026-10',
    db: bed.db,
    lake: bed.lake,
    engine,
    clock: bed.clock,
    keys: bed.keys,
    bundle,
    progress: () => undefined,
  };
  assert.deepEqual((await runStep(context, 'month', monthStep)).result, { persons: 6, households: 3, found: 2 });
  await bed.admin.query('update platform.run set finished_at = now()');
  await lead(11, 4, 'red', 0, '2026-10-19', 'confirmed');
  await lead(12, 5, 'orange', 1, '2026-10-20', 'refuted');
  await lead(13, 5, 'orange', 1, null, null);
  const whole = Month.parse(await bed.db.withActor(county, (tx) => monthAtGlance(tx, bundle)));
  assert.deepEqual(
    [
      whole.flow.persons,
      whole.flow.households,
      whole.flow.householdsWithFindings,
      whole.flow.leads,
      whole.flow.visited,
      whole.flow.confirmed,
    ],
    [6, 3, 2, 3, 2, 1],
  );
  assert.deepEqual(
    whole.townships.map((t) => [t.divisionId, t.undue, t.late, t.due, t.onTime]),
    [
      [2, 1, 1, 1, 1],
      [3, 2, 2, 2, 0],
    ],
  );
  assert.deepEqual(
    whole.rules.map((r) => [r.rule, r.leads, r.verified, r.confirmed, r.refuted]),
    [['undue-vehicle', 3, 2, 1, 1]],
  );
  const own = Month.parse(await bed.db.withActor(clerk, (tx) => monthAtGlance(tx, bundle, '2026-10')));
  assert.deepEqual(
    [own.flow.persons, own.flow.households, own.flow.leads, own.townships.length, own.rules[0]?.leads],
    [2, 1, 1, 1, 1],
  );
});

test('a month that was not run shows its feeds and no leads', async () => {
  const month = Month.parse(await bed.db.withActor(county, (tx) => monthAtGlance(tx, bundle, '2026-11')));
  assert.equal(month.run, null);
  assert.equal(month.flow.leads, 0);
  assert.equal(
    month.feeds.every((f) => f.state === 'missing'),
    true,
  );
});
