import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCases } from '../src/cases/read-cases.ts';
import { type CaseRunner, compilePolicies, formatLocatedError, readPacks, testPolicies } from '../src/index.ts';
import { Faults } from '../src/source/located.ts';
import { runInDuckdb } from './duckdb-run.ts';
import { repositoryPacks } from './pack-files.ts';

test('every case beside the policies passes on both backends', async () => {
  const { packs, errors } = readPacks(repositoryPacks());
  assert.deepEqual(errors.map(formatLocatedError), []);
  const runSql: CaseRunner = async (plan, cases) => {
    // Each case may set parameters of its own: it becomes a division of its own.
    const families = cases.map((c, i) => ({ ...c.family, id: String(i), division: `case-${i}` }));
    const parameters = cases.map((c, i) => ({ ...c.parameters, division: `case-${i}` }));
    const run = await runInDuckdb(packs, plan, families, { parameters });
    return cases.map((c, i) =>
      run.decisions
        .filter((d) => d.household === String(i))
        .map((d) => ({ ...d, household: c.family.id, outcome: d.outcome as 'eligible' })),
    );
  };
  const report = await testPolicies(packs, { runSql });
  assert.deepEqual(report.errors.map(formatLocatedError), []);
  const failures = report.failed.map((f) => `${f.file}:${f.line} ${f.case} [${f.backend}] ${f.expected} ≠ ${f.actual}`);
  assert.deepEqual(failures, []);
  assert.ok(report.cases >= 40, `only ${report.cases} cases`);
  assert.equal(report.passed, report.cases);
});

/** False only where the programme is not about the person at all, so no case can show it. */
const impliedByApplies = [
  'child-difficulty minor',
  'child-difficulty difficulty',
  'destitute no-ability',
  'old-age age',
  'orphan minor',
  'orphan parents-lost',
  'price-subsidy group',
  'subsistence-single special-difficulty',
  'unattended-child minor',
  'unattended-child father',
  'unattended-child mother',
];

test('every condition of every programme is the reason of a refusal in some case, so that none can be lost unseen', () => {
  const { packs } = readPacks(repositoryPacks());
  const plan = compilePolicies(packs, { month: '2026-10' });
  const cases = readCases(packs, new Faults());
  const shown = new Set(cases.flatMap((c) => c.expect.flatMap((e) => e.reasons?.map((r) => `${e.programme} ${r}`))));
  const all = plan.programmes.flatMap((p) => p.conditions.map((c) => `${p.id} ${c.code}`));
  assert.deepEqual(
    all.filter((name) => !shown.has(name)),
    impliedByApplies,
  );
});
