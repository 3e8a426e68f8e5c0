import { sql, type Tx } from '../../platform/database/index.ts';

/** One award row of one insured person and month; money in fen. */
export interface AwardRow {
  household_id: string;
  person_id: string | null;
  programme: string;
  programme_title: string;
  period: string;
  amount_fen: string | null;
  status: string;
  started: string | null;
}

const columns = [
  { name: 'household_id', type: 'bigint' },
  { name: 'person_id', type: 'bigint' },
  { name: 'programme', type: 'text' },
  { name: 'programme_title', type: 'text' },
  { name: 'award_no', type: 'text' },
  { name: 'period', type: 'text' },
  { name: 'month', type: 'text' },
  { name: 'amount_fen', type: 'bigint' },
  { name: 'persons', type: 'int' },
  { name: 'status', type: 'text' },
  { name: 'started', type: 'date' },
  { name: 'stopped', type: 'date' },
  { name: 'certain', type: 'boolean' },
  { name: 'delivery_id', type: 'uuid' },
  { name: 'row_no', type: 'bigint' },
  { name: 'hukou_division_id', type: 'int' },
  { name: 'residence_division_id', type: 'int' },
] as const;

/** Names of the columns that replaceAwards takes, in order. */
export const awardColumns: readonly string[] = columns.map((column) => column.name);

/** Puts the roll of one month in place of what an earlier run of the same month wrote. @returns rows written */
export async function replaceAwards(tx: Tx, period: string, rows: AsyncIterable<readonly unknown[]>): Promise<number> {
  await sql`delete from entitlements.award where period = ${period}`.execute(tx.db);
  const list = awardColumns.join(', ');
  return tx.load(
    'award_load',
    columns,
    rows,
    `insert into entitlements.award (${list}) select ${list} from award_load`,
  );
}

/** Awards of a household, newest month first, under the actor's sight. */
export async function findAwards(tx: Tx, householdId: string): Promise<AwardRow[]> {
  const { rows } = await sql<AwardRow>`
    select household_id, person_id, programme, programme_title, period, amount_fen, status, started
    from entitlements.award where household_id = ${householdId}
    order by period desc, programme, award_no, person_id`.execute(tx.db);
  return rows;
}

/** Money paid beyond what was due once a link was undone; fen as text. */
export interface RecoveryRow {
  householdId: string;
  /** Null for a programme of the whole family. */
  personId: string | null;
  programme: string;
  awardNo: string;
  paidFen: string;
  dueFen: string;
  hukouDivisionId: number;
  residenceDivisionId: number;
}

/** Opens recoveries, or opens them again with today's figures; each is audited. @returns how many */
export async function openRecoveries(
  tx: Tx,
  run: { runId: string; period: string },
  recoveries: readonly RecoveryRow[],
): Promise<number> {
  for (const r of recoveries) {
    const { rows } = await sql<{ id: string }>`
      insert into entitlements.recovery (household_id, person_id, programme, award_no, period, paid_fen, due_fen, cause, run_id,
        opened_at, hukou_division_id, residence_division_id)
      values (${r.householdId}, ${r.personId}, ${r.programme}, ${r.awardNo}, ${run.period}, ${r.paidFen}, ${r.dueFen},
        'link-undone', ${run.runId}, ${tx.clock.now()}, ${r.hukouDivisionId}, ${r.residenceDivisionId})
      on conflict (household_id, person_id, programme, award_no, period) do update set paid_fen = excluded.paid_fen,
        due_fen = excluded.due_fen, run_id = excluded.run_id, state = 'open', withdrawn_at = null,
        opened_at = case when recovery.state = 'open' then recovery.opened_at else excluded.opened_at end
      returning id`.execute(tx.db);
    tx.audit({ action: 'recovery.open', object: `recovery/${rows[0]?.id}`, details: { cause: 'link-undone' } });
  }
  return recoveries.length;
}

/** Withdraws open recoveries of a month whose money turned out to be due. @returns how many */
export async function withdrawRecoveries(
  tx: Tx,
  period: string,
  recoveries: readonly Pick<RecoveryRow, 'householdId' | 'personId' | 'programme' | 'awardNo'>[],
): Promise<number> {
  let withdrawn = 0;
  for (const r of recoveries) {
    const { rows } = await sql<{ id: string }>`
      update entitlements.recovery set state = 'withdrawn', withdrawn_at = ${tx.clock.now()}
      where household_id = ${r.householdId} and person_id is not distinct from ${r.personId}::bigint
        and programme = ${r.programme} and award_no = ${r.awardNo} and period = ${period} and state = 'open'
      returning id`.execute(tx.db);
    for (const { id } of rows) tx.audit({ action: 'recovery.withdraw', object: `recovery/${id}` });
    withdrawn += rows.length;
  }
  return withdrawn;
}
