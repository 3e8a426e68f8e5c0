import { sql, type Tx } from '../../../platform/database/index.ts';
import { conflict, notFound } from '../../../platform/errors.ts';

/**
 * Pins a proposed model for all runs from now on; the one before is retired and can be adopted again.
 * @param prefix at least the first eight characters of its hash @param reason kept with it and in the trail
 * @throws model-unknown, model-ambiguous
 */
export async function adoptModel(tx: Tx, prefix: string, reason: string): Promise<{ hash: string }> {
  const wanted = /^[0-9a-f]{8,64}$/.test(prefix) ? prefix : '-';
  const { rows } = await sql<{ hash: string }>`
    select hash from linkage.model where starts_with(hash, ${wanted}) order by hash for update`.execute(tx.db);
  if (rows.length > 1) throw conflict('model-ambiguous', `不止一个模型以 ${prefix} 开头`, '请多写几位');
  const hash = rows[0]?.hash;
  if (hash === undefined)
    throw notFound('model-unknown', `没有训练过 ${prefix} 开头的模型`, '用 doudi linkage models 查看；至少写八位');
  await sql`update linkage.model set state = 'retired' where state = 'adopted' and hash <> ${hash}`.execute(tx.db);
  await sql`update linkage.model set state = 'adopted', adopted_at = ${tx.clock.now()}, adopted_by = ${tx.actor.id},
    reason = ${reason} where hash = ${hash}`.execute(tx.db);
  tx.audit({ action: 'linkage.model.adopt', object: `model/${hash}`, purpose: reason });
  return { hash };
}
