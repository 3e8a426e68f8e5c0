import { sql, type Tx } from '../../platform/database/index.ts';

export interface FlowRow {
  divisionId: number;
  persons: number;
  households: number;
  householdsWithFindings: number;
}

/** Writes the month's numbers of each village of residence. */
export async function insertFlow(
  tx: Tx,
  run: { runId: string; period: string },
  rows: readonly FlowRow[],
): Promise<void> {
  await tx.load(
    'incoming_flow',
    [
      { name: 'division_id', type: 'int' },
      { name: 'persons', type: 'bigint' },
      { name: 'households', type: 'bigint' },
      { name: 'found', type: 'bigint' },
    ],
    rows.map((r) => [r.divisionId, r.persons, r.households, r.householdsWithFindings]),
    `insert into indicators.month_flow (period, run_id, persons, households, households_with_findings, hukou_division_id, residence_division_id)
      select '${run.period}', '${run.runId}', persons, households, found, division_id, division_id from incoming_flow`,
  );
}

/** Copies what linkage counted of the deliveries of the period, by feed. */
export async function insertTotal(tx: Tx, run: { runId: string; period: string }): Promise<void> {
  await sql`insert into indicators.month_total (run_id, period, linked, unlinked)
    select ${run.runId}, ${run.period}, coalesce(jsonb_object_agg(feed, linked), '{}'), coalesce(jsonb_object_agg(feed, unlinked), '{}') from (
      select l.feed, sum(l.rows_linked) as linked, sum(l.rows_unlinked) as unlinked
      from linkage.linked l left join intake.part p on p.id = l.delivery_id
      join intake.delivery d on d.id = coalesce(p.delivery_id, l.delivery_id) and d.status = 'current'
      where l.period = ${run.period} group by l.feed) x`.execute(tx.db);
}

/** The newest finished run (of a period, or of all). */
export async function latestRun(tx: Tx, period?: string) {
  const { rows } = await sql<{ id: string; period: string; pin: string; finished_at: Date }>`
    select id, period, pin, finished_at from platform.run where finished_at is not null
    ${period ? sql`and period = ${period}` : sql``} order by period desc, finished_at desc, id desc limit 1`.execute(
    tx.db,
  );
  return rows[0];
}

/** Persons, households and households with findings that the actor sees, of one run. */
export async function flowOf(tx: Tx, runId: string): Promise<Omit<FlowRow, 'divisionId'>> {
  const { rows } = await sql<{ persons: string; households: string; found: string }>`
    select coalesce(sum(persons), 0) as persons, coalesce(sum(households), 0) as households,
      coalesce(sum(households_with_findings), 0) as found from indicators.month_flow where run_id = ${runId}`.execute(
    tx.db,
  );
  const row = rows[0];
  return {
    persons: Number(row?.persons ?? 0),
    households: Number(row?.households ?? 0),
    householdsWithFindings: Number(row?.found ?? 0),
  };
}

/** Linked and unlinked rows of each feed of one run. */
export async function totalOf(
  tx: Tx,
  runId: string,
): Promise<{ linked: Record<string, number>; unlinked: Record<string, number> }> {
  const { rows } = await sql<{ linked: Record<string, number>; unlinked: Record<string, number> }>`
    select linked, unlinked from indicators.month_total where run_id = ${runId}`.execute(tx.db);
  return rows[0] ?? { linked: {}, unlinked: {} };
}
