import type { LeadDetail } from '@doudi/contracts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { leadDetail } from '../../monitoring/index.ts';
import { newestOfLead, verificationsOf } from '../store.ts';

/** One lead with its newest verification. @throws lead-unknown */
export async function verifiedLead(tx: Tx, bundle: Bundle, id: string): Promise<LeadDetail> {
  const detail = await leadDetail(tx, bundle, id);
  const v = await newestOfLead(tx, detail.id);
  return {
    ...detail,
    verification: v ? { verdict: v.verdict, note: v.note, answers: v.answers, by: v.by, at: v.at } : null,
  };
}

/** Visits of a household that the actor sees, newest first. */
export async function visitsOf(
  tx: Tx,
  householdId: string,
): Promise<{ on: string; leadId: string; rule: string; verdict: string; by: string }[]> {
  return (await verificationsOf(tx, householdId)).map((v) => ({
    on: v.visitedOn,
    leadId: v.leadId,
    rule: v.rule,
    verdict: v.verdict,
    by: v.by,
  }));
}
