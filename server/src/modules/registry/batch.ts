/** The engine door of the registry: divisions of the packs, and the steps of a run that write persons and portraits. */
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { system } from '../../platform/database/index.ts';
import { failed } from '../../platform/errors.ts';
import type { Step } from '../../platform/jobs/step.ts';
import { currentDeliveries, openIdentity, openMerged } from '../intake/batch.ts';
import { takeInRegister } from './persons-step.ts';
import { copyPortraits } from './portrait-step.ts';

export { type PopulationSource, takeInRegister } from './persons-step.ts';
export { type DivisionCode, divisionCodes, importDivisions, townships } from './store/divisions.ts';

/** Step `persons`: the newest population register becomes persons, households and the index that linkage links to. */
export const personsStep: Step = async (context) => {
  const deliveries = await context.db.withActor(system('登记人口与家庭'), (tx) =>
    currentDeliveries(tx, context.bundle, context.period),
  );
  const parts = deliveries.filter((d) => d.feed === 'population');
  const population = parts.at(-1);
  if (!population)
    throw failed(
      'population-missing',
      `${context.period} 及以前没有收到户籍人口登记（population）`,
      '请先 doudi intake 户籍人口文件，再执行 doudi run',
    );
  if (parts.length > 1) {
    // Rows released from quarantine belong to the register as much as those that came right.
    const merged = await openMerged(context, parts);
    try {
      return await takeInRegister(context, {
        deliveryId: population.deliveryId,
        accepted: merged.accepted,
        openIdentity: async () => ({ path: merged.identity, close: async () => undefined }),
      });
    } finally {
      await merged.close();
    }
  }
  return takeInRegister(context, {
    deliveryId: population.deliveryId,
    accepted: context.lake.path(population.acceptedPath),
    async openIdentity() {
      const path = await openIdentity(context, population);
      return { path, close: () => rm(dirname(path), { recursive: true, force: true }) };
    },
  });
};

/** Step `portraits`: what departments said of the households that this run concerns. */
export const portraitStep: Step = copyPortraits;
