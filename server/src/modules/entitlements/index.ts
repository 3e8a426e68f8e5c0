import type { AidRow } from '@doudi/contracts';
import type { z } from 'zod';
import type { Tx } from '../../platform/database/index.ts';
import { yuan } from './domain/yuan.ts';
import { findAwards } from './store.ts';

/**
 * What a household is on the roll for and what was paid, newest month first; the amount is the household's for the month
 * and stands on each insured person's row, as the assistance feed says it.
 * @returns nothing for a household outside the actor's sight
 */
export async function aidOf(tx: Tx, householdId: string): Promise<z.infer<typeof AidRow>[]> {
  const rows = await findAwards(tx, householdId);
  return rows.map((row) => ({
    programme: row.programme,
    programmeTitle: row.programme_title,
    personId: row.person_id,
    period: row.period,
    amount: row.amount_fen === null ? null : yuan(BigInt(row.amount_fen)),
    status: row.status,
    started: row.started,
  }));
}
export { aidOfMonth } from './queries/aid-of-month.ts';
export { householdsOfRoll } from './queries/households-of-roll.ts';
