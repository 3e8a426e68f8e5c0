import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applyReform,
  assess,
  checkPacks,
  compilePolicies,
  type Decide,
  type Decision,
  formatLocatedError,
  householdSchema,
  inputsOf,
  knownNone,
  readFamily,
  readPacks,
  resolveParameters,
} from '../src/index.ts';
import { repositoryPacks } from './pack-files.ts';

const { packs } = readPacks(repositoryPacks());
const facts = (entity: 'household' | 'person') =>
  Object.fromEntries([...inputsOf(packs, entity).values()].map((i) => [i.name, knownNone(i)]));
const family = (household: object, ...persons: object[]) => ({
  id: 'A1',
  division: '321324',
  household: { ...facts('household'), income_declared: true, declared_other_income: 0n, ...household },
  persons: persons.map((p, i) => ({ id: String(i + 1), facts: { ...facts('person'), birth_date: 3652, ...p } })),
  obligors: [],
});

test('the packs are free of faults in every month in which the law changes', () => {
  assert.deepEqual(checkPacks(packs).map(formatLocatedError), []);
});

test('assess answers by the contract: yuan as text, chosen, reasons with clause and sentence', async () => {
  const { assessments, errors } = await assess(packs, [family({ declared_other_income: 30000n }, {})], {
    at: '2026-10-15',
    bundleHash: 'abc',
  });
  assert.deepEqual(errors, []);
  const subsistence = assessments.find((a) => a.programme === 'subsistence');
  assert.equal(subsistence?.outcome, 'eligible');
  assert.equal(subsistence?.amount, '310.00');
  assert.equal(subsistence?.chosen, true);
  assert.equal(subsistence?.scope, 'household');
  assert.equal(subsistence?.bundleHash, 'abc');
  assert.equal(subsistence?.variables.household_income, '300.00');
  assert.match(subsistence?.reasons[0]?.text ?? '', /家庭月收入300\.00元/);
  assert.equal(assessments.find((a) => a.programme === 'subsistence-margin')?.amount, null);
});

test('an answer has the fields of the contract and no others', async () => {
  const { assessments } = await assess(packs, [family({}, {})], { at: '2026-10-15' });
  const fields =
    'household scope programme outcome amount chosen alternatives period reasons missing variables bundleHash';
  for (const a of assessments) {
    const { person, ...rest } = a;
    assert.deepEqual(Object.keys(rest).sort(), fields.split(' ').sort());
    assert.equal(person !== undefined, a.scope === 'person');
  }
});

test('who takes a scheme of their own leaves the family, which is worked out again', async () => {
  const [young, old] = [{ relation: 'head' }, { birth_date: -7305, relation: 'sibling' }];
  const given = family({ obligors: true, declared_other_income: 30000n }, young, old);
  for (const decide of [undefined, decideApart]) {
    const { assessments } = await assess(packs, [given], { at: '2026-10-15', decide });
    const subsistence = assessments.find((a) => a.programme === 'subsistence');
    assert.deepEqual([subsistence?.chosen, subsistence?.amount], [true, '310.00']);
    assert.deepEqual(
      subsistence?.alternatives.map((a) => [a.programme, a.amount]),
      [
        ['subsistence', '920.00'],
        ['destitute', '984.00'],
      ],
    );
    assert.match(subsistence?.reasons[0]?.text ?? '', /乘以1人的610\.00元/);
    assert.equal(assessments.find((a) => a.programme === 'destitute')?.amount, '984.00');
  }
});

/** Another backend, as the SQL one is given: it decides lists of families, those of the splits too. */
const decideApart: Decide = async (plan, families, parameters) =>
  families.map((f, i) => plan.evaluate(f, parameters[i] ? { parameters: parameters[i] } : {}).decisions.toReversed());

test('a family may say that what it omits is known none, except who someone is and what is null', () => {
  const json = { division: '321324', others: 'none', persons: [{ id: '1', wage: null }], obligors: [] };
  const { family: read, faults } = readFamily(json, packs);
  assert.deepEqual(faults, []);
  const facts = read?.persons[0]?.facts ?? {};
  assert.deepEqual([facts.wage, facts.pension_employee, facts.birth_date], [undefined, 0n, undefined]);
  assert.equal(facts.lives_with_family, true);
  assert.equal(readFamily({ ...json, others: 'nothing' }, packs).faults[0]?.path, 'others');
});

test('of what excludes each other the larger is chosen, and each names the other', async () => {
  const { assessments } = await assess(packs, [family({ obligors: true }, { birth_date: -7305 })], {
    at: '2026-10-15',
  });
  const subsistence = assessments.find((a) => a.programme === 'subsistence');
  const destitute = assessments.find((a) => a.programme === 'destitute');
  assert.deepEqual([subsistence?.outcome, subsistence?.chosen], ['eligible', false]);
  assert.deepEqual([destitute?.outcome, destitute?.chosen, destitute?.amount], ['eligible', true, '984.00']);
  assert.deepEqual(
    destitute?.alternatives.map((a) => [a.programme, a.amount]),
    [['subsistence', '610.00']],
  );
});

test('--set is checked against type, floor and ceiling', async () => {
  const bad = await assess(packs, [family({}, {})], { at: '2026-10-15', set: { 'subsistence.standrd': '700' } });
  assert.match(
    bad.errors.map(formatLocatedError).join(),
    /没有参数“subsistence\.standrd”（是否应为“subsistence\.standard”）/,
  );
  const text = resolveParameters(packs, {
    division: '321324',
    month: '2026-10',
    set: { 'subsistence.standard': '七百' },
  });
  assert.equal(text.errors.length, 1);
  const floor = resolveParameters(packs, {
    division: '430102',
    month: '2026-10',
    set: { 'disability-living.rate': '109.99' },
  });
  assert.match(floor.errors[0]?.message ?? '', /低于 湖南省 规定的下限 110\.00/);
});

test('a family with an unknown key is refused with the nearest name; omitted is unknown, [] is known none', () => {
  const wrong = readFamily({ division: '321324', persons: [{ wag: '1.00' }] }, packs);
  assert.equal(wrong.faults[0]?.path, 'persons[0].wag');
  assert.match(wrong.faults[0]?.cure ?? '', /是否应为“wage”/);
  const open = readFamily({ division: '321324', persons: [{ wage: '1234.50' }] }, packs).family;
  assert.equal(open?.persons[0]?.facts.wage, 123450n);
  assert.equal(open?.household.obligors, undefined);
  assert.equal(readFamily({ division: '321324', persons: [], obligors: [] }, packs).family?.household.obligors, true);
  assert.equal(readFamily({ division: '321324', persons: [{ wage: '0.001' }] }, packs).faults.length, 1);
});

test('the schema describes every field in both languages', () => {
  const schema = JSON.stringify(householdSchema(packs));
  for (const input of packs.flatMap((p) => p.inputs)) {
    assert.ok(schema.includes(input.zh), input.name);
    assert.ok(schema.includes(input.en.replaceAll('"', '\\"')), input.name);
  }
});

const eligibleAmount = (decisions: readonly Decision[]) =>
  decisions.find((d) => d.programme === 'subsistence')?.amountFen;

test('a reform is an overlay: parameters, and rules that build on what each division has', () => {
  const raise = applyReform(packs, {
    path: 'raise.yaml',
    text: 'reform: raise\nset: { subsistence.standard: 680.00 }\n',
  });
  assert.deepEqual(raise.errors, []);
  const before = compilePolicies(packs, { month: '2026-10' });
  const after = compilePolicies(raise.packs, { month: '2026-10' });
  assert.deepEqual(after.errors, []);
  const case1 = family({ declared_other_income: 30000n }, {});
  assert.equal(eligibleAmount(before.evaluate(case1).decisions), 31000n);
  assert.equal(eligibleAmount(after.evaluate(case1).decisions), 38000n);
  const text = `reform: plus
policies:
  - extends: subsistence
    variables:
      supplement: { formula: 'inherited + 20[yuan/month]' }
`;
  const plus = applyReform(packs, { path: 'plus.yaml', text });
  assert.deepEqual(plus.errors.map(formatLocatedError), []);
  const changed = compilePolicies(plus.packs, { month: '2026-10' });
  assert.deepEqual(changed.errors.map(formatLocatedError), []);
  assert.equal(eligibleAmount(changed.evaluate(case1).decisions), 33000n);
  const zhongshan = { ...family({ financial_assets: 0n }, { birth_date: 16436 }), division: '442000' };
  assert.equal(eligibleAmount(before.evaluate(zhongshan).decisions), 154000n);
  assert.equal(eligibleAmount(changed.evaluate(zhongshan).decisions), 156000n);
});

test('a reform below a floor or with a wrong name is refused at its line', () => {
  const wrong = applyReform(packs, { path: 'r.yaml', text: 'reform: r\nset:\n  subsistence.standart: 680.00\n' });
  assert.equal(wrong.errors[0]?.line, 3);
});

test('more income never raises the difference payment; a decision with a fact missing holds for every value', () => {
  const plan = compilePolicies(packs, { month: '2026-10' });
  let last = 10n ** 9n;
  for (let income = 0n; income <= 80000n; income += 777n) {
    const amount = eligibleAmount(plan.evaluate(family({ declared_other_income: income }, {})).decisions) ?? 0n;
    assert.ok(amount <= last);
    last = amount;
  }
  for (const name of ['wage', 'car_value', 'pension_employee', 'migrant_months', 'deceased', 'custody', 'birth_date']) {
    const open = plan.evaluate(family({}, { [name]: null }, {}));
    for (const value of samples(name)) {
      const closed = plan.evaluate(family({}, { [name]: value }, {}));
      for (const decision of open.decisions) {
        if (decision.outcome === 'undetermined') {
          assert.ok(decision.missing.length > 0);
          continue;
        }
        const other = closed.decisions.find((d) => d.programme === decision.programme && d.person === decision.person);
        if (other) assert.deepEqual([other.outcome, other.amountFen], [decision.outcome, decision.amountFen], name);
      }
    }
  }
});

function samples(name: string) {
  const type = packs.flatMap((p) => p.inputs).find((i) => i.name === name)?.type;
  if (type?.kind === 'boolean') return [true, false];
  if (type?.kind === 'enum') return Object.keys(type.values);
  if (type?.kind === 'date') return [-20000, 0, 10000, 20000];
  return [0n, 1n, 5n, 10n, 12n];
}
