import { sql, type Tx } from '../../../platform/database/index.ts';
import { conflict, notFound } from '../../../platform/errors.ts';

/** What became of a decision, with what other modules need to follow it. */
export interface DecidedLink {
  id: string;
  deliveryId: string;
  feed: string;
  row: string;
  role: string;
  personId: string;
  state: 'confirmed' | 'rejected';
  /** Of one that was judged blind: whether the machine had said the same; null for any other. */
  agreed: boolean | null;
}

export const linkMissing = () =>
  notFound('link-missing', '没有找到这条待确认的认人结果', '请刷新待办；不在您辖区的不会显示');

/**
 * Confirms or rejects that a row is a person's. A confirmed link counts as certain, a rejected one is nobody's, from the next
 * reading of `linkOverrides` on; leads that hang on a rejected link are withdrawn by monitoring. One row of one role can be
 * confirmed for one person only.
 * @param note why, kept with the decision and in the audit trail
 * @throws link-missing (not there or not in sight), link-decided, link-taken
 */
export async function decideLink(
  tx: Tx,
  request: { id: string; state: 'confirmed' | 'rejected'; note: string },
): Promise<DecidedLink> {
  if (!/^[0-9a-f-]{36}$/.test(request.id)) throw linkMissing();
  const { rows } = await sql<{
    delivery_id: string;
    feed: string;
    row_no: string;
    role: string;
    person_id: string;
    state: string;
    kind: string;
    blind: boolean;
  }>`select delivery_id, feed, row_no, role, person_id, state, kind, blind from linkage.decision
    where id = ${request.id}::uuid for update`.execute(tx.db);
  const found = rows[0];
  if (!found) throw linkMissing();
  if (found.state !== 'open') throw conflict('link-decided', '这条认人结果已由他人处理', '请刷新后查看处理结果');
  if (request.state === 'confirmed') {
    const other =
      await sql`select 1 from linkage.decision where delivery_id = ${found.delivery_id} and row_no = ${found.row_no}::bigint
      and role = ${found.role} and state = 'confirmed'`.execute(tx.db);
    if (other.rows.length > 0)
      throw conflict('link-taken', '这一行已确认属于另一人', '请先核对另一人的认人结果，再行确认');
  }
  await sql`update linkage.decision set state = ${request.state}, decided_by = ${tx.actor.id}, decided_at = ${tx.clock.now()},
      note = ${request.note}, machine_kind = kind where id = ${request.id}::uuid`.execute(tx.db);
  tx.audit({
    action: `linkage.${request.state === 'confirmed' ? 'confirm' : 'reject'}`,
    object: `link/${request.id}`,
    purpose: request.note,
  });
  return {
    id: request.id,
    deliveryId: found.delivery_id,
    feed: found.feed,
    row: found.row_no,
    role: found.role,
    personId: found.person_id,
    state: request.state,
    agreed: found.blind ? (request.state === 'confirmed') === (found.kind !== 'review') : null,
  };
}
