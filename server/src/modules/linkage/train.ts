import { rm } from 'node:fs/promises';
import { system } from '../../platform/database/index.ts';
import { failed } from '../../platform/errors.ts';
import type { RunContext } from '../../platform/jobs/step.ts';
import { withoutIdentities } from './domain/rarities.ts';
import { type DeliveryToLink, readDeliveries } from './link-step.ts';
import { type Model, modelHash, prepareSide, priorBits, trainModel } from './matching/index.ts';
import { modelPath, stageModel } from './model.ts';
import { openPersonIndex } from './person-index.ts';
import { dropStatements, TABLES } from './plan/rows.ts';
import { dropWeighing, persons, TRAINING_ROWS, WEIGH } from './plan/weigh.ts';
import { findNewestIndex } from './store/linked.ts';
import { insertProposed, type ModelSummary } from './store/models.ts';
import { loadCodes, PLAN } from './weigh.ts';

/** What a model says, without its lists of values. */
export function summaryOf(model: Model): ModelSummary {
  return {
    learnt: model.learnt,
    prior: priorBits(model),
    comparisons: model.comparisons.map((c) => ({
      id: c.id,
      levels: c.levels.map((id, i) => ({ id, bits: Math.log2((c.m[i] ?? 1) / (c.u[i] ?? 1)) })),
    })),
    rules: model.rules.map((r) => r.id),
  };
}

/**
 * Learns a model from the newest register and the deliveries given, and proposes it; no run uses it before a person adopts
 * it. No truth and no decision of people is read.
 * @throws register-missing before the first run, and as `trainModel`
 */
export async function proposeModel(
  context: Omit<RunContext, 'runId' | 'period'>,
  deliveries: readonly DeliveryToLink[],
): Promise<{ hash: string; summary: ModelSummary; model: Model }> {
  const { engine, lake } = context;
  const index = await context.db.withActor(system('训练认人模型'), findNewestIndex);
  if (!index) throw failed('register-missing', '还没有登记人口，无从训练', '请先 doudi run 一个月份');
  const work = await lake.workDir('train');
  try {
    await openPersonIndex(context, index, TABLES.persons);
    await readDeliveries(
      context,
      deliveries.filter((d) => d.feed !== 'population'),
    );
    await loadCodes(context);
    await engine.run(persons());
    await engine.run(TRAINING_ROWS);
    const place = { engine, work, progress: context.progress };
    const left = await prepareSide(place, PLAN.fields, 'left', WEIGH.persons, 'weigh_l0');
    const right = await prepareSide(place, PLAN.fields, 'right', WEIGH.rows, 'weigh_r0');
    const learnt = await trainModel(place, PLAN, left, right);
    // Which pairs are weighed is not the model's to say here (plan/weigh.ts, PAIRS).
    const model = { ...withoutIdentities(learnt.model), rules: [] };
    const hash = modelHash(model);
    const summary = summaryOf(model);
    const staged = await stageModel(context, model);
    await context.db.withActor(system('提出认人模型'), async (tx) => {
      const known = await lake.list(tx, modelPath(hash));
      if (known.length === 0) await lake.commit(tx, [staged], 'linkage train');
      await insertProposed(tx, { hash, path: modelPath(hash), summary });
    });
    return { hash, summary, model };
  } finally {
    for (const table of ['weigh_l0', 'weigh_r0']) await engine.run(`DROP TABLE IF EXISTS ${table}`);
    for (const statement of [...dropWeighing(), ...dropStatements()]) await engine.run(statement);
    await rm(work, { recursive: true, force: true });
  }
}
