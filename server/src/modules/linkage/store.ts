import { sql, type Tx } from '../../platform/database/index.ts';

/** A doubtful link or candidate for the review queue, with the divisions that may see it. */
export interface DecisionRow {
  deliveryId: string;
  feed: string;
  row: string;
  role: string;
  personId: string;
  method: string;
  reason: string;
  kind: 'probable' | 'review';
  hukouDivisionId: number;
  residenceDivisionId: number;
}

export interface LinkedRow {
  deliveryId: string;
  feed: string;
  period: string;
  path: string;
  model: string;
  runId: string;
  /** Persons named in the rows, by method. */
  counts: Record<string, number>;
  rowsLinked: number;
  rowsUnlinked: number;
}

/** Lake path of the sealed person index that the newest register left, or undefined before the first. */
export async function findPersonIndex(tx: Tx, runId: string): Promise<string | undefined> {
  const { rows } = await sql<{ persons_path: string }>`
    select persons_path from registry.snapshot where run_id = ${runId}`.execute(tx.db);
  return rows[0]?.persons_path;
}

/** Which of the deliveries are linked, with the lake path of their links. */
export async function findLinked(tx: Tx, deliveryIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ delivery_id: string; path: string }>`
    select delivery_id, path from linkage.linked where delivery_id = any(${deliveryIds}::uuid[])`.execute(tx.db);
  return new Map(rows.map((r) => [r.delivery_id, r.path]));
}

export async function writeLinked(tx: Tx, rows: readonly LinkedRow[]): Promise<void> {
  for (const r of rows)
    await sql`insert into linkage.linked (delivery_id, feed, period, path, model, run_id, counts, rows_linked, rows_unlinked, linked_at)
      values (${r.deliveryId}, ${r.feed}, ${r.period}, ${r.path}, ${r.model}, ${r.runId}, ${JSON.stringify(r.counts)}::jsonb,
        ${r.rowsLinked}, ${r.rowsUnlinked}, ${tx.clock.now()})`.execute(tx.db);
}

export async function writeDecisions(tx: Tx, rows: readonly DecisionRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  return tx.load(
    'decision_in',
    [
      { name: 'delivery_id', type: 'uuid' },
      { name: 'feed', type: 'text' },
      { name: 'row_no', type: 'bigint' },
      { name: 'role', type: 'text' },
      { name: 'person_id', type: 'bigint' },
      { name: 'method', type: 'text' },
      { name: 'reason', type: 'text' },
      { name: 'kind', type: 'text' },
      { name: 'hukou', type: 'int' },
      { name: 'residence', type: 'int' },
    ],
    rows.map((r) => [
      r.deliveryId,
      r.feed,
      r.row,
      r.role,
      r.personId,
      r.method,
      r.reason,
      r.kind,
      r.hukouDivisionId,
      r.residenceDivisionId,
    ]),
    `insert into linkage.decision (delivery_id, feed, row_no, role, person_id, method, reason, kind,
      hukou_division_id, residence_division_id)
      select delivery_id, feed, row_no, role, person_id, method, reason, kind, hukou, residence from decision_in`,
  );
}
