import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';

/** Who opened a household's page, newest first; nothing for a household outside the actor's sight. */
export async function viewersOf(
  tx: Tx,
  householdId: string,
  most = 20,
): Promise<{ at: string; actor: string; purpose: string }[]> {
  const { rows } = await sql<{ at: Date; actor: string; purpose: string | null }>`
    select at, actor, purpose from audit.viewers(${householdId}::bigint, ${most}::int)`.execute(tx.db);
  return rows.map((r) => ({ at: r.at.toISOString(), actor: r.actor, purpose: r.purpose ?? '' }));
}
