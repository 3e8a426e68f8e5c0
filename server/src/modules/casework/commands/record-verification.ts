import { createHash } from 'node:crypto';
import type { LeadDetail, VerificationBody } from '@doudi/contracts';
import type { Tx } from '../../../platform/database/index.ts';
import { conflict, invalid } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { settleLead, takeLead } from '../../monitoring/index.ts';
import { checkAnswers, lastValidDay } from '../domain/answers.ts';
import { verifiedLead } from '../queries/verified-lead.ts';
import { findByKey, insertVerification, insertVerifiedFact } from '../store.ts';

/**
 * Records what a visit found: the verification, its verdict (which moves the lead and counts for the rule), and the facts it
 * established. Sent again under the same key it changes nothing and answers the same.
 * @throws lead-unknown, lead-finished, verification-key-taken, answer-missing, answer-invalid, visit-in-future
 */
export async function recordVerification(
  tx: Tx,
  bundle: Bundle,
  leadId: string,
  body: VerificationBody,
): Promise<LeadDetail> {
  const bodyHash = createHash('sha256')
    .update(JSON.stringify([leadId, body.verdict, body.visitedOn, body.note, Object.entries(body.answers).sort()]))
    .digest('hex');
  const lead = await takeLead(tx, bundle, leadId);
  const before = await findByKey(tx, body.key);
  if (before) {
    if (before.bodyHash !== bodyHash) throw keyTaken();
    return verifiedLead(tx, bundle, lead.id);
  }
  if (body.visitedOn > tx.clock.today()) throw invalid('visit-in-future', '核查日期晚于今天', '请填写实际核查的日期');
  const facts = checkAnswers(lead.fields, body.answers, body.verdict !== 'unreachable');
  const place = { hukouDivisionId: lead.hukouDivisionId, residenceDivisionId: lead.residenceDivisionId };
  const id = await insertVerification(tx, {
    leadId: lead.id,
    key: body.key,
    bodyHash,
    householdId: lead.householdId,
    personId: lead.personId,
    rule: lead.cause,
    kind: lead.kind,
    verdict: body.verdict,
    visitedOn: body.visitedOn,
    note: body.note,
    answers: body.answers,
    ...place,
  });
  if (id === undefined) throw keyTaken();
  for (const { input, value, validMonths } of facts)
    await insertVerifiedFact(tx, {
      verificationId: id,
      householdId: lead.householdId,
      personId: lead.personId,
      input,
      value,
      asOf: body.visitedOn,
      validUntil: validMonths === undefined ? null : lastValidDay(body.visitedOn, validMonths),
      ...place,
    });
  await settleLead(tx, bundle, lead, body.verdict, body.visitedOn);
  tx.audit({ action: 'lead.verify', object: `lead/${lead.id}`, details: { verdict: body.verdict } });
  return verifiedLead(tx, bundle, lead.id);
}

const keyTaken = () =>
  conflict('verification-key-taken', '这份核查结果的编号已用于另一份内容', '请刷新页面，重新填写并提交');
