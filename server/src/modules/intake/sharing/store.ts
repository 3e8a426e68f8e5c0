import { sql, type Tx } from '../../../platform/database/index.ts';
import type { SharingEventKind, SharingTerms } from './clock.ts';

export interface RequestRow extends SharingTerms {
  id: string;
  feed: string;
  department: string;
  period: string | null;
  purpose: string;
  lawful_basis: string;
  events: { kind: SharingEventKind; on: string; note: string }[];
  /** The day on which the first file of the feed came after the request; null when none did. */
  delivered_on: string | null;
}

export async function insertRequest(
  tx: Tx,
  r: Omit<RequestRow, 'events' | 'delivered_on'>,
  sentOn: string,
  note: string,
): Promise<void> {
  await sql`insert into intake.sharing_request (id, feed, department, kind, condition, period, purpose, lawful_basis, created_at, created_by)
    values (${r.id}, ${r.feed}, ${r.department}, ${r.kind}, ${r.condition}, ${r.period}, ${r.purpose}, ${r.lawful_basis},
      ${tx.clock.now()}, ${tx.actor.id})`.execute(tx.db);
  await insertEvent(tx, r.id, 1, 'sent', sentOn, note);
}

/** Writes an event; gives false when another was recorded in its place meanwhile. */
export async function insertEvent(
  tx: Tx,
  requestId: string,
  seq: number,
  kind: SharingEventKind,
  on: string,
  note: string,
): Promise<boolean> {
  const { rows } = await sql<{
    seq: number;
  }>`insert into intake.sharing_event (request_id, seq, kind, happened_on, note, recorded_at, recorded_by)
    values (${requestId}, ${seq}, ${kind}, ${on}, ${note}, ${tx.clock.now()}, ${tx.actor.id})
    on conflict do nothing returning seq`.execute(tx.db);
  return rows.length > 0;
}

/** Requests with their events, the newest first; one when `id` is given. */
export async function findRequests(tx: Tx, id: string | null): Promise<RequestRow[]> {
  const { rows } = await sql<RequestRow>`
    select r.id, r.feed, r.department, r.kind, r.condition, r.period, r.purpose, r.lawful_basis,
      (select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'on', e.happened_on::text, 'note', e.note) order by e.seq), '[]')
        from intake.sharing_event e where e.request_id = r.id) as events,
      (select min((d.received_at at time zone 'Asia/Shanghai')::date)::text from intake.delivery d
        where d.feed = r.feed and d.received_at >= r.created_at and (r.period is null or d.period = r.period)) as delivered_on
    from intake.sharing_request r where ${id}::uuid is null or r.id = ${id}::uuid
    order by r.created_at desc, r.id`.execute(tx.db);
  return rows;
}
