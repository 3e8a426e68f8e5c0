import { join } from 'node:path';
import type { Keyring } from '../../../platform/crypto/index.ts';
import { type Database, system } from '../../../platform/database/index.ts';
import { failed, notFound } from '../../../platform/errors.ts';
import type { Lake } from '../../../platform/lake/index.ts';
import { identityContext } from '../domain/sealed-context.ts';
import { findPart } from '../quarantine/store.ts';
import { unsealFile } from '../raw/sealed-file.ts';
import { findDelivery, findKey } from '../store.ts';

/**
 * Unseals the identity file of a delivery into a plain Parquet for the batch engine.
 * @returns its path in a work folder of the lake (a pattern over several pieces where the delivery is large); the caller
 *   removes that folder (its parent) in `finally`
 * @throws delivery-unknown, key-destroyed
 */
export async function openIdentity(
  context: { db: Database; lake: Lake; keys: Keyring },
  delivery: { deliveryId: string },
): Promise<string> {
  const id = delivery.deliveryId;
  const found = await context.db.withActor(system('批处理取身份文件'), async (tx) => {
    const part = await findPart(tx, id);
    const row = part ?? (await findDelivery(tx, id));
    const wrapped = part ? part.wrapped : await findKey(tx, id, 'identity');
    if (row) tx.audit({ action: 'intake.identity.open', object: `delivery/${id}` });
    return row && { path: row.identityPath, wrapped };
  });
  if (!found) throw notFound('delivery-unknown', '没有这次报送', '请核对报送编号');
  if (!found.wrapped) throw failed('key-destroyed', '该次报送的身份文件已按期销毁', '请使用仍在保存期内的报送');
  const key = context.keys.unwrapDataKey(found.wrapped, identityContext(id));
  const dir = await context.lake.workDir('identity');
  const names = (pieces: number) =>
    Array.from({ length: pieces }, (_, i) => join(dir, `identity-${String(i).padStart(5, '0')}.parquet`));
  const paths = await unsealFile(context.lake.path(found.path), key, identityContext(id), names);
  return paths.length === 1 ? (paths[0] as string) : join(dir, '*.parquet');
}
