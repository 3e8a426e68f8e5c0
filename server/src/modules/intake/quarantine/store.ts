import { sql, type Tx } from '../../../platform/database/index.ts';

/** A quarantined row as it stands, with the place of its section and whether it was corrected. */
export interface QuarantinedRow {
  id: string;
  deliveryId: string;
  row: number;
  line: number | null;
  section: string | null;
  reason: string;
  /** Name of the column in the contract. */
  column: string | null;
  state: 'open' | 'released' | 'discarded';
  corrected: boolean;
  /** Why the last attempt to release the corrected row failed. */
  fault: string | null;
  faultColumn: string | null;
}

interface Raw {
  id: string;
  delivery_id: string;
  row: string;
  line: string | null;
  section: string | null;
  reason: string;
  column_name: string | null;
  state: QuarantinedRow['state'];
  corrected: boolean;
  fault: string | null;
  fault_column: string | null;
}

const FROM = sql.raw(`select q.id, q.delivery_id, q.row, q.line, s.name as section, q.reason, q.column_name, q.state,
    c.quarantine_id is not null as corrected, c.fault, c.fault_column
  from intake.quarantine q left join intake.correction c on c.quarantine_id = q.id
  left join lateral (select name from intake.section s where s.delivery_id = q.delivery_id and s.first_row <= q.row
    order by s.seq desc limit 1) s on true`);

const present = (r: Raw): QuarantinedRow => ({
  id: r.id,
  deliveryId: r.delivery_id,
  row: Number(r.row),
  line: r.line === null ? null : Number(r.line),
  section: r.section,
  reason: r.reason,
  column: r.column_name,
  state: r.state,
  corrected: r.corrected,
  fault: r.fault,
  faultColumn: r.fault_column,
});

/** Open rows of a delivery after row `after`, by row. */
export async function findOpen(
  tx: Tx,
  deliveryId: string,
  filter: { reason?: string | null; corrected?: boolean; after?: number; limit: number },
): Promise<QuarantinedRow[]> {
  const { rows } = await sql<Raw>`${FROM} where q.delivery_id = ${deliveryId}::uuid and q.state = 'open'
    and (${filter.reason ?? null}::text is null or q.reason = ${filter.reason ?? null})
    and (not ${filter.corrected ?? false}::boolean or c.quarantine_id is not null)
    and q.row > ${filter.after ?? 0} order by q.row limit ${filter.limit}`.execute(tx.db);
  return rows.map(present);
}

/** Quarantined rows by their ids, in any state. */
export async function findByIds(tx: Tx, ids: readonly string[]): Promise<QuarantinedRow[]> {
  const { rows } = await sql<Raw>`${FROM} where q.id = any (${ids}::bigint[]) order by q.row`.execute(tx.db);
  return rows.map(present);
}

/** Quarantined rows of a delivery by their record numbers, in any state. */
export async function findByRows(tx: Tx, deliveryId: string, numbers: readonly number[]): Promise<QuarantinedRow[]> {
  const { rows } = await sql<Raw>`${FROM} where q.delivery_id = ${deliveryId}::uuid
    and q.row = any (${numbers}::bigint[]) order by q.row`.execute(tx.db);
  return rows.map(present);
}

export async function saveCorrection(tx: Tx, id: string, sealed: Buffer, columns: readonly string[]): Promise<void> {
  await sql`insert into intake.correction (quarantine_id, sealed, columns, made_by, made_at)
    values (${id}, ${sealed}, ${columns}::text[], ${tx.actor.id}, ${tx.clock.now()})
    on conflict (quarantine_id) do update set sealed = excluded.sealed, columns = excluded.columns,
      made_by = excluded.made_by, made_at = excluded.made_at, fault = null, fault_column = null`.execute(tx.db);
}

/** The sealed correction of a row and the columns it changed; undefined when there is none. */
export async function findCorrection(tx: Tx, id: string): Promise<{ sealed: Buffer; columns: string[] } | undefined> {
  const { rows } = await sql<{ sealed: Buffer; columns: string[] }>`
    select sealed, columns from intake.correction where quarantine_id = ${id}`.execute(tx.db);
  return rows[0];
}

/** Forgets the corrected rows of a delivery: they are its rows again, and go when it goes. */
export async function removeCorrections(tx: Tx, deliveryId: string): Promise<void> {
  await sql`delete from intake.correction c using intake.quarantine q
    where q.id = c.quarantine_id and q.delivery_id = ${deliveryId}::uuid`.execute(tx.db);
}

/** Marks rows as looked at and left. Gives how many were open. */
export async function markDiscarded(tx: Tx, ids: readonly string[]): Promise<number> {
  const { rows } = await sql<{ id: string }>`update intake.quarantine set state = 'discarded',
      settled_at = ${tx.clock.now()}, settled_by = ${tx.actor.id}
    where id = any (${ids}::bigint[]) and state = 'open' returning id`.execute(tx.db);
  return rows.length;
}

/** Notes why corrected rows could not be released: [quarantine id, reason, column]. */
export async function noteFaults(tx: Tx, faults: readonly [string, string, string | null][]): Promise<void> {
  for (const [id, reason, column] of faults)
    await sql`update intake.correction set fault = ${reason}, fault_column = ${column}
      where quarantine_id = ${id}`.execute(tx.db);
}

/** What a release leaves in the database: the part, its rows' state, and the delivery's account. */
export async function writeRelease(
  tx: Tx,
  release: {
    deliveryId: string;
    part: { id: string; rows: number; acceptedPath: string; identityPath: string; wrapped: Buffer };
    by: string;
    released: readonly string[];
    accepted: number;
    unchanged: number;
  },
): Promise<void> {
  const { part, deliveryId } = release;
  await sql`insert into intake.part (id, delivery_id, seq, rows, accepted_path, identity_path, wrapped, created_at, created_by)
    select ${part.id}, ${deliveryId}::uuid, coalesce(max(seq), 0) + 1, ${part.rows}, ${part.acceptedPath},
      ${part.identityPath}, ${part.wrapped}, ${tx.clock.now()}, ${release.by}
    from intake.part where delivery_id = ${deliveryId}::uuid`.execute(tx.db);
  await sql`update intake.quarantine set state = 'released', part_id = ${part.id}, settled_at = ${tx.clock.now()},
      settled_by = ${release.by} where id = any (${release.released}::bigint[]) and state = 'open'`.execute(tx.db);
  await sql`update intake.delivery set accepted = accepted + ${release.accepted}, unchanged = unchanged + ${release.unchanged},
      quarantined = quarantined - ${release.accepted + release.unchanged},
      reasons = (select coalesce(jsonb_object_agg(reason, n), '{}') from (
        select reason, count(*) as n from intake.quarantine
          where delivery_id = ${deliveryId}::uuid and state <> 'released' group by reason
        union all select reason, count(*) from intake.refused where delivery_id = ${deliveryId}::uuid group by reason) r)
    where id = ${deliveryId}::uuid`.execute(tx.db);
}

/** The delivery that a part belongs to, with the wrapped key of its identity; undefined when the id is no part's. */
export async function findPart(
  tx: Tx,
  id: string,
): Promise<{ deliveryId: string; identityPath: string; wrapped: Buffer | null } | undefined> {
  const { rows } = await sql<{ delivery_id: string; identity_path: string; wrapped: Buffer | null }>`
    select delivery_id, identity_path, wrapped from intake.part where id = ${id}::uuid`.execute(tx.db);
  const row = rows[0];
  return row && { deliveryId: row.delivery_id, identityPath: row.identity_path, wrapped: row.wrapped };
}
