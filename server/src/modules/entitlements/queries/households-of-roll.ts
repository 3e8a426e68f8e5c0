import { sql, type Tx } from '../../../platform/database/index.ts';

/** Households on the roll of a month ('YYYY-MM') under the actor's sight, by opaque id. */
export async function householdsOfRoll(tx: Tx, period: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select distinct household_id as id from entitlements.award
    where period = ${period} and status = 'active' order by 1`.execute(tx.db);
  return rows.map((r) => r.id);
}
