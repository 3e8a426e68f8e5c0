import { system } from '../../../platform/database/index.ts';
import type { RunContext } from '../../../platform/jobs/step.ts';
import { currentDeliveries, feedStates } from '../../intake/batch.ts';
import { decidedDeliveries, linkPaths } from '../../linkage/batch.ts';
import type { FeedRows, Freshness, LinkedDelivery } from '../plan/linked-rows.ts';

/** A delivery in force with absolute paths of what was accepted, whose rows they are, and what people decided about that. */
export interface DeliveryInForce extends LinkedDelivery {
  feed: string;
  kind: 'snapshot' | 'events';
}

/** Every delivery that the run's month stands on, oldest first, and how fresh each feed is. */
export async function deliveriesInForce(
  context: RunContext,
): Promise<{ deliveries: DeliveryInForce[]; states: Map<string, Freshness> }> {
  const { deliveries, states, links } = await context.db.withActor(
    system(`月度运行 ${context.period} 取在用文件`),
    async (tx) => {
      const current = await currentDeliveries(tx, context.bundle, context.period);
      return {
        deliveries: current,
        states: await feedStates(tx, context.bundle, context.period),
        // A register that changed has the rows looked at again: which file speaks is linkage's to say.
        links: await linkPaths(
          tx,
          current.map((d) => d.deliveryId),
        ),
      };
    },
  );
  const lines = context.decided?.links ?? null;
  const decided = lines === null ? undefined : context.lake.path(lines);
  const decidedOf = await decidedDeliveries(context.engine, decided ?? null);
  return {
    deliveries: deliveries.map((d) => ({
      feed: d.feed,
      kind: d.kind,
      deliveryId: d.deliveryId,
      period: d.period,
      accepted: context.lake.path(d.acceptedPath),
      links: context.lake.path(links.get(d.deliveryId) ?? linksPath(d.deliveryId)),
      decided: decidedOf.has(d.deliveryId) ? decided : undefined,
    })),
    states: new Map<string, Freshness>(states.map((s) => [s.feed, s.state])),
  };
}

/**
 * The feeds named, as the run's month sees them: the deliveries in force with the paths of their accepted rows and links,
 * and whether absence in them means "none". A feed without any delivery comes back empty and missing.
 */
export async function feedRows(
  context: RunContext,
  feeds: readonly string[],
): Promise<{ rows: FeedRows[]; states: Map<string, Freshness> }> {
  const { deliveries, states } = await deliveriesInForce(context);
  const rows = feeds.map((feed): FeedRows => {
    const own = deliveries.filter((d) => d.feed === feed);
    return { feed, kind: own[0]?.kind ?? 'snapshot', state: states.get(feed) ?? 'missing', deliveries: own };
  });
  return { rows, states };
}

/** Where linkage keeps whose the rows of a delivery are. */
export const linksPath = (deliveryId: string): string => `links/${deliveryId}.parquet`;
/** Where the registry keeps the persons and households that a run stands on. */
export const personPath = (runId: string): string => `registry/${runId}/person.parquet`;
export const householdPath = (runId: string): string => `registry/${runId}/household.parquet`;
/** Where the registry keeps who has left the register, with the household that was theirs. */
export const formerPath = (runId: string): string => `registry/${runId}/former.parquet`;
/** Where this module keeps what a run decided and from which facts. */
export const assessmentPath = (
  runId: string,
  what: 'person_input' | 'household_input' | 'input_hash' | 'decision' | 'household_value',
): string => `assessment/${runId}/${what}.parquet`;
/** Absolute path of the facts verified at the door that the run pinned, null when there are none. */
export function verifiedPath({ lake, decided }: RunContext): string | null {
  const lines = decided?.facts ?? null;
  return lines === null ? null : lake.path(lines);
}
