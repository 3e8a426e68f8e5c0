import { sql, type Tx } from '../../../platform/database/index.ts';
import { conflict } from '../../../platform/errors.ts';
import { linkMissing } from './decide-link.ts';

/**
 * Takes back what a person decided about a link: the row is again what the machine made of it, and the question is open. The
 * same text that was delivered at other times was judged with it and is open again with it. Derived state follows with the
 * next run; what people did with leads stays.
 * @param reason kept in the audit trail @returns how many other rows were judged with it
 * @throws link-missing, link-open when nobody decided it
 */
export async function undoLink(tx: Tx, request: { id: string; reason: string }): Promise<{ carried: number }> {
  if (!/^[0-9a-f-]{36}$/.test(request.id)) throw linkMissing();
  const { rows } = await sql<{ state: string; carried_from: string | null }>`
    select state, carried_from from linkage.decision where id = ${request.id}::uuid for update`.execute(tx.db);
  const found = rows[0];
  if (!found) throw linkMissing();
  if (found.state === 'open') throw conflict('link-open', '这条认人结果还没有人处理过', '请直接确认或否定');
  const origin = found.carried_from ?? request.id;
  // Judged once and seen since, it cannot be judged blind again.
  const undone =
    await sql`update linkage.decision set state = 'open', decided_by = null, decided_at = null, note = null,
      carried_from = null, blind = false
    where state <> 'open' and (id = ${origin}::uuid or carried_from = ${origin}::uuid or id = ${request.id}::uuid)`.execute(
      tx.db,
    );
  const carried = Math.max(0, Number(undone.numAffectedRows ?? 0n) - 1);
  tx.audit({ action: 'linkage.undo', object: `link/${request.id}`, purpose: request.reason, details: { carried } });
  return { carried };
}
