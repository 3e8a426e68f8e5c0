import type { DecisionView } from '@doudi/contracts';
import type { Tx } from '../../../platform/database/index.ts';
import { findDecisions } from '../store.ts';

/**
 * What was decided about a household and why, month by month, the newest first; nothing outside the actor's sight.
 * @param householdId registry id as text
 */
export async function decisionsOf(tx: Tx, householdId: string): Promise<DecisionView[]> {
  const rows = await findDecisions(tx, householdId);
  return rows.map((row) => ({
    id: row.id,
    period: row.period,
    programme: row.programme,
    programmeTitle: row.explanation.programmeTitle,
    personId: row.person_id,
    outcome: row.outcome,
    amount: row.amount_fen === null ? null : yuan(BigInt(row.amount_fen)),
    conditions: row.explanation.conditions,
    missing: row.explanation.missing,
    sentence: row.explanation.sentence,
  }));
}

/** Fen as an exact decimal string of yuan; amounts of aid are never negative. */
function yuan(fen: bigint): string {
  const digits = fen.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
