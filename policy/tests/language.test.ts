import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkPacks,
  compilePolicies,
  type LocatedError,
  type Pack,
  type Plan,
  readPacks,
  resolveParameters,
} from '../src/index.ts';
import { runInDuckdb } from './duckdb-run.ts';

const vocabulary = `entity: household
inputs:
  - { name: a, title: 甲, type: money, unit: yuan/month, zh: 甲, en: a }
  - { name: b, title: 乙, type: money, unit: yuan/month, zh: 乙, en: b }
  - { name: flag, title: 标志, type: boolean, zh: 标志, en: flag }
  - { name: other_flag, title: 另一标志, type: boolean, zh: 另一标志, en: other }
  - { name: heads, title: 人头, type: count, unit: person, max: 20, zh: 人头, en: heads }
`;
const parameters = `define:
  - { id: x.rate, title: 甲率, type: rate, zh: 率, en: rate }
  - { id: x.line, title: 甲线, type: money, unit: yuan/person/month, zh: 线, en: line }
values:
  - { id: x.rate, from: 2020-01-01, value: 50%, cite: 一 }
  - { id: x.line, from: 2020-01-01, value: 100.00, cite: 一, floor: 90.00 }
`;

/** A small country of one programme whose variables are given. */
function country(
  variables: string,
  more: { path: string; text: string }[] = [],
  amount = 'result',
): { packs: Pack[]; errors: LocatedError[] } {
  const policy = `id: trial
title: 试验
scope: household
variables:
${variables}
conditions:
  - { code: always, title: 总是, when: 'true' }
amount: ${amount}
`;
  return readPacks([
    { path: 'n/pack.yaml', text: "id: national\ndivision: '000000'\ntitle: 全国\n" },
    { path: 'n/vocabulary/household.yaml', text: vocabulary },
    { path: 'n/parameters/x.yaml', text: parameters },
    { path: 'n/programmes/trial/policy.yaml', text: policy },
    ...more,
  ]);
}

function planOf(
  variables: string,
  more: { path: string; text: string }[] = [],
  amount?: string,
): Plan & { packs: Pack[]; all: LocatedError[] } {
  const { packs, errors } = country(variables, more, amount);
  const plan = compilePolicies(packs, { month: '2026-10' });
  return { ...plan, missingNames: [], packs, all: [...errors, ...plan.errors] };
}

const head = 'title: 结果, of: household, type: money, unit: yuan/month';
const at = (errors: readonly LocatedError[]) => errors.map((e) => `${e.line}:${e.column} ${e.code}`);
const household = (facts: object) => ({
  id: '1',
  division: '000000',
  household: facts as Record<string, bigint | boolean | null>,
  persons: [],
});

test('faults point at line and column, inside the formula', () => {
  assert.deepEqual(at(planOf(`  result: { ${head}, formula: a + heads }`).all), ['5:79 unit']);
  assert.deepEqual(at(planOf(`  result: { ${head}, formula: a + 丙 }`).all), ['5:83 unknown-name']);
  assert.deepEqual(at(planOf(`  result: { ${head}, formula: a + }`).all)[0], '5:82 syntax');
  assert.deepEqual(
    at(planOf(`  result:\n    ${head.replaceAll(', ', '\n    ')}\n    formula: >-\n      a\n      + heads`).all).slice(
      0,
      1,
    ),
    ['11:7 unit'],
  );
  assert.deepEqual(
    at(planOf(`  result: { ${head}, formula: q }\n  q: { title: 环, of: household, formula: result }`).all),
    ['5:3 cycle'],
  );
});

test('digits are never lost silently, and what may overflow is refused', () => {
  assert.deepEqual(at(planOf(`  result: { ${head}, formula: a / 3 }`).all), ['8:9 inexact']);
  assert.deepEqual(at(planOf(`  result: { ${head}, formula: 'round(a / 3, 2, half_up)' }`).all), []);
  assert.deepEqual(
    at(planOf(`  result: { ${head}, formula: 'a * x.rate / heads * 1[person]' }`).all).map((e) => e.split(' ')[1]),
    ['inexact'],
  );
  assert.deepEqual(
    at(planOf(`  result: { ${head}, formula: 'round(a / heads * 1[person], 2, up)' }`).all).map((e) => e.split(' ')[1]),
    ['zero-division'],
  );
  const square = 'a / 1[yuan/month] * a / 1[yuan/month] * a';
  assert.ok(at(planOf(`  result: { ${head}, formula: '${square}' }`).all).some((e) => e.endsWith('overflow')));
});

const rules = (over: string) => `  result:
    title: 结果
    of: household
    type: money
    unit: yuan/month
    formula: 0
    exceptions:
      - { label: one, when: flag, formula: a${over} }
      - { label: two, when: other_flag, formula: b }`;

test('two exceptions that fire with different results are a conflict in both backends, unless ranked', async () => {
  const plan = planOf(rules(''));
  assert.deepEqual(plan.all, []);
  const both = { ...household({ a: 100n, b: 200n, flag: true, other_flag: true, heads: 1n }), id: '1' };
  const equal = { ...household({ a: 200n, b: 200n, flag: true, other_flag: true, heads: 1n }), id: '2' };
  const open = { ...household({ a: 100n, b: 200n, flag: null, other_flag: true, heads: 1n }), id: '3' };
  const families = [both, equal, open];
  const js = families.map((f) => plan.evaluate(f));
  assert.deepEqual(
    js.map((e) => e.conflicts),
    [['result'], [], []],
  );
  assert.deepEqual(
    js.map((e) => e.decisions[0]?.outcome),
    ['undetermined', 'eligible', 'undetermined'],
  );
  assert.deepEqual(js[2]?.decisions[0]?.missing, ['flag']);
  const sql = await runInDuckdb(plan.packs, plan, families, { divisions: ['000000'] });
  assert.equal(sql.conflicts.get('result'), 1);
  const bySql = [...sql.decisions].sort((x, y) => Number(x.household) - Number(y.household));
  assert.deepEqual(
    bySql,
    js.flatMap((e) => e.decisions),
  );
  const ranked = planOf(rules(', over: [two]')).evaluate(both);
  assert.deepEqual([ranked.conflicts, ranked.decisions[0]?.amountFen, ranked.decisions[0]?.branch], [[], 100n, 'one']);
});

test('a ratio compares without dividing; over zero it is beyond every number', () => {
  const plan = planOf(`  result: { ${head}, formula: 'if a / b > x.rate then 1[yuan/month] else 0' }`);
  const amount = (a: bigint, b: bigint) => plan.evaluate(household({ a, b })).decisions[0]?.amountFen;
  assert.deepEqual([amount(50n, 100n), amount(51n, 100n), amount(1n, 0n), amount(0n, 0n)], [0n, 100n, 100n, 0n]);
});

test('an if whose branches agree is known without its condition', () => {
  const plan = planOf(`  result: { ${head}, formula: if flag then a else b }`);
  assert.equal(plan.evaluate(household({ a: 5n, b: 5n })).decisions[0]?.amountFen, 5n);
  assert.deepEqual(plan.evaluate(household({ a: 5n, b: 6n })).decisions[0]?.missing, ['flag']);
});

test('floors, ties and levels of parameters are held', () => {
  const county = (values: string) => [
    { path: 'c/pack.yaml', text: "id: county\ndivision: '990101'\ntitle: 县\nparent: national\n" },
    { path: 'c/parameters/x.yaml', text: `values:\n${values}` },
  ];
  const codes = (values: string) => {
    const { packs, errors } = country(`  result: { ${head}, formula: a }`, county(values));
    return [...errors, ...resolveParameters(packs, { division: '990101', month: '2026-10' }).errors].map(
      (e) => `${e.line} ${e.code}`,
    );
  };
  assert.deepEqual(codes('  - { id: x.line, from: 2026-01-01, value: 89.99, cite: 二 }'), ['2 outside-bound']);
  assert.deepEqual(codes('  - { id: x.line, from: 2026-01-01, value: 90.00, cite: 二 }'), []);
  const twice = '  - { id: x.line, from: 2026-01-01, value: 90.00, cite: 二 }\n';
  assert.deepEqual(codes(twice + twice), ['2 tie']);
  assert.deepEqual(codes('  - { id: x.lime, from: 2026-01-01, value: 90.00, cite: 二 }'), ['2 unknown-name']);
});

test('a division changes one variable; its children inherit the change', () => {
  const more = [
    { path: 'p/pack.yaml', text: "id: province\ndivision: '990000'\ntitle: 省\nparent: national\n" },
    {
      path: 'p/programmes/trial/policy.yaml',
      text: "extends: trial\nvariables:\n  result: { formula: 'inherited + 1[yuan/month]' }\n",
    },
    { path: 'c/pack.yaml', text: "id: county\ndivision: '990101'\ntitle: 县\nparent: province\n" },
    {
      path: 'c/programmes/trial/policy.yaml',
      text: 'extends: trial\nvariables:\n  result: { formula: inherited * 2 }\n',
    },
  ];
  const plan = planOf(`  result: { ${head}, formula: a }`, more);
  assert.deepEqual(plan.all, []);
  const amount = (division: string) => plan.evaluate({ ...household({ a: 500n }), division }).decisions[0]?.amountFen;
  assert.deepEqual([amount('000000'), amount('990200'), amount('990101'), amount('880101')], [500n, 600n, 1200n, 500n]);
});

test('checks name a clause without rule, an exception that cannot fire and a sentence with an unknown name', () => {
  const { packs } = country(
    `  result:\n    title: 结果\n    of: household\n    type: money\n    unit: yuan/month\n    formula: a\n    exceptions: [{ label: never, when: 'heads > 20[person]', formula: b }]`,
    [
      {
        path: 'n/programmes/second/policy.yaml',
        text: "id: second\ntitle: 二\nscope: household\nclauses: [{ id: c1, cite: 某条 }]\nconditions: [{ code: c, title: 条, when: flag, no: '不对{甲乙丙}' }]\n",
      },
    ],
  );
  assert.deepEqual(
    checkPacks(packs)
      .map((e) => e.code)
      .sort(),
    ['clause-without-rule', 'never-fires', 'unknown-name'],
  );
});

test('overlapping rows of a table are found before any family meets them, with the parameters of each division', () => {
  const table = (rows: string) => `  result:
    title: 结果
    of: household
    type: money
    unit: yuan/month
    table:
      on: [a, flag]
      rows:
${rows}
      else: '0'`;
  const codes = (rows: string) => {
    const { packs, errors } = country(table(rows.replace(/^/gm, '        ')));
    assert.deepEqual(errors, []);
    return checkPacks(packs, { months: ['2026-10'] }).map((e) => `${e.line} ${e.code}`);
  };
  const line = '1[person] * x.line';
  assert.deepEqual(codes(`- ['< 100[yuan/month]', any, a]\n- ['100[yuan/month]..<200[yuan/month]', any, b]`), []);
  assert.deepEqual(codes(`- ['<= 100[yuan/month]', any, a]\n- ['100[yuan/month]..<200[yuan/month]', any, b]`), [
    '14 table-overlap',
  ]);
  assert.deepEqual(codes(`- ['< ${line}', any, a]\n- ['>= ${line}', any, b]`), []);
  assert.deepEqual(codes(`- ['<= ${line}', any, a]\n- ['>= ${line}', any, b]`), ['14 table-overlap']);
});
