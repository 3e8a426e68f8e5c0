import { sql, type Tx } from '../../../platform/database/index.ts';

/** A link that somebody has to look at, without names: the desk opens row and person by their own doors. */
export interface OpenDecision {
  id: string;
  deliveryId: string;
  feed: string;
  row: string;
  role: string;
  personId: string;
  method: string;
  reason: string;
  kind: 'probable' | 'review';
}

/** Open decisions in the actor's sight, oldest first. @param limit at most 200 */
export async function openDecisions(tx: Tx, options: { feed?: string; limit?: number } = {}): Promise<OpenDecision[]> {
  const limit = Math.min(options.limit ?? 50, 200);
  const { rows } = await sql<{
    id: string;
    delivery_id: string;
    feed: string;
    row_no: string;
    role: string;
    person_id: string;
    method: string;
    reason: string;
    kind: 'probable' | 'review';
  }>`select id, delivery_id, feed, row_no, role, person_id, method, reason, kind from linkage.decision
    where state = 'open' and (${options.feed ?? null}::text is null or feed = ${options.feed ?? null})
    order by id limit ${limit}`.execute(tx.db);
  return rows.map((r) => ({
    id: r.id,
    deliveryId: r.delivery_id,
    feed: r.feed,
    row: r.row_no,
    role: r.role,
    personId: r.person_id,
    method: r.method,
    reason: r.reason,
    kind: r.kind,
  }));
}

/** What people decided about rows of these deliveries; it goes before what the links files say. */
export interface LinkOverride {
  deliveryId: string;
  row: string;
  role: string;
  /** The person confirmed; null when the link that the file holds was rejected. */
  personId: string | null;
}

/** Overrides of the links of deliveries: confirmed ones are certain, rejected ones that the file holds are nobody's. */
export async function linkOverrides(tx: Tx, deliveryIds: readonly string[]): Promise<LinkOverride[]> {
  const { rows } = await sql<{ delivery_id: string; row_no: string; role: string; person_id: string | null }>`
    select delivery_id, row_no, role, max(person_id) filter (where state = 'confirmed') as person_id from linkage.decision
    where delivery_id = any(${deliveryIds}::uuid[])
      and (state = 'confirmed' or (state = 'rejected' and kind <> 'review'))
    group by delivery_id, row_no, role order by delivery_id, row_no, role`.execute(tx.db);
  return rows.map((r) => ({ deliveryId: r.delivery_id, row: r.row_no, role: r.role, personId: r.person_id }));
}
