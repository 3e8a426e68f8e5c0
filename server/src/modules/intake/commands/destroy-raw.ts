import type { Tx } from '../../../platform/database/index.ts';
import { conflict, notFound } from '../../../platform/errors.ts';
import { removeCorrections } from '../quarantine/store.ts';
import { destroyKey, findDelivery } from '../store.ts';

/**
 * Destroys the raw file of a delivery by forgetting its data key; the record of it is the audit entry. Accepted rows and
 * the account stay.
 * @param reason why, for the record: the retention period that ran out, or the order to destroy
 * @throws delivery-unknown, key-destroyed
 */
export async function destroyRaw(tx: Tx, deliveryId: string, reason: string): Promise<void> {
  const delivery = await findDelivery(tx, deliveryId);
  if (!delivery) throw notFound('delivery-unknown', '没有这次报送', '请核对报送编号');
  if (!(await destroyKey(tx, deliveryId, 'raw')))
    throw conflict('key-destroyed', '该次报送的原始文件此前已经销毁', '请查看审计记录');
  await removeCorrections(tx, deliveryId);
  tx.audit({
    action: 'intake.raw.destroy',
    object: `delivery/${deliveryId}`,
    details: { feed: delivery.feed, period: delivery.period, reason },
  });
}
