import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicies, formatLocatedError, readPacks } from '../src/index.ts';
import { runInDuckdb } from './duckdb-run.ts';
import { repositoryPacks } from './pack-files.ts';
import { randomFamilies } from './random-families.ts';

/** A hundred thousand in the nightly run; each batch is a database of its own, so that memory stays small. */
const families = Number(process.env.DOUDI_FAMILIES ?? (process.env.DOUDI_NIGHTLY ? 100_000 : 2000));
const batch = 5000;

// Some divisions pay everything, so that every programme is reached.
const paying = {
  'rigid-expenditure.disposable-income': '9000000.00',
  'rigid-expenditure.ratio': '1%',
  'child-difficulty.offered': 'true',
  'child-difficulty.share-poverty': '35.55%',
  'child-difficulty.share-hiv': '1',
  'orphan.rate-home': '1500.00',
  'orphan.rate-institution': '2250.00',
  'old-age.offered': 'true',
  'old-age.first-age': '80',
  'old-age.second-age': '90',
  'old-age.third-age': '100',
  'old-age.rate-first': '25.00',
  'old-age.rate-second': '60.00',
  'old-age.rate-third': '300.00',
  'elder-care.offered': 'true',
  'elder-care.age': '60',
  'elder-care.cap': '800.00',
  'elder-care.share-home': '50%',
  'price-subsidy.offered': 'true',
  'price-subsidy.cpi': '3.6%',
  'price-subsidy.food': '1%',
  'price-subsidy.scpi': '4.12%',
  'temporary-aid.months': '6',
  'subsistence.supplement-child': '33.33%',
};
const calm = { 'price-subsidy.offered': 'true', 'price-subsidy.cpi': '1%', 'price-subsidy.food': '1%' };
const sets: Record<string, Record<string, string>> = { '321324': paying, '231025': calm };

test(`both backends decide ${families} random families alike: outcome, amount, reasons, missing and branch`, async () => {
  const { packs, errors } = readPacks(repositoryPacks());
  assert.deepEqual(errors.map(formatLocatedError), []);
  const plan = compilePolicies(packs, { month: '2026-10', everything: true });
  assert.deepEqual(plan.errors.map(formatLocatedError), []);
  const all = [...new Set([...packs.filter((p) => p.parent !== undefined).map((p) => p.division), '140100'])];
  // Half of the families live where everything is paid, so that a small number reaches every outcome too.
  const divisions = [...all, ...all.map(() => '321324')];
  const parameters = all.map((d) => plan.resolve(d, sets[d]));
  const of = new Map(parameters.map((p) => [p.division, p]));
  const key = (d: { household: string; person: string | null; programme: string }) =>
    `${d.household}/${d.person ?? ''}/${d.programme}`;
  const outcomes = new Set<string>();
  const seed = Number(process.env.DOUDI_SEED ?? 7);
  for (let from = 0; from < families; from += batch) {
    const some = randomFamilies(packs, divisions, Math.min(batch, families - from), seed + from);
    const sql = await runInDuckdb(packs, plan, some, { parameters });
    const bySql = new Map(sql.decisions.map((d) => [key(d), d]));
    assert.equal(bySql.size, sql.decisions.length, 'one decision per household, person and programme');
    let compared = 0;
    for (const family of some) {
      const given = of.get(family.division);
      const evaluation = plan.evaluate(family, given ? { parameters: given } : {});
      assert.deepEqual(evaluation.conflicts, [], `seed ${seed + from}, family ${family.id}`);
      for (const decision of evaluation.decisions) {
        assert.deepEqual(bySql.get(key(decision)), decision, `seed ${seed + from}, family ${family.id}`);
        outcomes.add(`${decision.programme} ${decision.outcome}`);
        compared++;
      }
    }
    assert.equal(compared, sql.decisions.length);
    for (const [variable, rows] of sql.conflicts) assert.equal(rows, 0, `conflicts of ${variable}`);
    sql.connection.closeSync();
  }
  // Otherwise the test would prove nothing: every outcome of every programme must have been reached.
  const ever = plan.programmes.flatMap((p) => ['eligible', 'ineligible', 'undetermined'].map((o) => `${p.id} ${o}`));
  assert.deepEqual(
    ever.filter((outcome) => !outcomes.has(outcome)),
    [],
  );
});

test('parameters written into the SQL decide as joined ones do, and another division is refused', async () => {
  const { packs } = readPacks(repositoryPacks());
  const plan = compilePolicies(packs, { month: '2026-10', everything: true });
  const written = (of: typeof plan): typeof plan => ({
    ...of,
    missingNames: [],
    sql: (options) => of.sql({ ...options, inline: true }),
  });
  // With few programmes of persons their last columns are a view.
  const few = compilePolicies(packs, { month: '2026-10', programmes: ['subsistence', 'subsistence-single'] });
  const sorted = (list: readonly { household: string; person: string | null; programme: string }[]) =>
    [...list].sort((a, b) =>
      `${a.household}/${a.programme}/${a.person}` < `${b.household}/${b.programme}/${b.person}` ? -1 : 1,
    );
  const everywhere = [...new Set(packs.filter((p) => p.parent !== undefined).map((p) => p.division)), '140100'];
  // One division writes everything in; three and all of them only what they have in common.
  for (const [of, divisions] of [
    [plan, ['321324']],
    [plan, everywhere],
    [few, ['340102', '360704', '442000']],
  ] as const) {
    const families = randomFamilies(packs, divisions, process.env.DOUDI_NIGHTLY ? 4000 : 150, 11);
    const sql = await runInDuckdb(packs, written(of), families, { divisions });
    assert.deepEqual(sorted(sql.decisions), sorted(families.flatMap((f) => of.evaluate(f).decisions)));
    sql.connection.closeSync();
  }
  const stranger = randomFamilies(packs, ['140100'], 1, 12);
  await assert.rejects(runInDuckdb(packs, written(few), stranger, { divisions: ['321324'] }), /another division/);
});
