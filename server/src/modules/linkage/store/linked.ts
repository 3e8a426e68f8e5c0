import { sql, type Tx } from '../../../platform/database/index.ts';

/** How a delivery was linked: which file says whose its rows are, by which register and model. */
export interface LinkedRow {
  deliveryId: string;
  feed: string;
  period: string;
  path: string;
  /** Hash of the model in force; another one means that the delivery is linked again. */
  model: string;
  /** Lake path of the person index linked to; it stays the same as long as the register does. */
  personsPath: string;
  runId: string;
  /** Persons named in the rows, by method. */
  counts: Record<string, number>;
  rowsLinked: number;
  rowsUnlinked: number;
}

/** Lake path of the sealed person index of a run, or undefined before its register was taken in. */
export async function findPersonIndex(tx: Tx, runId: string): Promise<string | undefined> {
  const { rows } = await sql<{ persons_path: string }>`
    select persons_path from registry.snapshot where run_id = ${runId}`.execute(tx.db);
  return rows[0]?.persons_path;
}

/** Lake path of the sealed person index that the newest register left, or undefined before the first. */
export async function findNewestIndex(tx: Tx): Promise<string | undefined> {
  const { rows } = await sql<{ persons_path: string }>`
    select persons_path from registry.snapshot order by period desc, known_at desc limit 1`.execute(tx.db);
  return rows[0]?.persons_path;
}

/** Which of the deliveries are linked, with the lake path of the links in force. */
export async function findLinked(tx: Tx, deliveryIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ delivery_id: string; path: string }>`
    select delivery_id, path from linkage.linked where delivery_id = any(${deliveryIds}::uuid[])`.execute(tx.db);
  return new Map(rows.map((r) => [r.delivery_id, r.path]));
}

/** Which of the deliveries are linked to this very register by this very model. */
export async function findSettled(
  tx: Tx,
  deliveryIds: readonly string[],
  by: { personsPath: string; model: string },
): Promise<Set<string>> {
  const { rows } = await sql<{ delivery_id: string }>`
    select delivery_id from linkage.linked where delivery_id = any(${deliveryIds}::uuid[])
      and persons_path = ${by.personsPath} and model = ${by.model}`.execute(tx.db);
  return new Set(rows.map((r) => r.delivery_id));
}

/** Says which links are in force from now on; the files of before stay in the lake for the runs that read them. */
export async function writeLinked(tx: Tx, rows: readonly LinkedRow[]): Promise<void> {
  for (const r of rows)
    await sql`insert into linkage.linked (delivery_id, feed, period, path, model, persons_path, run_id, counts, rows_linked, rows_unlinked, linked_at)
      values (${r.deliveryId}, ${r.feed}, ${r.period}, ${r.path}, ${r.model}, ${r.personsPath}, ${r.runId}, ${JSON.stringify(r.counts)}::jsonb,
        ${r.rowsLinked}, ${r.rowsUnlinked}, ${tx.clock.now()})
      on conflict (delivery_id) do update set path = excluded.path, model = excluded.model, persons_path = excluded.persons_path,
        run_id = excluded.run_id, counts = excluded.counts, rows_linked = excluded.rows_linked,
        rows_unlinked = excluded.rows_unlinked, linked_at = excluded.linked_at`.execute(tx.db);
}
