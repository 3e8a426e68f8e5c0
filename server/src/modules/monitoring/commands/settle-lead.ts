import type { Verdict } from '@doudi/contracts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import { conflict, notFound } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { movedDate } from '../domain/condition.ts';
import { readSignals } from '../domain/read-signals.ts';
import type { Field } from '../domain/signal.ts';
import { changeLead } from '../store.ts';

/** A lead that is about to be verified, locked until the transaction ends. */
export interface LeadAtWork {
  id: string;
  householdId: string;
  personId: string | null;
  kind: 'missed' | 'undue' | 'shock' | 'watch';
  cause: string;
  status: 'open' | 'verified' | 'closed' | 'withdrawn';
  visitedOn: string | null;
  decideDue: string;
  hukouDivisionId: number;
  residenceDivisionId: number;
  /** What the verification asks, with the policy inputs that answers state. */
  fields: Field[];
}

/** Takes a lead in hand. @throws lead-unknown when there is none in the actor's sight */
export async function takeLead(tx: Tx, bundle: Bundle, id: string): Promise<LeadAtWork> {
  const { rows } = await sql<
    Omit<LeadAtWork, 'fields'>
  >`select id, household_id as "householdId", person_id as "personId", kind, cause, status,
      visited_on as "visitedOn", decide_due as "decideDue", hukou_division_id as "hukouDivisionId", residence_division_id as "residenceDivisionId"
    from monitoring.lead where id = ${/^\d{1,19}$/.test(id) ? id : '0'}::bigint for update`.execute(tx.db);
  const lead = rows[0];
  if (!lead) throw notFound('lead-unknown', '没有这条线索，或不在您的辖区', '请从线索列表打开');
  const book = readSignals(bundle);
  const fields = [
    ...book.procedure.form,
    ...book.procedure.kinds[lead.kind].form,
    ...(book.signals.find((s) => s.id === lead.cause)?.form ?? []),
  ];
  return { ...lead, fields };
}

/**
 * Moves a lead by the verdict of a verification, as the procedure says: confirmed waits for the decision, refuted and resolved
 * are closed and rest, unreachable stays open.
 * @throws lead-finished when it was closed or withdrawn before
 */
export async function settleLead(
  tx: Tx,
  bundle: Bundle,
  lead: LeadAtWork,
  verdict: Verdict,
  visitedOn: string,
): Promise<void> {
  if (lead.status === 'closed' || lead.status === 'withdrawn')
    throw conflict('lead-finished', '这条线索已经办结或撤回', '请刷新页面查看；情况有变时等待新的线索，或另立事项');
  const book = readSignals(bundle);
  const rule = book.procedure.verdicts[verdict];
  const rest = book.signals.find((s) => s.id === lead.cause)?.rest_months ?? book.procedure.rest_months;
  const today = tx.clock.today();
  await changeLead(tx, {
    id: lead.id,
    set: {
      verdict,
      visitedOn: lead.visitedOn ?? visitedOn,
      status: rule.to,
      ...(rule.to === 'closed'
        ? { due: null, finishedOn: today, restUntil: movedDate(today, rest) }
        : rule.to === 'verified'
          ? { due: lead.decideDue }
          : {}),
    },
    event: { what: rule.to === 'closed' ? 'closed' : 'verified', text: rule.next },
  });
}
