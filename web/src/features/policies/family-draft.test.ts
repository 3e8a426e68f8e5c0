import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compilePolicies, readPacks } from '@doudi/policy';
import { type Draft, emptyDraft, familyOf, fillNone } from './family-draft.ts';

const root = join(import.meta.dirname, '../../../../packs');
const { packs } = readPacks(
  globSync(
    '{national,32-jiangsu,321324-sihong,321324-sihong-demo}/{pack.yaml,vocabulary/*.yaml,parameters/*.yaml,programmes/**/*.yaml}',
    {
      cwd: root,
    },
  ).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
);
const plan = compilePolicies(packs, { month: '2026-10', programmes: ['subsistence'] });
const decide = (draft: Draft) => {
  const { family, faults } = familyOf(draft, packs);
  assert.deepEqual(faults, []);
  if (!family) throw new Error('no family');
  return plan.evaluate(family).decisions.find((d) => d.programme === 'subsistence');
};
const inputs = (entity: string) => packs.flatMap((p) => p.inputs).filter((i) => i.entity === entity);

test('an empty form is undetermined: nothing that was not said counts as none', () => {
  const decision = decide(emptyDraft('321324'));
  assert.equal(decision?.outcome, 'undetermined');
  assert.ok((decision?.missing.length ?? 0) > 5);
});

test('with the rest known to be none and an income declared, the difference to the standard is paid', () => {
  const draft: Draft = {
    division: '321324',
    household: {
      ...fillNone({}, inputs('household')),
      residence_kind: 'rural',
      income_declared: 'true',
      declared_other_income: '110.00',
    },
    persons: [
      {
        id: '1',
        facts: fillNone(
          { relation: 'head', birth_date: '1980-01-01', sex: 'male', marital_status: 'single' },
          inputs('person'),
        ),
      },
    ],
    obligors: [],
  };
  const decision = decide(draft);
  assert.deepEqual([decision?.outcome, decision?.amountFen, decision?.missing], ['eligible', 50000n, []]);
});

test('filling in what is none leaves what was said, and never says who somebody is', () => {
  const filled = fillNone({ wage: '3000.00' }, inputs('person'));
  assert.equal(filled.wage, '3000.00');
  assert.equal(filled.pension_employee, '0.00');
  assert.equal(filled.birth_date, undefined);
});

test('a wrong amount is named where it stands', () => {
  const { faults } = familyOf({ ...emptyDraft('321324'), household: { declared_other_income: '12.345' } }, packs);
  assert.deepEqual(
    faults.map((f) => f.path),
    ['household.declared_other_income'],
  );
});
