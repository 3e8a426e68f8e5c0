import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicies, formatLocatedError, readPacks } from '../src/index.ts';
import { runInDuckdb } from './duckdb-run.ts';
import { repositoryPacks } from './pack-files.ts';
import { randomFamilies } from './random-families.ts';

test('both backends decide random families alike: outcome, amount, reasons, missing and branch', async () => {
  const { packs, errors } = readPacks(repositoryPacks());
  assert.deepEqual(errors.map(formatLocatedError), []);
  const plan = compilePolicies(packs, { month: '2026-10', everything: true });
  assert.deepEqual(plan.errors.map(formatLocatedError), []);
  const divisions = [...new Set(packs.filter((p) => p.parent !== undefined).map((p) => p.division)), '330100'];
  const families = randomFamilies(
    packs,
    divisions,
    Number(process.env.DOUDI_FAMILIES ?? 1500),
    Number(process.env.DOUDI_SEED ?? 7),
  );
  const sql = await runInDuckdb(packs, plan, families, { divisions });
  const key = (d: { household: string; person: string | null; programme: string }) =>
    `${d.household}/${d.person ?? ''}/${d.programme}`;
  const bySql = new Map(sql.decisions.map((d) => [key(d), d]));
  assert.equal(bySql.size, sql.decisions.length, 'one decision per household, person and programme');
  const outcomes = new Map<string, number>();
  let compared = 0;
  let conflicts = 0;
  for (const family of families) {
    const evaluation = plan.evaluate(family);
    conflicts += evaluation.conflicts.length;
    for (const decision of evaluation.decisions) {
      assert.deepEqual(bySql.get(key(decision)), decision, `family ${family.id}`);
      outcomes.set(
        `${decision.programme} ${decision.outcome}`,
        (outcomes.get(`${decision.programme} ${decision.outcome}`) ?? 0) + 1,
      );
      compared++;
    }
  }
  assert.equal(compared, sql.decisions.length);
  assert.equal(conflicts, 0);
  assert.equal(
    [...sql.conflicts.values()].reduce((a, b) => a + b, 0),
    0,
  );
  for (const programme of plan.programmes) {
    for (const outcome of ['eligible', 'ineligible', 'undetermined']) {
      assert.ok(
        (outcomes.get(`${programme.id} ${outcome}`) ?? 0) > 0,
        `no family with ${programme.id} ${outcome}: the test would prove nothing`,
      );
    }
  }
});
