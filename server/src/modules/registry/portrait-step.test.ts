import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { system } from '../../platform/database/index.ts';
import { literal } from '../../platform/engine/index.ts';
import { type RunContext, runStep } from '../../platform/jobs/step.ts';
import { bundleOf } from '../../platform/packs/index.ts';
import { intakeFile } from '../intake/batch.ts';
import { feedContracts } from '../intake/index.ts';
import { linkStep } from '../linkage/batch.ts';
import { numberFor } from '../linkage/testing.ts';
import { personsStep, portraitStep } from './batch.ts';
import { factPlans } from './domain/fact-template.ts';
import { factSource, portrait } from './index.ts';
import { divisionCodes } from './store/divisions.ts';
import { openRegistryBed, type RegistryBed } from './testing.ts';

let bed: RegistryBed;
const HEAD = numberFor('1970-03-02', 11);
const WIFE = numberFor('1972-08-15', 12);
const OTHER = numberFor('1990-01-01', 13);

before(async () => {
  bed = await openRegistryBed();
});
after(() => bed.close());

async function deliver(feed: string, period: string, lines: readonly string[]) {
  const file = join(bed.dir, `${feed}-${period}.csv`);
  await writeFile(file, `${lines.join('\r\n')}\r\n`);
  const { db, lake, engine, clock, keys, bundle } = bed;
  return intakeFile(
    { db, lake, engine, clock, keys, bundle, divisionCodes },
    { file, feed, period, receivedAt: clock.now() },
  );
}

/** Leaves the roll of a run in the lake, as entitlements does, with every household of the person with this number. */
async function concern(context: RunContext, households: string) {
  const path = bed.lake.path(`entitlements/${context.runId}/roll.parquet`);
  await mkdir(dirname(path), { recursive: true });
  await bed.engine.run(`COPY (${households}) TO ${literal(path)} (FORMAT parquet)`);
}

test('from delivered files to the facts of a concerned household, each with its row', async () => {
  await deliver('population', '2026-09', [
    '公民身份号码,姓名,性别,出生日期,户号,与户主关系,村居代码,现居住地代码,住址,联系电话,民族,户口性质',
    `${HEAD},单雄信,男,1970-03-02,H1,户主,321324101211,,双沟镇李庄村,13812345678,汉,农业`,
    `${WIFE},李芳,女,1972-08-15,H1,妻,321324101211,,双沟镇李庄村,,汉,农业`,
    `${OTHER},王五,男,1990-01-01,H2,户主,321324101211,,双沟镇李庄村,,汉,农业`,
  ]);
  await deliver('employment', '2026-09', [
    '身份证号码,姓名,单位名称,月缴费工资,参保起始日期,停保日期,参保状态',
    `${HEAD},单雄信,泗洪某厂,1234.50,2020-01-01,,在职`,
    `${OTHER},王五,泗洪某厂,3000,2020-01-01,,在职`,
  ]);
  await deliver('deaths-police', '2026-09', [
    '公民身份号码,姓名,死亡日期,注销日期',
    `${WIFE},李芳,2026-09-20,2026-09-22`,
  ]);
  const medical = [
    '结算编号,证件号码,姓名,医疗机构名称,入院日期,出院日期,结算日期,就诊类型,总费用,基本医保支付,大病保险支付,医疗救助支付,个人自付,诊断编码',
  ];
  await deliver('medical', '2026-09', [
    ...medical,
    `M1,${WIFE},李芳,县医院,,,2025-09-30,门诊,900,0,0,0,900.00,A`,
    `M2,${WIFE},李芳,县医院,,,2025-10-01,门诊,100,0,0,0,100.10,A`,
    `M3,${WIFE},李芳,县医院,,,2026-09-15,住院,3000,0,0,0,2000.25,A`,
  ]);
  const context = await bed.run('2026-09');
  await runStep(context, 'persons', personsStep);
  await runStep(context, 'link', linkStep);
  const households = bed.lake.path(`registry/${context.runId}/household.parquet`);
  await concern(context, `SELECT household_id FROM read_parquet(${literal(households)}) WHERE size = 2`);
  const { result } = await runStep(context, 'portraits', portraitStep);
  assert.deepEqual(result, { households: 1, facts: 3 });

  const found = await bed.admin.query('select distinct household_id from registry.fact');
  const householdId = found.rows[0].household_id as string;
  const page = await bed.db.withActor(system('test'), (tx) => portrait(tx, householdId, (feed) => feed));
  const byTitle = page.facts.toSorted((a, b) => (a.title < b.title ? 1 : -1));
  assert.deepEqual(
    byTitle.map((f) => [f.name, f.title, f.value, f.source, f.asOf, f.stale]),
    [
      ['李×', '已死亡', '2026-09-20', 'deaths-police（2026-09）', '2026-09-20', false],
      ['单××', '工资', '1234.50 元/月，泗洪某厂（正常参保）', 'employment（2026-09）', '2026-09-30', false],
      // Twelve months that end with September: 30 September of last year is outside, 1 October inside.
      ['李×', '医疗自付', '2100.35 元（近十二个月 2 笔结算）', 'medical（2026-09）', '2026-09-15', false],
    ].toSorted((a, b) => (String(a[1]) < String(b[1]) ? 1 : -1)),
  );
  assert.deepEqual(
    page.members.map((m) => [m.name, m.inFamily, m.outsideReason]),
    [
      ['单××', true, null],
      ['李×', false, '已死亡'],
    ],
  );
  const illness = page.facts.find((f) => f.title === '医疗自付');
  const source = await bed.db.withActor(system('test'), (tx) => factSource(tx, illness?.evidenceId as string));
  assert.deepEqual([source?.feed, source?.row, source?.role, source?.certain], ['medical', '3', 'self', true]);
  assert.equal(await bed.db.withActor(system('test'), (tx) => factSource(tx, '1')), undefined);
});

test('a later month without the file shows the fact as stale and does not repeat it', async () => {
  const context = await bed.run('2026-11');
  await runStep(context, 'persons', personsStep);
  await runStep(context, 'link', linkStep);
  const households = bed.lake.path(`registry/${context.runId}/household.parquet`);
  await concern(context, `SELECT household_id FROM read_parquet(${literal(households)})`);
  await runStep(context, 'portraits', portraitStep);
  const { rows } = await bed.admin.query(
    "select count(*)::int as n, bool_and(stale) as stale from registry.fact where kind = 'wage'",
  );
  assert.deepEqual(rows, [{ n: 2, stale: true }]);
});

test('a fact that names a column of identity, or none that is there, is an error with its file', () => {
  const contracts = feedContracts(bed.bundle);
  const declared = (fact: string) =>
    bundleOf([
      ...bed.bundle.files.filter((f) => f.path.includes('/vocabulary/')),
      { path: 'x/portraits/f.yaml', text: `facts:\n  - ${fact}\n` },
    ]);
  for (const fact of [
    "{ feed: employment, kind: wage, value: '{name}' }",
    "{ feed: employment, kind: wage, value: '{nothing}' }",
    "{ feed: employment, kind: untitled, value: '{wage}' }",
    "{ feed: employment, kind: wage, value: '{wage}', sum: wage }",
    "{ feed: employment, kind: wage, value: '{wage}', outside: x, when: { status: [none-such] } }",
    "{ feed: employment, kind: wage, worth: '{wage}' }",
  ])
    assert.throws(() => factPlans(declared(fact), contracts), { code: 'portrait-fact' }, fact);
  assert.equal(factPlans(bed.bundle, contracts).length > 15, true);
});
