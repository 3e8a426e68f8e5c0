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
