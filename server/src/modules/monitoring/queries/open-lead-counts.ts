import { sql, type Tx } from '../../../platform/database/index.ts';

/** How many leads of each household wait for people, as far as the actor sees; a household without any is not in it. */
export async function openLeadCounts(tx: Tx, householdIds: readonly string[]): Promise<Map<string, number>> {
  if (householdIds.length === 0) return new Map();
  const { rows } = await sql<{ household_id: string; n: number }>`
    select household_id, count(*)::int as n from monitoring.lead
    where household_id = any(${[...householdIds]}::bigint[]) and status in ('open', 'verified') group by household_id`.execute(
    tx.db,
  );
  return new Map(rows.map((r) => [r.household_id, r.n]));
}
