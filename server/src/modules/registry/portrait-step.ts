import { existsSync } from 'node:fs';
import { system } from '../../platform/database/index.ts';
import { idsIn, loadIds } from '../../platform/engine/ids.ts';
import type { Engine } from '../../platform/engine/index.ts';
import type { RunContext, StepOutput } from '../../platform/jobs/step.ts';
import { type CurrentDelivery, currentDeliveries, currentRowsSql, feedContracts, feedStates } from '../intake/batch.ts';
import { decidedDeliveries, linkPaths } from '../linkage/batch.ts';
import { factPlans } from './domain/fact-template.ts';
import { CONCERNED, concernedPersons, type FactSource, factSql } from './plan/facts.ts';
import { FACT_COLUMNS, householdsWithFacts, replaceFacts } from './store/facts.ts';

const FACTS = 'portrait_facts';
const SHOWN = 'portrait_shown';

/**
 * Step `portraits`: copies what departments delivered about the concerned households (those with a finding of this run, or
 * on its roll, or shown already this month; of an increment the touched ones among them) into registry.fact, each fact with the row it comes from. What concerns a household is read from the files
 * that the later steps left in the lake.
 */
export async function copyPortraits(context: RunContext): Promise<StepOutput> {
  const { engine, lake, runId, period, bundle } = context;
  const within = context.touched && (await idsIn(engine, context.touched.households, 'household_id'));
  const seen = await context.db.withActor(system('抄送相关家庭的画像'), async (tx) => {
    const deliveries = await currentDeliveries(tx, bundle, period);
    return {
      shown: await householdsWithFacts(tx, period, within),
      deliveries,
      states: await feedStates(tx, bundle, period),
      links: await linkPaths(
        tx,
        deliveries.map((d) => d.deliveryId),
      ),
    };
  });
  const lines = context.decided?.links ?? null;
  const decided = lines === null ? undefined : lake.path(lines);
  const decidedOf = await decidedDeliveries(engine, decided ?? null);
  const relations = [`findings/${runId}.parquet`, `entitlements/${runId}/roll.parquet`]
    .map((path) => lake.path(path))
    .filter((path) => existsSync(path));
  if (relations.length === 0) return { files: [], write: async () => ({ households: 0, facts: 0 }) };
  const registry = (name: string) => lake.path(`registry/${runId}/${name}.parquet`);
  await loadIds(engine, SHOWN, 'household_id', seen.shown);
  await engine.run(
    concernedPersons(
      { paths: relations, shown: SHOWN, touched: context.touched?.households },
      [registry('person'), registry('former')],
      registry('household'),
    ),
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${FACTS} (${FACT_COLUMNS.map(([n, t]) => `${n} ${engineType(t)}`).join(', ')})`,
  );
  for (const plan of factPlans(bundle, feedContracts(bundle))) {
    const source = sourceOf(
      seen.deliveries.filter((d) => d.feed === plan.feed),
      seen.states.find((s) => s.feed === plan.feed)?.state !== 'fresh',
    );
    if (source) await engine.run(`INSERT INTO ${FACTS} ${factSql(plan, source, period)}`);
  }
  return {
    files: [],
    async write(tx) {
      try {
        const households = await engine.all<{ n: bigint }>(
          `SELECT count(DISTINCT household_id) AS n FROM ${CONCERNED}`,
        );
        const facts = await replaceFacts(
          tx,
          period,
          cells(engine, `SELECT DISTINCT household_id FROM ${CONCERNED}`),
          cells(engine, `SELECT * FROM ${FACTS}`),
        );
        return { households: Number(households[0]?.n ?? 0), facts };
      } finally {
        await engine.run(`DROP TABLE IF EXISTS ${FACTS}`);
        await engine.run(`DROP TABLE IF EXISTS ${CONCERNED}`);
        await engine.run(`DROP TABLE IF EXISTS ${SHOWN}`);
      }
    },
  };

  function sourceOf(deliveries: readonly CurrentDelivery[], stale: boolean): FactSource | undefined {
    const linked = deliveries.filter((d) => seen.links.has(d.deliveryId));
    if (linked.length === 0) return undefined;
    return {
      rowsSql: currentRowsSql(linked, (path) => lake.path(path)),
      deliveries: linked.map((d) => ({
        deliveryId: d.deliveryId,
        period: d.period,
        links: lake.path(seen.links.get(d.deliveryId) ?? ''),
        decided: decidedOf.has(d.deliveryId) ? decided : undefined,
      })),
      stale,
    };
  }
}

const engineType = (type: string) => (type === 'int' ? 'INTEGER' : type === 'text' ? 'VARCHAR' : type);

async function* cells(engine: Engine, query: string): AsyncGenerator<unknown[]> {
  for await (const rows of engine.stream(query)) for (const row of rows) yield Object.values(row);
}
