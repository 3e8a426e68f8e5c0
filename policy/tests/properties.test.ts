import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  assess,
  compilePolicies,
  type Decision,
  type Family,
  type InputDefinition,
  readPacks,
  type Scalar,
} from '../src/index.ts';
import { repositoryPacks } from './pack-files.ts';
import { randomFamilies, seeded } from './random-families.ts';

const { packs } = readPacks(repositoryPacks());
const plan = compilePolicies(packs, { month: '2026-10' });
const inputs = new Map(packs.flatMap((p) => p.inputs).map((i) => [i.name, i]));
const runs = process.env.DOUDI_NIGHTLY ? 5000 : 250;
const often = { seed: 20261122, numRuns: runs };
// Divisions with rules of their own for income, tiers, supplements, amounts and property.
const divisions = ['321324', '231025', '442000', '320100', '330000', '620822', '430400', '341324', '310000', '350300'];
const set = {
  'subsistence-margin.multiple': '1.5',
  'property.vehicle-limit': '80000.00',
  'property.company-bars': 'false',
  'property.financial-checked': 'false',
  'property.dwelling-limit': '2',
  'property.dwelling-area': '80.00',
  'property.shop-bars': 'true',
  'income.basic-pension-exempt': 'true',
  'income.work-cost-share': '30%',
  'income.migrant-month': '1800.00',
  'income.farm-mu': '600.00',
  'lingtai.share-above': '50%',
  'wage.minimum': '2000.00',
  'disability-living.rate': '120.00',
  'disability-nursing.rate': '120.00',
};
const standards = { '310000': '1600.00', '330000': '1100.00', '350300': '800.00', '430400': '650.00' };
const parameters = new Map(
  divisions.map((division) => {
    const own = { 'subsistence.standard': (standards as Record<string, string>)[division] ?? '700.00' };
    return [division, plan.resolve(division, { ...set, ...own })];
  }),
);

function decide(family: Family): readonly Decision[] {
  const given = parameters.get(family.division);
  assert.ok(given);
  assert.deepEqual(given.errors, []);
  return plan.evaluate(family, { parameters: given }).decisions;
}

function familyOf(seed: number): Family {
  const [family] = randomFamilies(packs, divisions, 1, seed);
  assert.ok(family);
  return family;
}

/**
 * A sum that is said not to have been declared would count only while somebody has to declare, so that a first yuan of
 * pension would take it away: what was not declared has no sum.
 */
function consistent(family: Family): Family {
  if (family.household.income_declared !== false) return family;
  return { ...family, household: { ...family.household, declared_other_income: null } };
}

const incomes = ['wage', 'pension_employee', 'unemployment_benefit', 'business_income', 'other_income'];

test('more income never raises the difference payment, nor makes a family eligible', () => {
  let paid = 0;
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 90_000 }), fc.nat(incomes.length), (seed, more, which) => {
      const poor = consistent(familyOf(seed));
      const name = incomes[which];
      const raise = (facts: Family['household'], fact: string) => {
        const now = facts[fact];
        return typeof now === 'bigint' ? { ...facts, [fact]: now + BigInt(more) } : facts;
      };
      const [first, ...rest] = poor.persons;
      const richer: Family =
        name === undefined || !first
          ? { ...poor, household: raise(poor.household, 'declared_other_income') }
          : { ...poor, persons: [{ ...first, facts: raise(first.facts, name) }, ...rest] };
      const of = (f: Family) => decide(f).find((d) => d.programme === 'subsistence');
      const [before, after] = [of(poor), of(richer)];
      if (before?.outcome === 'undetermined' || after?.outcome === 'undetermined') return;
      if (after?.outcome === 'eligible') {
        assert.equal(before?.outcome, 'eligible', `seed ${seed} ${name}`);
        assert.ok((after.amountFen ?? 0n) <= (before?.amountFen ?? 0n), `seed ${seed} ${name}`);
        paid++;
      }
    }),
    { ...often, numRuns: runs * 4 },
  );
  assert.ok(paid > runs / 20, `only ${paid} families were paid`);
});

/** Some values of an input: all of a small type, else the bounds and a few between. */
function values(input: InputDefinition, random: () => number): Scalar[] {
  const { type } = input;
  if (type.kind === 'boolean') return [true, false];
  if (type.kind === 'enum') return Object.keys(type.values);
  if (type.kind === 'date') return [-25_000, 0, 12_000, 18_000, 20_700, 2_932_896, Math.floor(random() * 22_000)];
  const span = Number(type.high - type.low);
  return [type.low, type.high, ...[2, 4, 8].map((power) => type.low + BigInt(Math.floor(random() ** power * span)))];
}

test('what is decided with facts missing holds for every value of them', () => {
  let held = 0;
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = seeded(seed);
      const whole = familyOf(seed);
      const hide = (facts: Family['household']) =>
        Object.fromEntries(Object.entries(facts).map(([k, v]) => [k, random() < 0.12 ? null : v]));
      const open: Family = {
        ...whole,
        household: hide(whole.household),
        persons: whole.persons.map((p) => ({ id: p.id, facts: hide(p.facts) })),
        obligors: (whole.obligors ?? []).map((o) => ({ id: o.id, facts: hide(o.facts) })),
      };
      const decided = decide(open).filter((d) => d.outcome !== 'undetermined');
      const fill = (facts: Family['household']) =>
        Object.fromEntries(
          Object.entries(facts).map(([k, v]) => {
            const input = inputs.get(k);
            const some = v === null && input ? values(input, random) : [];
            return [k, v ?? some[Math.floor(random() * some.length)] ?? null];
          }),
        );
      for (let attempt = 0; attempt < 6; attempt++) {
        const closed = decide({
          ...open,
          household: fill(open.household),
          persons: open.persons.map((p) => ({ id: p.id, facts: fill(p.facts) })),
          obligors: (open.obligors ?? []).map((o) => ({ id: o.id, facts: fill(o.facts) })),
        });
        for (const before of decided) {
          const after = closed.find((d) => d.programme === before.programme && d.person === before.person);
          // A programme that turns out not to be about somebody gives nothing, as a refusal does.
          if (!after && before.outcome === 'ineligible') continue;
          const where = `seed ${seed} ${before.programme}`;
          assert.deepEqual([after?.outcome, after?.amountFen], [before.outcome, before.amountFen], where);
          for (const reason of before.reasons) assert.ok(after?.reasons.includes(reason), where);
          held++;
        }
      }
    }),
    often,
  );
  assert.ok(held > runs, `only ${held} decisions were held`);
});

test('the combination chosen is lawful, and no single programme that it excludes pays more', async () => {
  const families = randomFamilies(packs, ['321324', '530502'], runs, 20261122);
  const { assessments, errors } = await assess(packs, families, { at: '2026-10-01' });
  assert.deepEqual(errors, []);
  let alternatives = 0;
  for (const family of families) {
    const own = assessments.filter((a) => a.household === family.id);
    const total = own
      .filter((a) => a.chosen && a.period === 'month')
      .reduce((sum, a) => sum + Math.round(Number(a.amount) * 100), 0);
    for (const line of own) {
      if (line.chosen) assert.equal(line.outcome, 'eligible', `family ${family.id} ${line.programme}`);
      for (const other of line.alternatives) {
        alternatives++;
        if (!line.chosen) continue;
        const fen = Math.round(Number(other.amount) * 100);
        assert.ok(fen <= total, `family ${family.id}: ${other.programme} alone pays more than what was chosen`);
        // Two programmes of one person that exclude each other are never both chosen.
        const both = own.find(
          (a) => a.chosen && a.programme === other.programme && a.person !== undefined && a.person === other.person,
        );
        assert.ok(!both || line.person !== other.person || line.programme === other.programme, `family ${family.id}`);
      }
    }
  }
  assert.ok(alternatives > 10, `only ${alternatives} alternatives`);
});
