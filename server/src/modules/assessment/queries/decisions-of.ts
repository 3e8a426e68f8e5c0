import type { DecisionView } from '@doudi/contracts';
import type { Tx } from '../../../platform/database/index.ts';
import { present } from '../domain/present.ts';
import { findDecisions } from '../store.ts';

/**
 * What was decided about a household and why, month by month, the newest first; nothing outside the actor's sight.
 * Of persons only what somebody asks about: see concernedDecisionsStep.
 * @param householdId registry id as text
 */
export async function decisionsOf(tx: Tx, householdId: string): Promise<DecisionView[]> {
  const rows = await findDecisions(tx, householdId);
  return rows.map((row) => ({
    id: row.id,
    period: row.period,
    programme: row.programme,
    personId: row.person_id,
    outcome: row.outcome,
    ...present(row, row.frame),
  }));
}
