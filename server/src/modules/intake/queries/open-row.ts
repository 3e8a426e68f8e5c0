import type { Tx } from '../../../platform/database/index.ts';
import { failed, notFound } from '../../../platform/errors.ts';
import type { Lake } from '../../../platform/lake/index.ts';
import { rawContext } from '../domain/sealed-context.ts';
import { openCorrected } from '../quarantine/cells.ts';
import { findByRows, findCorrection, findPart } from '../quarantine/store.ts';
import { type DeliveredRow, openDelivered } from '../raw/delivered.ts';
import { findDelivery, findKey } from '../store.ts';

/**
 * Opens one delivered row, as the department wrote it, from the sealed raw file; a row released from quarantine as it was
 * corrected, since that is what counts. The reading is audited.
 * Only for references that a protected query gave the actor (a lead's evidence, a fact's source): the row itself carries
 * no division by which the database could decide.
 * @throws delivery-unknown, key-destroyed, row-unknown, row-refused
 */
export async function openRow(
  tx: Tx,
  lake: Lake,
  reference: { deliveryId: string; row: number },
): Promise<DeliveredRow> {
  const part = await findPart(tx, reference.deliveryId);
  const delivery = await findDelivery(tx, part?.deliveryId ?? reference.deliveryId);
  if (!delivery) throw notFound('delivery-unknown', '没有这次报送', '请从线索的证据重新打开');
  const wrapped = await findKey(tx, delivery.id, 'raw');
  if (!wrapped) throw failed('key-destroyed', '原始文件已按期销毁，无法再打开', '请查看销毁记录；必要时请部门补报');
  const key = tx.keys.unwrapDataKey(wrapped, rawContext(delivery.id));
  const opened = await openDelivered(lake.path(delivery.rawPath), key, rawContext(delivery.id), reference.row);
  tx.audit({ action: 'intake.row.open', object: `delivery/${delivery.id}/row/${reference.row}` });
  if (!part) return opened;
  const [settled] = await findByRows(tx, delivery.id, [reference.row]);
  const correction = settled && (await findCorrection(tx, settled.id));
  return correction ? openCorrected(tx.keys, settled.id, correction.sealed) : opened;
}
