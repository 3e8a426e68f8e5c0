import { monthBounds } from '../../../platform/calendar/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { findFactsInForce, type VerifiedFact } from '../store.ts';

/**
 * Facts found at the door that stand for what the registers say in a month's run: valid on its first day or later. What was
 * found after the month's end counts too: it is what we know when the month is run. Of several the newest.
 * @param period 'YYYY-MM'
 */
export const factsInForce = (tx: Tx, period: string): Promise<VerifiedFact[]> =>
  findFactsInForce(tx, monthBounds(period).first);
