import { sql, type Tx } from '../../../platform/database/index.ts';
import type { ColumnProfile } from './column-profile.ts';

/** Writes what a delivery's columns were like; once. */
export async function insertProfile(tx: Tx, deliveryId: string, profile: readonly ColumnProfile[]): Promise<void> {
  for (const p of profile)
    await sql`insert into intake.column_profile (delivery_id, column_name, rows, filled, codes) values (${deliveryId}, ${p.column},
      ${p.rows}, ${p.filled}, ${p.codes === null ? null : JSON.stringify(p.codes)}::jsonb) on conflict do nothing`.execute(
      tx.db,
    );
}

/** Profiles of deliveries, by delivery. */
export async function findProfiles(tx: Tx, deliveryIds: readonly string[]): Promise<Map<string, ColumnProfile[]>> {
  const { rows } = await sql<{
    id: string;
    column: string;
    rows: string;
    filled: string;
    codes: Record<string, number> | null;
  }>`
    select delivery_id as id, column_name as column, rows, filled, codes from intake.column_profile
    where delivery_id = any(${deliveryIds}::uuid[]) order by delivery_id, column_name`.execute(tx.db);
  const found = new Map<string, ColumnProfile[]>();
  for (const r of rows)
    found.set(r.id, [
      ...(found.get(r.id) ?? []),
      { column: r.column, rows: Number(r.rows), filled: Number(r.filled), codes: r.codes },
    ]);
  return found;
}

/** Deliveries that somebody accepted though they looked suspicious. */
export async function findAcceptances(tx: Tx): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`select delivery_id as id from intake.acceptance`.execute(tx.db);
  return new Set(rows.map((r) => r.id));
}

export async function insertAcceptance(tx: Tx, deliveryId: string, reason: string): Promise<boolean> {
  const { rows } = await sql<{
    id: string;
  }>`insert into intake.acceptance (delivery_id, reason, accepted_at, accepted_by)
    values (${deliveryId}, ${reason}, ${tx.clock.now()}, ${tx.actor.id}) on conflict do nothing returning delivery_id as id`.execute(
    tx.db,
  );
  return rows.length > 0;
}

/** What of deliveries' headers was not as the contract has it. */
export async function findHeaders(
  tx: Tx,
  deliveryIds: readonly string[],
): Promise<Map<string, { unknown: string[]; absent: string[] }>> {
  const { rows } = await sql<{ id: string; unknown: string[]; absent: string[] }>`
    select id, unknown_headers as unknown, absent_columns as absent from intake.delivery
    where id = any(${deliveryIds}::uuid[])`.execute(tx.db);
  return new Map(rows.map((r) => [r.id, { unknown: r.unknown, absent: r.absent }]));
}

/** Open quarantine rows of deliveries with a code of no list, by delivery and column. */
export async function countUnknownCodes(
  tx: Tx,
  deliveryIds: readonly string[],
): Promise<Map<string, Map<string, number>>> {
  const { rows } = await sql<{ id: string; column: string; n: string }>`
    select delivery_id as id, column_name as column, count(*) as n from intake.quarantine
    where delivery_id = any(${deliveryIds}::uuid[]) and reason = 'code-unknown' and column_name is not null
    group by delivery_id, column_name`.execute(tx.db);
  const found = new Map<string, Map<string, number>>();
  for (const r of rows) {
    const own = found.get(r.id) ?? new Map<string, number>();
    own.set(r.column, Number(r.n));
    found.set(r.id, own);
  }
  return found;
}

/** Since which month a feed is expected: its first delivery, or the month in which the department agreed to supply it. */
export async function findAgreedFeeds(tx: Tx): Promise<Map<string, string>> {
  const { rows } = await sql<{ feed: string; since: string }>`select feed, min(since) as since from (
    select feed, min(period) as since from intake.delivery group by feed
    union all select r.feed, to_char(min(e.happened_on), 'YYYY-MM') from intake.sharing_request r
      join intake.sharing_event e on e.request_id = r.id
      where r.kind = 'supply' and e.kind in ('agreed', 'provided') group by r.feed) f group by feed`.execute(tx.db);
  return new Map(rows.map((r) => [r.feed, r.since]));
}

export interface RowReason {
  reason: string;
  column: string | null;
  refused: boolean;
}

/** Rows of a delivery that were not taken, by reason and column, the most frequent first; refused ones at the end. */
export async function countRowReasons(tx: Tx, deliveryId: string): Promise<(RowReason & { count: number })[]> {
  const { rows } = await sql<RowReason & { n: string }>`
    select reason, column_name as column, false as refused, count(*) as n from intake.quarantine
      where delivery_id = ${deliveryId}::uuid and state <> 'released' group by reason, column_name
    union all select reason, null, true, count(*) from intake.refused where delivery_id = ${deliveryId}::uuid group by reason
    order by refused, n desc, reason, 2`.execute(tx.db);
  return rows.map(({ n, ...r }) => ({ ...r, count: Number(n) }));
}

/** Where rows with a reason stand in the department's file: its lines, or rows below the header where no line is known. */
export async function findRowReasons(tx: Tx, deliveryId: string, of: RowReason, limit: number): Promise<number[]> {
  const { rows } = of.refused
    ? await sql<{ line: string }>`select row as line from intake.refused
        where delivery_id = ${deliveryId}::uuid and reason = ${of.reason} order by row limit ${limit}`.execute(tx.db)
    : await sql<{ line: string }>`select coalesce(line, row) as line from intake.quarantine
        where delivery_id = ${deliveryId}::uuid and reason = ${of.reason} and column_name is not distinct from ${of.column}
          and state <> 'released' order by row limit ${limit}`.execute(tx.db);
  return rows.map((r) => Number(r.line));
}
