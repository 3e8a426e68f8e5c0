import { sql, type Tx } from '../../../platform/database/index.ts';

/** Households with an open lead found in a month ('YYYY-MM') under the actor's sight, by opaque id. */
export async function householdsOfLeads(tx: Tx, period: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select distinct household_id as id from monitoring.lead
    where status = 'open' and last_found_period = ${period} order by 1`.execute(tx.db);
  return rows.map((r) => r.id);
}

/** The household of a lead under the actor's sight; undefined when there is none. */
export async function householdOfLead(tx: Tx, leadId: string): Promise<string | undefined> {
  if (!/^\d{1,19}$/.test(leadId)) return undefined;
  const { rows } = await sql<{ id: string }>`select household_id as id from monitoring.lead
    where id = ${leadId}::bigint`.execute(tx.db);
  return rows[0]?.id;
}
