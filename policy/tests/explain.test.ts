import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicies, type Decision, explain, inputsOf, knownNone, readPacks, treeText } from '../src/index.ts';
import { repositoryPacks } from './pack-files.ts';

const { packs } = readPacks(repositoryPacks());
const plan = compilePolicies(packs, { month: '2026-10' });
const none = (entity: 'household' | 'person') =>
  Object.fromEntries([...inputsOf(packs, entity).values()].map((i) => [i.name, knownNone(i)]));

function decided(
  programme: string,
  household: object,
  person: object,
): { decision: Decision; text: string; lines: string[]; used: string[] } {
  const family = {
    id: '1',
    division: '321324',
    household: { ...none('household'), obligors: null, ...household },
    persons: [{ id: '1', facts: { ...none('person'), birth_date: 3652, ...person } }],
  };
  const evaluation = plan.evaluate(family);
  const decision = evaluation.decisions.find((d) => d.programme === programme);
  assert.ok(decision);
  const explanation = explain(plan, family, evaluation, decision);
  return {
    decision,
    text: treeText(explanation.tree),
    lines: explanation.zh,
    used: explanation.parameters.map((p) => p.id),
  };
}

test('an eligible family is told its income, the standard and the clause', () => {
  const { lines, text, used } = decided('subsistence', { income_declared: true, declared_other_income: 30000n }, {});
  assert.match(lines[0] ?? '', /符合最低生活保障条件，每月发给310\.00元/);
  assert.match(
    lines[1] ?? '',
    /家庭月收入300\.00元，低于低保标准610\.00元乘以1人的610\.00元。（依据：社会救助法第十八条）/,
  );
  assert.match(text, /低保标准：610\.00元\/人\/月〔321324-sihong，自2020-12-01起；西楚网/);
  assert.ok(used.includes('subsistence.standard'));
});

test('a refusal names only what failed', () => {
  const { lines } = decided('subsistence', { income_declared: true, declared_other_income: 61000n }, {});
  assert.equal(lines.length, 2);
  assert.match(lines[1] ?? '', /不低于低保标准/);
});

test('an open decision names what is missing by its Chinese title', () => {
  const { lines } = decided('subsistence', { income_declared: false, declared_other_income: null }, {});
  assert.match(lines[0] ?? '', /暂不能确定，还需要：申报其他月收入/);
});

test('a borrowed parameter says where it was borrowed', () => {
  const { text } = decided(
    'subsistence',
    { income_declared: true, declared_other_income: 0n },
    { employed: true, wage: 50000n },
  );
  assert.match(text, /就业成本占标准比例：0\.3〔.*借自赣州市/);
});

test('before the law was in force the older rule is cited', () => {
  const older = compilePolicies(packs, { month: '2026-06' });
  const cite = (p: typeof older) => p.programmes.find((q) => q.id === 'subsistence')?.conditions[0]?.cite;
  assert.equal(cite(older), '最低生活保障审核确认办法第二十三条');
  assert.equal(cite(plan), '社会救助法第十八条');
});
