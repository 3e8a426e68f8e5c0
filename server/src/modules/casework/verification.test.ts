import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type ActorRef, sql, system, type Tx } from '../../platform/database/index.ts';
import { openTestBed, type TestBed } from '../../platform/database/testing.ts';
import { type Engine, literal, openEngine } from '../../platform/engine/index.ts';
import { DoudiError } from '../../platform/errors.ts';
import { type RunContext, runStep } from '../../platform/jobs/step.ts';
import { readBundle } from '../../platform/packs/index.ts';
import { evidencePath, findingsPath, leadsStep, listLeads, score } from '../monitoring/batch.ts';
import { leadCounts, leadDetail, searchLeads } from '../monitoring/index.ts';
import { recordVerification, reviewLink } from './index.ts';

// Two townships (2, 3) of a county (1), a village in each (4, 5); household 11 lives in 4, household 12 in 5.
const bundle = readBundle([fileURLToPath(new URL('../../../../packs', import.meta.url))]);
const clerk: ActorRef = { id: '00000000-0000-7000-8000-0000000000a2', purpose: '核查线索' };
const other: ActorRef = { id: '00000000-0000-7000-8000-0000000000a3', purpose: '核查线索' };
const DELIVERY = '00000000-0000-7000-8000-00000000000a';
let bed: TestBed;
let engine: Engine;
let runs = 0;

before(async () => {
  bed = await openTestBed({ now: '2026-09-29' });
  engine = await openEngine({ tempDir: bed.dir });
  await bed.admin.query(
    `insert into registry.division (id, level, parent_id) values (1, 'county', null), (2, 'township', 1), (3, 'township', 1), (4, 'village', 2), (5, 'village', 3)`,
  );
  await bed.admin.query(
    `insert into registry.division_name (division_id, code, name, valid_from) select id, '32132400' || id, '地' || id, '2000-01-01' from registry.division`,
  );
  for (const [actor, division] of [
    [clerk, 2],
    [other, 3],
  ] as const) {
    await bed.admin.query(
      `insert into platform.actor (id, username, display_name, created_at) values ($1, $2, $2, now())`,
      [actor.id, `clerk${division}`],
    );
    await bed.admin.query(
      `insert into platform.role_grant (actor_id, role, division_id, granted_at) values ($1, 'township', $2, now())`,
      [actor.id, division],
    );
  }
  for (const [id, household, village, name, number] of [
    [101, 11, 4, '王小明', '321324198001010014'],
    [102, 12, 5, '欧阳春', '321324198001010022'],
  ] as const) {
    await bed.admin.query(
      `insert into registry.person (id, household_id, relation, hukou_division_id, residence_division_id, registered_from, member_from, known_at)
      values ($1, $2, 'head', $3, $3, '2020-01-01', '2020-01-01', now())`,
      [id, household, village],
    );
    await bed.admin.query(`insert into identity.person values ($1, $2, $3, $3)`, [
      id,
      bed.keys.seal(Buffer.from(JSON.stringify({ name, number, phone: null, address: null })), `identity/${id}`),
      village,
    ]);
    for (const [kind, text] of [
      ['name', name],
      ['number', number],
    ] as const)
      await bed.admin.query(`insert into identity.token values ($1, $2, $3, $4, $4)`, [
        kind,
        bed.keys.blindIndex(kind, text),
        id,
        village,
      ]);
  }
});
after(async () => {
  engine.close();
  await bed.close();
});

interface Finding {
  household: number;
  cause: string;
  kind: string;
  level: string;
  metric?: number;
}

/** Runs the leads step of a month over given findings, each resting on one delivered row. */
async function month(period: string, findings: Finding[]) {
  const runId = `00000000-0000-7000-8000-0000000001${String(++runs).padStart(2, '0')}`;
  await bed.admin.query(
    `insert into platform.run (id, period, pin, pinned, started_at) values ($1::uuid, $2, $1::text, '{}', now())`,
    [runId, period],
  );
  await bed.admin.query(`insert into monitoring.delivery_read values ($1, 'vehicle', $2, $1) on conflict do nothing`, [
    period,
    DELIVERY,
  ]);
  const rows = findings.map(findingRow);
  const evidence = findings.map((f) => evidenceRow(period, f));
  const write = (list: string[], like: string) => async (tmp: string) => {
    const query = list.length ? list.join(' union all ') : `select * from (${like}) where false`;
    await engine.run(`copy (${query}) to ${literal(tmp)} (format parquet)`);
    return list.length;
  };
  const files = [
    await bed.lake.stage(
      findingsPath(runId),
      write(rows, findingRow({ household: 11, cause: '', kind: '', level: '' })),
    ),
    await bed.lake.stage(
      evidencePath(runId),
      write(evidence, evidenceRow(period, { household: 11, cause: '', kind: '', level: '' })),
    ),
  ];
  await bed.db.withActor(system('测试'), (tx) => bed.lake.commit(tx, files, runId));
  const context: RunContext = {
    runId,
    period,
    db: bed.db,
    lake: bed.lake,
    engine,
    clock: bed.clock,
    keys: bed.keys,
    bundle,
    progress: () => undefined,
  };
  const step = () => runStep(context, 'leads', leadsStep);
  const { result } = await step();
  assert.equal((await step()).skipped, true);
  return result as {
    raised: Record<string, number>;
    grown: number;
    confirmed: number;
    resting: number;
    lost: number;
    finished: number;
  };
}

const findingRow = (
  f: Finding,
) => `select ${f.household}::bigint as household_id, ${f.household + 90}::bigint as person_id,
  ${f.household + 90}::bigint as head_person_id, '${f.kind}' as kind, '${f.cause}' as cause, '${f.level}' as level, false as undetermined, true as certain,
  ${f.metric ?? 'null'}::bigint as metric, 8000000::bigint as limit_value, '{"type":"car"}' as metrics, ${f.household - 7} as hukou_division_id,
  ${f.household - 7} as residence_division_id, ${f.household - 9} as township_id, '321324' as division`;
const evidenceRow = (
  period: string,
  f: Finding,
) => `select ${f.household}::bigint as household_id, ${f.household + 90}::bigint as person_id,
  '${f.cause}' as cause, 'for' as direction, 'vehicle' as feed, '${DELIVERY}' as delivery_id, '${period}' as feed_period, ${f.household}::bigint as "row",
  'self' as role, 'number' as method, true as certain, '机动车登记：{type}，价值 {value} 元' as says, '{"type":"car","value":"9800000"}' as data`;

const search = (actor: ActorRef, query: Partial<Parameters<typeof searchLeads>[2]> = {}) =>
  bed.db.withActor(actor, (tx) => searchLeads(tx, bundle, { sort: 'due', limit: 50, ...query }));
const car = (household: number, metric = 98_000_00): Finding => ({
  household,
  cause: 'undue-vehicle',
  kind: 'undue',
  level: 'orange',
  metric,
});
const died = (household: number): Finding => ({ household, cause: 'undue-death', kind: 'undue', level: 'red' });
const answers = { method: 'visit', fact_true: true, heard: true, vehicle_use: '自用' };
const body = (over: Record<string, unknown> = {}) => ({
  key: '00000000-0000-4000-8000-000000000001',
  verdict: 'refuted' as const,
  visitedOn: '2026-09-29',
  note: '车辆系他人冒名登记',
  answers,
  ...over,
});
const refused = (code: string) => (e: unknown) => e instanceof DoudiError && e.code === code;

test('findings become leads with headline, clock and evidence, each seen by its own township alone', async () => {
  const result = await month('2026-08', [car(11), died(11), car(12)]);
  assert.deepEqual(result.raised, { missed: 0, undue: 3, shock: 0, watch: 0 });
  const mine = await search(clerk);
  assert.deepEqual(
    mine.leads.map((l) => [l.householdId, l.headline, l.township, l.clock.visitDue]),
    [
      ['11', '王××已死亡，本月仍在册', '地2', '2026-10-09'],
      ['11', '王××名下轿车价值 98,000.00 元，超过规定的 80,000.00 元，家庭在册', '地2', '2026-10-12'],
    ],
  );
  const theirs = await search(other);
  assert.deepEqual(
    theirs.leads.map((l) => [l.householdId, l.head]),
    [['12', '欧阳×']],
  );
  const foreign = theirs.leads[0]?.id ?? '';
  await assert.rejects(
    bed.db.withActor(clerk, (tx) => leadDetail(tx, bundle, foreign)),
    refused('lead-unknown'),
  );
  await assert.rejects(
    bed.db.withActor(clerk, (tx) => recordVerification(tx, bundle, foreign, body())),
    refused('lead-unknown'),
  );
  const raw = await bed.db.withActor(
    clerk,
    async (tx) => (await sql<{ n: number }>`select count(*)::int as n from monitoring.evidence`.execute(tx.db)).rows[0],
  );
  assert.equal(raw?.n, 2);
  const stored = await bed.admin.query(`select string_agg(headline, '') as text from monitoring.lead`);
  assert.equal(/王|欧阳/.test(stored.rows[0].text), false);
});

test('lists page by keyset without loss, and people are found by name and number under sight', async () => {
  const first = await search(clerk, { limit: 1 });
  assert.equal(first.total, 2);
  const second = await search(clerk, { limit: 1, cursor: first.nextCursor ?? '' });
  assert.equal(second.nextCursor, null);
  assert.notEqual(first.leads[0]?.id, second.leads[0]?.id);
  for (const q of ['王小明', '321324198001010014', '３２１３２４１９８００１０１００１４'])
    assert.equal((await search(clerk, { q })).total, 2, q);
  assert.equal((await search(other, { q: '王小明' })).total, 0);
  await assert.rejects(search(clerk, { cursor: "due.2026-01-01'.1" }), refused('cursor-invalid'));
});

test('the same month again changes nothing; a graver finding grows the lead; what is gone stays with people', async () => {
  assert.deepEqual(await month('2026-08', [car(11), died(11), car(12)]), {
    raised: { missed: 0, undue: 0, shock: 0, watch: 0 },
    grown: 0,
    confirmed: 3,
    resting: 0,
    lost: 0,
    finished: 0,
    corrected: 0,
    withdrawn: 0,
  });
  const grown = await month('2026-09', [car(11, 122_500_00), car(12)]);
  assert.deepEqual([grown.grown, grown.confirmed, grown.lost], [1, 1, 1]);
  const detail = await bed.db.withActor(clerk, async (tx) => leadDetail(tx, bundle, await idOf(tx, 'undue-vehicle')));
  assert.match(detail.headline, /122,500\.00/);
  assert.deepEqual(
    detail.events.map((e) => e.what),
    ['raised', 'grown'],
  );
  assert.equal(detail.evidence[0]?.says, '王××：机动车登记：轿车，价值 98,000.00 元');
  const gone = await bed.db.withActor(clerk, async (tx) => leadDetail(tx, bundle, await idOf(tx, 'undue-death')));
  assert.equal(gone.status, 'open');
  assert.equal(gone.events.at(-1)?.what, 'not-found');
});

test('a verification moves the lead once, whatever is sent twice, and counts for the rule', async () => {
  const id = await bed.db.withActor(clerk, (tx) => idOf(tx, 'undue-vehicle'));
  const verify = (over: Record<string, unknown>) =>
    bed.db.withActor(clerk, (tx) => recordVerification(tx, bundle, id, body(over)));
  await assert.rejects(verify({ visitedOn: '2026-09-30' }), refused('visit-in-future'));
  await assert.rejects(verify({ answers: { method: 'visit', fact_true: true } }), refused('answer-missing'));
  await assert.rejects(verify({ answers: { ...answers, colour: 'red' } }), refused('answer-unknown'));
  const done = await verify({});
  assert.equal(done.status, 'closed');
  assert.equal(done.verification?.verdict, 'refuted');
  assert.deepEqual(done.precision, { verified: 1, confirmed: 0 });
  assert.deepEqual(await verify({}), done);
  await assert.rejects(verify({ note: '另一份' }), refused('verification-key-taken'));
  await assert.rejects(verify({ key: '00000000-0000-4000-8000-000000000002' }), refused('lead-finished'));
  const kept = await bed.admin.query('select count(*)::int as n from casework.verification');
  assert.equal(kept.rows[0].n, 1);
  const counts = await bed.db.withActor(clerk, (tx) => leadCounts(tx, '2026-08'));
  assert.deepEqual(
    counts.townships.map((t) => [t.name, t.undue, t.due, t.onTime]),
    [['地2', 2, 1, 1]],
  );
});

test('a refuted cause rests, and speaks again only when it grew', async () => {
  assert.equal((await month('2026-10', [car(11, 122_500_00), car(12)])).resting, 1);
  const louder = await month('2026-10', [car(11, 200_000_00), car(12)]);
  assert.equal(louder.raised.undue, 1);
});

test('a lead whose link was undone is withdrawn, and its cause may be raised again by another row', async () => {
  const { rows } = await bed.admin.query(
    `insert into linkage.decision (delivery_id, feed, row_no, role, person_id, method, reason, kind, hukou_division_id, residence_division_id)
      values ($1, 'vehicle', 12, 'self', 102, 'repaired-number', '', 'probable', 5, 5) returning id`,
    [DELIVERY],
  );
  const request = { id: rows[0].id, state: 'rejected' as const, note: '核对身份证，不是本人的车' };
  const reviewed = await bed.db.withActor(other, (tx) => reviewLink(tx, request));
  assert.equal(reviewed.withdrawn.length, 1);
  const [lead] = (await search(other)).leads;
  assert.equal(lead?.status, 'withdrawn');
  assert.equal((await month('2026-11', [car(11, 200_000_00), car(12)])).raised.undue, 1);
});

test('the score meets the truth by number alone, and the list gives evidence without names', async () => {
  await writeFile(
    join(bed.dir, 'truth.csv'),
    'period,head_number,kind,cause,distance,undetermined\n2026-08,321324198001010014,undue,undue-vehicle,0.225,0\n2026-08,321324198001010022,undue,undue-company,,0\n',
  );
  const found = await score(bed, bed.dir);
  assert.deepEqual([found.undue.planted, found.undue.found, found.undue.recall], [2, 1, 0.5]);
  const listed = await bed.db.withActor(system('列出'), (tx) => listLeads(tx, { period: '2026-08' }));
  assert.equal(listed[0]?.evidence[0]?.delivery, DELIVERY);
  assert.equal(/王|欧阳/.test(JSON.stringify(listed)), false);
});

async function idOf(tx: Tx, cause: string): Promise<string> {
  const { rows } = await sql<{
    id: string;
  }>`select id from monitoring.lead where cause = ${cause} order by id limit 1`.execute(tx.db);
  return rows[0]?.id ?? '';
}
