/** The engine door of linkage: the index of persons to link to, and the step that links a run's deliveries. */
import { system } from '../../platform/database/index.ts';
import type { Step } from '../../platform/jobs/step.ts';
import { currentDeliveries, openIdentity } from '../intake/batch.ts';
import { linkDeliveries } from './link-step.ts';
import { retireOpen } from './store/decisions.ts';

export { type DeliveryToLink, linkDeliveries, linksPath } from './link-step.ts';
export * from './matching/index.ts';
export { type ModelInForce, modelInForce } from './model.ts';
export { openPersonIndex, PERSON_COLUMNS, personIndexPath, stagePersonIndex } from './person-index.ts';
export { decidedDeliveries, type LinksRead, linksSql } from './plan/decided-links.ts';
export { findLinked as linkPaths } from './store/linked.ts';
export { proposeModel } from './train.ts';

/** Step `link`: whose row it is, for every delivery in force that was not linked to this register before. */
export const linkStep: Step = async (context) => {
  const deliveries = await context.db.withActor(system('认人'), (tx) =>
    currentDeliveries(tx, context.bundle, context.period),
  );
  const output = await linkDeliveries(
    context,
    deliveries.map((d) => ({
      feed: d.feed,
      deliveryId: d.deliveryId,
      period: d.period,
      accepted: context.lake.path(d.acceptedPath),
      openIdentity: () => openIdentity(context, d),
    })),
  );
  return {
    files: output.files,
    async write(tx) {
      await retireOpen(
        tx,
        deliveries.map((d) => d.deliveryId),
      );
      return output.write(tx);
    },
  };
};
