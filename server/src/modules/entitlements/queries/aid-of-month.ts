import { sql, type Tx } from '../../../platform/database/index.ts';
import { yuan } from '../domain/yuan.ts';

/**
 * What a household is paid by all programmes for one period, in yuan; an award's amount stands on the row of each insured
 * person and is counted once.
 */
export async function aidOfMonth(tx: Tx, householdId: string, period: string): Promise<string> {
  const { rows } = await sql<{ fen: string | null }>`
    select sum(fen) as fen from (
      select max(amount_fen) as fen from entitlements.award
      where household_id = ${householdId}::bigint and period = ${period} and status = 'active'
      group by programme, award_no) a`.execute(tx.db);
  return yuan(BigInt(rows[0]?.fen ?? 0));
}
