import type { Tx } from '../../../platform/database/index.ts';
import { findPart } from '../quarantine/store.ts';
import { findDelivery } from '../store.ts';

/** What a delivered row's page says of the file it came in. */
export interface DeliveryHead {
  feed: string;
  period: string;
  fileName: string;
}

/** One delivery by its id or that of a part of it; undefined when there is none. */
export async function deliveryHead(tx: Tx, id: string): Promise<DeliveryHead | undefined> {
  const found = await findDelivery(tx, (await findPart(tx, id))?.deliveryId ?? id);
  return found && { feed: found.feed, period: found.period, fileName: found.fileName };
}
