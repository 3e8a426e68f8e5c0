import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { sql, system } from '../../../platform/database/index.ts';
import { literal } from '../../../platform/engine/index.ts';
import { type RunContext, runStep } from '../../../platform/jobs/step.ts';
import { bundleOf } from '../../../platform/packs/index.ts';
import { rollStep } from '../../entitlements/batch.ts';
import { assessStep, concernedDecisionsStep, replay } from '../batch.ts';
import { decisionsOf, figuresOf } from '../index.ts';
import type { FixtureFeed, FixtureRow } from '../plan/fixture.ts';
import { type AssessmentBed, openAssessmentBed, type TestPerson } from '../testing.ts';
import { assessmentPath } from './feed-rows.ts';

let bed: AssessmentBed;
before(async () => {
  bed = await openAssessmentBed();
});
after(() => bed.close());

const HOUSEHOLDS = 40;
/** Household h: a head of working age with a wage that grows with h, and a child at school. */
const persons: TestPerson[] = Array.from({ length: HOUSEHOLDS }, (_, i) => i + 1).flatMap((h) => [
  { id: h * 10, household: h, birth: '1985-06-01' },
  { id: h * 10 + 1, household: h, birth: '2015-06-01' },
]);
const wageOf = (household: number) => 500_00 + household * 50_00;

const self = (person: number, values: FixtureRow['values'], certain = true): FixtureRow => ({
  values,
  links: { self: { person, certain } },
});
const snapshot = (rows: FixtureRow[], more?: FixtureFeed['more']): FixtureFeed => ({
  ...(more ? { more } : {}),
  deliveries: [{ period: '2026-09', rows }],
});
const heads = persons.filter((p) => p.id % 10 === 0);

function feeds(raise: number) {
  const roll = { award_no: 'VARCHAR', month: 'VARCHAR', started: 'DATE', stopped: 'DATE' } as const;
  const insured = (person: number, head: number): FixtureRow => ({
    values: {
      award_no: `A${head}`,
      programme: 'subsistence',
      persons: 2,
      amount: 400_00,
      status: 'active',
      declared_other_income: null,
      month: '2026-09',
      started: '2020-01-01',
      stopped: null,
    },
    links: { member: { person }, head: { person: head } },
  });
  return {
    employment: snapshot(
      heads.map((p) => self(p.id, { wage: wageOf(p.household) + raise, status: 'active' }, p.household !== 3)),
    ),
    // Everyone is on the roll, so that everyone is concerned; one insured person is in no register.
    assistance: snapshot(
      [...heads.flatMap((p) => [insured(p.id, p.id), insured(p.id + 1, p.id)]), insured(999, 10)],
      roll,
    ),
    vehicle: snapshot([self(20, { type: 'car', value: 200_000_00, status: 'normal' })]),
  };
}

async function runMonth(context: RunContext) {
  const roll = await runStep(context, 'roll', rollStep);
  const assess = await runStep(context, 'assess', assessStep);
  const decisions = await runStep(context, 'decisions', concernedDecisionsStep);
  return { roll: roll.result, assess: assess.result, decisions: decisions.result };
}

let first: RunContext;

test('a month from delivered rows to decisions with their reasons', async () => {
  first = await bed.month({ period: '2026-09', persons, feeds: feeds(0) });
  const { roll, assess, decisions } = await runMonth(first);
  assert.deepEqual(roll, { rows: 81, awards: 81, active: 81, unknown: 0, fresh: true });
  assert.equal((assess as { doubtful: number }).doubtful, 1);
  assert.equal((decisions as { households: number }).households, HOUSEHOLDS);
  assert.equal((decisions as { disagreed: number }).disagreed, 0, 'both backends decide alike');

  const of = (household: number) => bed.db.withActor(system('test'), (tx) => decisionsOf(tx, String(household)));
  const poor = (await of(1)).find((d) => d.programme === 'subsistence');
  assert.equal(poor?.outcome, 'eligible');
  // 610.00 × 2 − (550.00 − 30% of 610.00) = 853.00, 赣州's work cost; 泗洪's standard.
  assert.equal(poor?.amount, '853.00');
  assert.match(poor?.sentence ?? '', /^符合最低生活保障条件，每月853\.00元：/);
  const income = poor?.conditions[0];
  assert.deepEqual([income?.value, income?.threshold, income?.met], ['367.00', '1220.00', true]);
  assert.equal(income?.ratio, 0.301);
  assert.match(income?.source ?? '', /610\.00/);

  assert.deepEqual(await bed.db.withActor(system('test'), (tx) => figuresOf(tx, '1')), {
    period: '2026-09',
    familySize: 2,
    income: '367.00',
    incomePerHead: '183.50',
    standard: '610.00',
  });

  const car = (await of(2)).find((d) => d.programme === 'subsistence');
  assert.deepEqual([car?.outcome, car?.amount], ['ineligible', null]);
  const rich = (await of(40)).find((d) => d.programme === 'subsistence');
  assert.equal(rich?.outcome, 'ineligible');
  assert.equal(rich?.conditions[0]?.met, false);

  const doubtful = (await of(3)).find((d) => d.programme === 'subsistence');
  assert.equal(doubtful?.outcome, 'undetermined', 'a wage by a repaired number pays nothing and stops nothing');
  const figures = await bed.db.withActor(system('test'), (tx) => figuresOf(tx, '3'));
  assert.deepEqual([figures?.familySize, figures?.income, figures?.incomePerHead], [2, null, null]);
  assert.deepEqual(doubtful?.missing, [
    // Whether anything must be declared hangs on whether the head is employed at all.
    { input: 'declared_other_income', title: '申报其他月收入', supplier: '家庭申报' },
    { input: 'employed', title: '就业', supplier: '人社' },
    { input: 'wage', title: '工资', supplier: '人社' },
  ]);
});

test('beside an open decision stands what would hold if the uncertain link were right', async () => {
  const rows = await bed.engine.all(`SELECT outcome, amount_fen, certain FROM
    read_parquet(${literal(bed.lake.path(assessmentPath(first.runId, 'decision')))})
    WHERE household_id = 3 AND programme = 'subsistence' ORDER BY certain DESC`);
  assert.deepEqual(rows, [
    { outcome: 'undetermined', amount_fen: null, certain: true },
    { outcome: 'eligible', amount_fen: 753_00n, certain: false },
  ]);
});

test('nobody of another town sees what was decided about a household, or what it is paid', async () => {
  const clerk = async (division: number) => {
    const id = randomUUID();
    await bed.admin.query(
      'insert into platform.actor (id, username, display_name, created_at) values ($1::uuid, $1::text, $1::text, now())',
      [id],
    );
    await bed.admin.query(
      `insert into platform.role_grant (actor_id, role, division_id, granted_at) values ($1, 'village', $2, now())`,
      [id, division],
    );
    return { id };
  };
  const seen = async (division: number) =>
    bed.db.withActor(await clerk(division), async (tx) => [
      (await decisionsOf(tx, '1')).length > 0,
      (await figuresOf(tx, '1')) !== undefined,
      (await sql<{ n: number }>`select count(distinct household_id)::int as n from assessment.decision`.execute(tx.db))
        .rows[0]?.n,
      (await sql<{ n: number }>`select count(distinct household_id)::int as n from entitlements.award`.execute(tx.db))
        .rows[0]?.n,
    ]);
  assert.deepEqual(await seen(bed.villages[1]), [true, true, HOUSEHOLDS / 2, HOUSEHOLDS / 2]);
  assert.deepEqual(await seen(bed.villages[0]), [false, false, HOUSEHOLDS / 2, HOUSEHOLDS / 2]);
});

test('a hundred decisions replay after packs and facts changed, and a changed decision shows', async () => {
  const files = bed.bundle.files.map((file) => ({
    ...file,
    text:
      file.path === '321324-sihong/parameters/standards.yaml' ? file.text.replaceAll('610.00', '910.00') : file.text,
  }));
  const raised = bundleOf(files);
  assert.notEqual(raised.hash, bed.bundle.hash, 'the standard is where the test looks for it');
  const second = await bed.month({ period: '2026-09', persons, feeds: feeds(300_00), bundle: raised });
  const { assess } = await runMonth(second);
  assert.equal(
    (assess as { changed: number }).changed,
    HOUSEHOLDS - 1,
    'every wage is another, one of them unknown still',
  );

  const now = await bed.db.withActor(system('test'), (tx) => decisionsOf(tx, '1'));
  // 910.00 × 2 − (850.00 − 30% of 910.00).
  assert.equal(now.find((d) => d.programme === 'subsistence')?.amount, '1243.00', 'the desk shows the later run');
  const all = await replay(bed, { sample: 1000, seed: 1 });
  assert.ok(all.replayed > 300, `${all.replayed} decisions of both runs`);
  assert.deepEqual(all.differing, []);
  const hundred = await replay(bed, { sample: 100, seed: 7, period: '2026-09' });
  assert.deepEqual([hundred.replayed, hundred.differing], [100, []]);

  const { rows } = await bed.admin.query<{ id: string }>(
    `update assessment.decision set amount_fen = amount_fen + 1
     where run_id = $1 and household_id = 1 and programme = 'subsistence' returning id`,
    [first.runId],
  );
  const after = await replay(bed, { sample: 1000, seed: 1 });
  assert.deepEqual(after.differing, [
    {
      decisionId: rows[0]?.id,
      period: '2026-09',
      programme: 'subsistence',
      fields: [{ name: 'amount', was: '85301', is: '85300' }],
    },
  ]);
});

test('what is agreed one by one decides while it stands: work-injury nursing, police detention, a declared death', async () => {
  const few = persons.filter((p) => [1, 4, 5].includes(p.household));
  const certificate = { category: 'physical', level: '1', issued: '2020-01-01', expires: null, status: 'valid' };
  const certified = heads.filter((p) => [1, 4].includes(p.household)).map((p) => self(p.id, certificate));
  const delivered = (rows: FixtureRow[]): FixtureFeed => ({ deliveries: [{ period: '2026-10', rows }] });
  const usual = { disability: delivered(certified) };
  const outcomes = async (more: Parameters<AssessmentBed['month']>[0]['feeds']) => {
    const context = await bed.month({ period: '2026-10', persons: few, feeds: { ...usual, ...more } });
    await runStep(context, 'assess', assessStep);
    const rows = await context.engine.all<{ person: bigint; outcome: string; reasons: string }>(
      `SELECT person_id AS person, outcome, array_to_string(reasons, ',') AS reasons
       FROM read_parquet(${literal(context.lake.path(assessmentPath(context.runId, 'decision')))})
       WHERE programme = 'disability-nursing' AND certain AND person_id IN (10, 40) ORDER BY person_id`,
    );
    const inputs = await context.engine.all<{ custody: string; deceased: boolean }>(
      `SELECT custody, deceased FROM read_parquet(${literal(context.lake.path(assessmentPath(context.runId, 'person_input')))})
       WHERE person_id IN (50, 51) ORDER BY person_id`,
    );
    return {
      nursing: rows.map((r) => (r.outcome === 'ineligible' ? r.reasons : r.outcome)),
      inputs: inputs.map((i) => [i.custody, i.deceased]),
    };
  };
  assert.deepEqual(await outcomes({}), {
    nursing: ['eligible', 'eligible'],
    inputs: [
      ['none', false],
      ['none', false],
    ],
  });
  const given = await outcomes({
    'work-injury': delivered([self(10, { care_amount: 1_200_00, started: '2022-03-01' })]),
    'drug-detention': delivered([self(50, { started: '2026-08-01', released: null })]),
    declared: { kind: 'events', ...delivered([self(51, { kind: 'death', effective: '2026-10-09' })]) },
  });
  assert.deepEqual(given, {
    nursing: ['not-injury-nursing', 'eligible'],
    inputs: [
      ['drug_rehabilitation', false],
      ['none', true],
    ],
  });
});
