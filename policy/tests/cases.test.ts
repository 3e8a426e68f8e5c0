import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CaseRunner, formatLocatedError, readPacks, testPolicies } from '../src/index.ts';
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
