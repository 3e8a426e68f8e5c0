import type { Tx } from '../../../platform/database/index.ts';
import { findDelivery } from '../store.ts';

/** What a delivered row's page says of the file it came in. */
export interface DeliveryHead {
  feed: string;
  period: string;
  fileName: string;
}

/** One delivery by id; undefined when there is none. */
export async function deliveryHead(tx: Tx, id: string): Promise<DeliveryHead | undefined> {
  const found = await findDelivery(tx, id);
  return found && { feed: found.feed, period: found.period, fileName: found.fileName };
}
