import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { literal } from '../../../platform/engine/index.ts';
import { type RunContext, runStep } from '../../../platform/jobs/step.ts';
import { bundleOf } from '../../../platform/packs/index.ts';
import { rollStep } from '../../entitlements/batch.ts';
import { assessStep } from '../batch.ts';
import type { FixtureFeed, FixtureRow } from '../plan/fixture.ts';
import { type AssessmentBed, openAssessmentBed, type TestPerson } from '../testing.ts';
import { assessmentPath } from './feed-rows.ts';
import { type SimulatedChange, simulatedChanges, simulateMonth } from './simulate.ts';

const PERIOD = '2026-09';
const HOUSEHOLDS = 60;
/** Household h: a head with a wage that grows with h, and a child; every third head is severely disabled. */
const persons: TestPerson[] = Array.from({ length: HOUSEHOLDS }, (_, i) => i + 1).flatMap((h) => [
  { id: h * 10, household: h, birth: '1985-06-01' },
  { id: h * 10 + 1, household: h, birth: '2015-06-01' },
]);
const heads = persons.filter((p) => p.id % 10 === 0);
const self = (person: number, values: FixtureRow['values']): FixtureRow => ({ values, links: { self: { person } } });
const snapshot = (rows: FixtureRow[], more?: FixtureFeed['more']): FixtureFeed => ({
  ...(more ? { more } : {}),
  deliveries: [{ period: PERIOD, rows }],
});
const roll = { award_no: 'VARCHAR', month: 'VARCHAR', started: 'DATE', stopped: 'DATE' } as const;
const feeds = {
  employment: snapshot(heads.map((p) => self(p.id, { wage: 600_00 + p.household * 31_07, status: 'active' }))),
  // The poorer half is on the roll; of the others a rise brings some in.
  assistance: snapshot(
    persons
      .filter((p) => p.household <= HOUSEHOLDS / 2)
      .map((p) => ({
        values: {
          award_no: `A${p.household}`,
          programme: 'subsistence',
          persons: 2,
          amount: 400_00,
          status: 'active',
          declared_other_income: null,
          month: PERIOD,
          started: '2020-01-01',
          stopped: null,
        },
        links: { member: { person: p.id }, head: { person: p.household * 10 } },
      })),
    roll,
  ),
};

let bed: AssessmentBed;
let context: RunContext;
before(async () => {
  bed = await openAssessmentBed();
  context = await bed.month({ period: PERIOD, persons, feeds });
  await runStep(context, 'roll', rollStep);
  await runStep(context, 'assess', assessStep);
  await finish(context);
});
after(() => bed.close());

const finish = (run: RunContext) =>
  bed.admin.query('update platform.run set finished_at = now() where id = $1', [run.runId]);
const reform = (text: string) => ({ path: 'reform.yaml', text });
const RAISE = reform('reform: raise-70\ntitle: 标准提高70元\nset: { subsistence.standard: 680.00 }\n');
async function changes(): Promise<SimulatedChange[]> {
  const out: SimulatedChange[] = [];
  for await (const change of simulatedChanges(context.engine)) out.push(change);
  return out;
}

test('a reform that changes nothing changes nobody', async () => {
  const same = await simulateMonth(context, {
    period: PERIOD,
    reform: reform('reform: same\nset: { subsistence.standard: 610.00 }\n'),
  });
  assert.deepEqual([same.households, same.cells, same.reform.changed], [0, [], []]);
  assert.ok(same.programmes.some((p) => p.programme === 'subsistence' && p.before.eligible > 0));
  for (const p of same.programmes) assert.deepEqual(p.after, p.before);
});

test('a raised standard: who enters and gains, to the fen, is what a run with the raised pack decides', async () => {
  const month = await simulateMonth(context, { period: PERIOD, reform: RAISE });
  const moved = await changes();
  assert.deepEqual(
    month.reform.changed.map((c) => [c.id, c.before, c.after]),
    [
      ['subsistence.standard', '610.00', '680.00'],
      ['subsistence.standard-urban', '610.00', '680.00'],
    ],
  );
  assert.ok(!month.programmes.find((p) => p.programme === 'disability-living')?.affected);

  // The same raise as a pack, run as a month of its own: every decision must come out alike.
  const raised = bundleOf(
    bed.bundle.files.map((f) => ({
      ...f,
      text: f.path === '321324-sihong/parameters/standards.yaml' ? f.text.replaceAll('610.00', '680.00') : f.text,
    })),
  );
  const other = await bed.month({ period: PERIOD, persons, feeds, bundle: raised });
  await runStep(other, 'roll', rollStep);
  await runStep(other, 'assess', assessStep);
  const file = (run: RunContext) => `read_parquet(${literal(bed.lake.path(assessmentPath(run.runId, 'decision')))})`;
  const expected = await bed.engine.all<{ household: string; programme: string; after: string; fen: string }>(`
    SELECT r.household_id::VARCHAR AS household, r.programme, r.outcome AS after,
      (coalesce(r.amount_fen, 0) - coalesce(b.amount_fen, 0))::VARCHAR AS fen
    FROM ${file(other)} r JOIN ${file(context)} b ON b.household_id = r.household_id AND b.programme = r.programme
      AND b.person_id IS NOT DISTINCT FROM r.person_id AND b.certain AND r.certain
    WHERE b.outcome <> r.outcome OR b.amount_fen IS DISTINCT FROM r.amount_fen ORDER BY 1, 2`);
  const found = moved
    .map((c) => ({
      household: c.household,
      programme: c.programme,
      after: String(c.after),
      fen: c.difference.replace('.', '').replace(/^(-?)0+(?=\d)/, '$1'),
    }))
    .sort((a, b) =>
      a.household < b.household ? -1 : a.household > b.household ? 1 : a.programme < b.programme ? -1 : 1,
    );
  assert.ok(expected.length > 10);
  assert.deepEqual(found, expected);

  const subsistence = month.programmes.find((p) => p.programme === 'subsistence');
  const own = moved.filter((c) => c.programme === 'subsistence');
  const count = (change: string) => own.filter((c) => c.change === change).length;
  assert.ok(count('enters') > 0 && count('gains') > 0);
  assert.equal(subsistence?.after.eligible, (subsistence?.before.eligible ?? 0) + count('enters') - count('leaves'));
  const fen = (text: string | undefined) => BigInt((text ?? '').replace('.', ''));
  assert.equal(fen(subsistence?.after.amount), fen(subsistence?.before.amount) + fen(subsistence?.difference));
  assert.equal(fen(subsistence?.yearlyDifference ?? ''), fen(subsistence?.difference) * 12n);
  assert.equal(
    own.reduce((sum, c) => sum + fen(c.difference), 0n),
    fen(subsistence?.difference),
  );
  assert.ok((subsistence?.before.onRoll ?? 0) > 0 && own.some((c) => c.onRoll) && own.some((c) => !c.onRoll));
  // Cells count what the list holds.
  assert.equal(
    month.cells.reduce((n, c) => n + c.count, 0),
    moved.length,
  );
  assert.ok(
    moved.every((c) => c.kind === 'children'),
    'each family has a child and nothing that goes before it',
  );
});

test('a changed rule reaches only its programme; two exceptions that disagree are told apart', async () => {
  const month = await simulateMonth(context, {
    period: PERIOD,
    reform: reform(`reform: conflict
policies:
  - extends: subsistence
    variables:
      subsistence_amount:
        formula: inherited
        exceptions:
          - { label: one, when: 'subsistence_gap > 200[yuan/month]', formula: 'inherited + 1[yuan/month]' }
          - { label: two, when: 'subsistence_gap > 300[yuan/month]', formula: 'inherited + 2[yuan/month]' }
`),
  });
  assert.deepEqual(month.reform.programmes, ['subsistence']);
  const moved = await changes();
  const open = moved.filter((c) => c.conflict);
  assert.ok(open.length > 0);
  assert.ok(open.every((c) => c.change === 'opens' && c.after === 'undetermined'));
  assert.ok(moved.some((c) => c.change === 'gains' && c.difference === '1.00'));
  assert.equal(
    month.conflicts.reduce((n, c) => n + c.rows, 0),
    open.length,
  );
});

test('a reform of one division leaves the others alone; sight narrows what is counted', async () => {
  const elsewhere = await simulateMonth(context, {
    period: PERIOD,
    reform: reform(`reform: elsewhere\ndivision: '360704'\nset: { subsistence.standard: 980.00 }\n`),
  });
  assert.equal(elsewhere.households, 0);
  const whole = await simulateMonth(context, { period: PERIOD, reform: RAISE });
  const [first, second] = await Promise.all(bed.villages.map(async (village) => village));
  const parts = [];
  for (const village of [first, second])
    parts.push(
      await simulateMonth(context, { period: PERIOD, reform: RAISE, sight: village === undefined ? [] : [village] }),
    );
  assert.equal(
    parts.reduce((n, p) => n + p.households, 0),
    whole.households,
  );
  assert.ok(parts.every((p) => p.households > 0));
  const blind = await simulateMonth(context, { period: PERIOD, reform: RAISE, sight: [] });
  assert.deepEqual([blind.households, blind.programmes.every((p) => p.before.eligible === 0)], [0, true]);
});

test('a faulty reform names file, line and column, and decides nothing', async () => {
  const faulty: [string, RegExp][] = [
    ['reform: x\nset: { subsistence.standrd: 1.00 }\n', /reform\.yaml:2:\d+: .*subsistence\.standrd/],
    ['reform: x\nset: { subsistence.standard: 9x }\n', /reform\.yaml:2:\d+: /],
    [
      'reform: x\npolicies:\n  - extends: subsistence\n    variables: { supplement: { formula: "inherited + zzz" } }\n',
      /reform\.yaml:4:\d+: .*zzz/,
    ],
    ['reform: x\n  bad: [', /reform\.yaml:\d+:\d+: /],
  ];
  for (const [text, says] of faulty)
    await assert.rejects(simulateMonth(context, { period: PERIOD, reform: reform(text) }), (error: Error) => {
      assert.match(error.message, says);
      return (error as Error & { code: string }).code === 'reform-invalid';
    });
  await assert.rejects(simulateMonth(context, { period: '2020-01', reform: RAISE }), { code: 'month-not-run' });
});
