import { system } from '../../../platform/database/index.ts';
import type { RunContext } from '../../../platform/jobs/step.ts';
import { currentDeliveries, feedStates } from '../../intake/batch.ts';
import { linkPaths } from '../../linkage/batch.ts';
import type { FeedRows, Freshness } from '../plan/linked-rows.ts';

/**
 * The feeds named, as the run's month sees them: the deliveries in force with the paths of their accepted rows and links,
 * and whether absence in them means "none". A feed without any delivery comes back empty and missing.
 */
export async function feedRows(
  context: RunContext,
  feeds: readonly string[],
): Promise<{ rows: FeedRows[]; states: Map<string, Freshness> }> {
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
  const freshness = new Map<string, Freshness>(states.map((s) => [s.feed, s.state]));
  const rows = feeds.map((feed): FeedRows => {
    const own = deliveries.filter((d) => d.feed === feed);
    return {
      feed,
      kind: own[0]?.kind ?? 'snapshot',
      state: freshness.get(feed) ?? 'missing',
      deliveries: own.map((d) => ({
        deliveryId: d.deliveryId,
        period: d.period,
        accepted: context.lake.path(d.acceptedPath),
        links: context.lake.path(links.get(d.deliveryId) ?? linksPath(d.deliveryId)),
      })),
    };
  });
  return { rows, states: freshness };
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
