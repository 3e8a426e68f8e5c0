import { sql, type Tx } from '../../../platform/database/index.ts';
import { conflict, notFound } from '../../../platform/errors.ts';

/**
 * Closes a conflict of numbers or phones with what was found out about it; the same text delivered again stays closed.
 * @throws conflict-missing (not there or not in sight), conflict-closed
 */
export async function closeConflict(tx: Tx, request: { id: string; reason: string }): Promise<void> {
  const known = /^[0-9a-f-]{36}$/.test(request.id) ? request.id : '00000000-0000-0000-0000-000000000000';
  const { rows } = await sql<{ state: string }>`
    select state from linkage.conflict where id = ${known}::uuid for update`.execute(tx.db);
  if (!rows[0]) throw notFound('conflict-missing', '没有找到这条号码冲突', '请刷新列表；不在您辖区的不会显示');
  if (rows[0].state !== 'open') throw conflict('conflict-closed', '这条号码冲突已由他人了结', '请刷新后查看');
  await sql`update linkage.conflict set state = 'closed', closed_by = ${tx.actor.id}, closed_at = ${tx.clock.now()},
      note = ${request.reason} where id = ${known}::uuid`.execute(tx.db);
  tx.audit({ action: 'linkage.conflict.close', object: `conflict/${known}`, purpose: request.reason });
}
