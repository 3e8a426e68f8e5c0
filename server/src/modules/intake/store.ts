import { sql, type Tx } from '../../platform/database/index.ts';
import type { SectionAccount } from './source/canonical.ts';

/** One delivery as it stands in intake.delivery. */
export interface DeliveryRow {
  id: string;
  feed: string;
  kind: 'snapshot' | 'events';
  period: string;
  fileName: string;
  sha256: string;
  receivedAt: Date;
  status: 'current' | 'superseded';
  received: number;
  accepted: number;
  unchanged: number;
  quarantined: number;
  refused: number;
  reasons: Record<string, number>;
  acceptedPath: string;
  identityPath: string;
  rawPath: string;
  /** What was released from its quarantine, in order. */
  parts: readonly DeliveryPart[];
}

/** Rows released from a delivery's quarantine at one time; they have an id of their own for links and evidence. */
export interface DeliveryPart {
  id: string;
  rows: number;
  acceptedPath: string;
  identityPath: string;
}

export interface NewDelivery extends Omit<DeliveryRow, 'status' | 'parts'> {
  form: 'csv' | 'xlsx' | 'zip';
  encoding: string;
  bytes: number;
  contractSha256: string;
  unknownHeaders: string[];
  absentColumns: string[];
}

interface RawDelivery {
  id: string;
  feed: string;
  kind: 'snapshot' | 'events';
  period: string;
  file_name: string;
  sha256: string;
  received_at: Date;
  status: 'current' | 'superseded';
  received: string;
  accepted: string;
  unchanged: string;
  quarantined: string;
  refused: string;
  reasons: Record<string, number>;
  accepted_path: string;
  identity_path: string;
  raw_path: string;
  parts: DeliveryPart[];
}

const COLUMNS = sql.raw(`id, feed, kind, period, file_name, sha256, received_at, status, received, accepted, unchanged,
  quarantined, refused, reasons, accepted_path, identity_path, raw_path,
  coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'rows', p.rows, 'acceptedPath', p.accepted_path,
    'identityPath', p.identity_path) order by p.seq) from intake.part p where p.delivery_id = delivery.id), '[]') as parts`);

const present = (r: RawDelivery): DeliveryRow => ({
  id: r.id,
  feed: r.feed,
  kind: r.kind,
  period: r.period,
  fileName: r.file_name,
  sha256: r.sha256,
  receivedAt: r.received_at,
  status: r.status,
  received: Number(r.received),
  accepted: Number(r.accepted),
  unchanged: Number(r.unchanged),
  quarantined: Number(r.quarantined),
  refused: Number(r.refused),
  reasons: r.reasons,
  acceptedPath: r.accepted_path,
  identityPath: r.identity_path,
  rawPath: r.raw_path,
  parts: r.parts,
});

/** Current deliveries with a period up to `period` (all when null), oldest period first. */
export async function findCurrent(tx: Tx, period: string | null, feed: string | null = null): Promise<DeliveryRow[]> {
  const { rows } = await sql<RawDelivery>`select ${COLUMNS} from intake.delivery where status = 'current'
    and (${period}::text is null or period <= ${period}) and (${feed}::text is null or feed = ${feed})
    order by period, feed`.execute(tx.db);
  return rows.map(present);
}

/** One delivery by id; undefined when there is none. */
export async function findDelivery(tx: Tx, id: string): Promise<DeliveryRow | undefined> {
  const { rows } = await sql<RawDelivery>`select ${COLUMNS} from intake.delivery where id = ${id}::uuid`.execute(tx.db);
  return rows[0] && present(rows[0]);
}

/** All deliveries of a feed and period, the newest first. */
export async function findDeliveries(tx: Tx, feed: string, period: string): Promise<DeliveryRow[]> {
  const { rows } = await sql<RawDelivery>`select ${COLUMNS} from intake.delivery
    where feed = ${feed} and period = ${period} order by received_at desc, created_at desc`.execute(tx.db);
  return rows.map(present);
}

/** Holds the feed until the transaction ends, so that two files of one feed come one after the other. */
export async function lockFeed(tx: Tx, feed: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`intake ${feed}`}, 0))`.execute(tx.db);
}

export async function insertDelivery(tx: Tx, d: NewDelivery): Promise<void> {
  await sql`update intake.delivery set status = 'superseded'
    where feed = ${d.feed} and period = ${d.period} and status = 'current'`.execute(tx.db);
  await sql`insert into intake.delivery (id, feed, kind, period, file_name, form, encoding, sha256, bytes, received_at,
      created_at, created_by, status, contract_sha256, received, accepted, unchanged, quarantined, refused, reasons,
      unknown_headers, absent_columns, accepted_path, identity_path, raw_path)
    values (${d.id}, ${d.feed}, ${d.kind}, ${d.period}, ${d.fileName}, ${d.form}, ${d.encoding}, ${d.sha256}, ${d.bytes},
      ${d.receivedAt}, ${tx.clock.now()}, ${tx.actor.id}, 'current', ${d.contractSha256}, ${d.received}, ${d.accepted},
      ${d.unchanged}, ${d.quarantined}, ${d.refused}, ${JSON.stringify(d.reasons)}::jsonb, ${d.unknownHeaders}::text[],
      ${d.absentColumns}::text[], ${d.acceptedPath}, ${d.identityPath}, ${d.rawPath})`.execute(tx.db);
  await sql`update intake.delivery set superseded_by = ${d.id}
    where feed = ${d.feed} and period = ${d.period} and status = 'superseded' and superseded_by is null`.execute(tx.db);
}

export async function insertKey(tx: Tx, deliveryId: string, part: 'raw' | 'identity', wrapped: Buffer): Promise<void> {
  await sql`insert into intake.delivery_key (delivery_id, part, wrapped) values (${deliveryId}, ${part}, ${wrapped})`.execute(
    tx.db,
  );
}

/** The wrapped data key of a part; undefined when there is none or it was destroyed. */
export async function findKey(tx: Tx, deliveryId: string, part: 'raw' | 'identity'): Promise<Buffer | undefined> {
  const { rows } = await sql<{ wrapped: Buffer | null }>`select wrapped from intake.delivery_key
    where delivery_id = ${deliveryId}::uuid and part = ${part}`.execute(tx.db);
  return rows[0]?.wrapped ?? undefined;
}

/** Forgets a data key: what it sealed never opens again. Gives false when it was forgotten before. */
export async function destroyKey(tx: Tx, deliveryId: string, part: 'raw' | 'identity'): Promise<boolean> {
  const { rows } = await sql<{
    part: string;
  }>`update intake.delivery_key set wrapped = null, destroyed_at = ${tx.clock.now()}
    where delivery_id = ${deliveryId}::uuid and part = ${part} and wrapped is not null returning part`.execute(tx.db);
  return rows.length > 0;
}

/** What a delivered file consists of, in order. */
export async function insertSections(tx: Tx, deliveryId: string, sections: readonly SectionAccount[]): Promise<void> {
  for (const [seq, s] of sections.entries())
    await sql`insert into intake.section (delivery_id, seq, name, first_row, received, encoding, delimiter, headers, absent_columns)
      values (${deliveryId}, ${seq}, ${s.name}, ${s.firstRow}, ${s.received}, ${s.encoding},
        ${String.fromCharCode(s.form.delimiter)}, ${s.headers}::text[], ${s.absent}::text[])`.execute(tx.db);
}

/** Rows of quarantine as [row, reason, column name or null, line]. */
export async function loadQuarantine(
  tx: Tx,
  deliveryId: string,
  rows: AsyncIterable<readonly [number, string, string | null, number]>,
): Promise<number> {
  return tx.load(
    'quarantine_in',
    [
      { name: 'row', type: 'bigint' },
      { name: 'reason', type: 'text' },
      { name: 'column_name', type: 'text' },
      { name: 'line', type: 'bigint' },
    ],
    rows,
    `insert into intake.quarantine (delivery_id, row, reason, column_name, line)
      select '${deliveryId}'::uuid, row, reason, column_name, line from quarantine_in order by row`,
  );
}

export async function loadRefused(tx: Tx, deliveryId: string, rows: readonly number[], reason: string): Promise<void> {
  if (rows.length === 0) return;
  await tx.load(
    'refused_in',
    [{ name: 'row', type: 'bigint' }],
    rows.map((row) => [row]),
    `insert into intake.refused (delivery_id, row, reason) select '${deliveryId}'::uuid, row, '${reason}' from refused_in`,
  );
}

/** Spans as [from, to, reason]. */
export async function loadDamage(
  tx: Tx,
  deliveryId: string,
  spans: AsyncIterable<readonly [number, number, string]>,
): Promise<void> {
  await tx.load(
    'damage_in',
    [
      { name: 'from_byte', type: 'bigint' },
      { name: 'to_byte', type: 'bigint' },
      { name: 'reason', type: 'text' },
    ],
    spans,
    `insert into intake.damage (delivery_id, from_byte, to_byte, reason)
      select '${deliveryId}'::uuid, from_byte, to_byte, reason from damage_in`,
  );
}

/** Open quarantine rows by reason and column, the most frequent first. */
export async function countQuarantine(
  tx: Tx,
  deliveryId: string,
): Promise<{ reason: string; column: string | null; count: number }[]> {
  const { rows } = await sql<{ reason: string; column_name: string | null; n: string }>`
    select reason, column_name, count(*) as n from intake.quarantine where delivery_id = ${deliveryId}::uuid and state = 'open'
    group by reason, column_name order by n desc, reason, column_name`.execute(tx.db);
  return rows.map((r) => ({ reason: r.reason, column: r.column_name, count: Number(r.n) }));
}
