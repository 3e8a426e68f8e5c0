import type { LeadDetail } from '@doudi/contracts';
import { readCalendar } from '../../../platform/calendar/index.ts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import { notFound } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { decisionsOf } from '../../assessment/index.ts';
import { feedWords } from '../domain/contracts.ts';
import type { ShownCondition } from '../domain/describe.ts';
import { readSignals } from '../domain/read-signals.ts';
import { filled } from '../domain/sentence.ts';
import type { Field, Signal } from '../domain/signal.ts';
import { coveredNames } from './identities.ts';
import { leadColumns } from './search-leads.ts';
import { type LeadRecord, shownLead } from './shown-lead.ts';

/** What casework adds to a lead: the verification, which is its own. */
export type LeadWithoutVerification = Omit<LeadDetail, 'verification'>;

/**
 * One lead with its rule, conditions, evidence, history, form and clock. The reading is audited.
 * @throws lead-unknown also when the lead exists but lies outside the actor's sight
 */
export async function leadDetail(tx: Tx, bundle: Bundle, id: string): Promise<LeadWithoutVerification> {
  const today = tx.clock.today();
  const { rows } = await sql<LeadRecord & { speaks_for: ShownCondition[]; found: boolean }>`
    select ${leadColumns(today)}, l.speaks_for, l.found from monitoring.lead l where l.id = ${/^\d{1,19}$/.test(id) ? id : '0'}::bigint`.execute(
    tx.db,
  );
  const lead = rows[0];
  if (!lead) throw notFound('lead-unknown', '没有这条线索，或不在您的辖区', '请从线索列表打开');
  const book = readSignals(bundle);
  const signal = book.signals.find((s) => s.id === lead.cause);
  const feeds = feedWords(bundle);
  const { rows: evidence } = await sql<{
    id: string;
    direction: string;
    person_id: string | null;
    feed: string;
    period: string;
    delivery_id: string;
    row: string;
    says: string;
    method: string | null;
    certain: boolean;
  }>`select id, direction, person_id, feed, period, delivery_id, "row", says, method, certain from monitoring.evidence
    where lead_id = ${lead.id} order by id`.execute(tx.db);
  const names = await coveredNames(tx, [lead.person_id, lead.head_person_id, ...evidence.map((e) => e.person_id)]);
  const { rows: events } = await sql<{
    at: Date;
    actor: string;
    what: LeadDetail['events'][number]['what'];
    text: string;
  }>`
    select e.at, coalesce(a.display_name, '') as actor, e.what, e.text from monitoring.lead_event e
    left join platform.actor a on a.id = e.actor_id where e.lead_id = ${lead.id} order by e.id`.execute(tx.db);
  const { rows: precision } = await sql<{ verified: number; confirmed: number }>`
    select (count(*) filter (where verdict in ('confirmed', 'refuted')))::int as verified,
      (count(*) filter (where verdict = 'confirmed'))::int as confirmed from monitoring.lead where cause = ${lead.cause}`.execute(
    tx.db,
  );
  const decided = await decisionFor(tx, lead, signal);
  const shown = (e: (typeof evidence)[number]) => ({
    id: e.id,
    feed: e.feed,
    feedTitle: feeds.get(e.feed)?.title ?? e.feed,
    department: feeds.get(e.feed)?.department ?? '',
    period: e.period,
    deliveryId: e.delivery_id,
    row: Number(e.row),
    says: `${e.person_id === null ? '' : `${names.get(e.person_id) ?? '某'}：`}${filled(e.says, new Map())}`,
    link: e.method === null ? null : { method: e.method, certain: e.certain },
  });
  tx.audit({ action: 'lead.read', object: `lead/${lead.id}` });
  return {
    ...shownLead(lead, {
      names,
      titles: new Map(book.signals.map((s) => [s.id, s.title.zh])),
      calendar: readCalendar(bundle),
      today,
    }),
    rule: {
      id: lead.cause,
      title: signal?.title.zh ?? lead.cause,
      cite: signal?.cite ?? '',
      text: signal?.text.zh ?? '',
    },
    speaksFor: decided?.conditions.length ? decided.conditions : lead.speaks_for,
    speaksAgainst: [
      ...evidence.filter((e) => e.direction === 'against').map((e) => against(shown(e).says)),
      ...(lead.certain ? [] : [against('身份关联尚未经人确认，须先核对身份再核实情形')]),
      ...(lead.found ? [] : [against('最近一次月度比对已不再发现此情形')]),
    ],
    missing: decided?.missing ?? [],
    evidence: evidence.map(shown),
    events: events.map((e) => ({ ...e, at: e.at.toISOString() })),
    next:
      lead.status === 'open'
        ? { action: 'verify', text: book.procedure.kinds[lead.kind].next }
        : {
            action: 'none',
            text: lead.status === 'verified' ? book.procedure.verdicts.confirmed.next : '线索已办结，无需处理。',
          },
    form: formOf(book.procedure.form, book.procedure.kinds[lead.kind].form, signal?.form ?? []),
    precision: precision[0] ?? { verified: 0, confirmed: 0 },
  };
}

/** The decision that a missed lead rests on, when the desk's copy has it. */
async function decisionFor(tx: Tx, lead: LeadRecord, signal: Signal | undefined) {
  if (!signal || !('programme' in signal.find)) return undefined;
  const { programme } = signal.find;
  const decisions = await decisionsOf(tx, lead.household_id);
  return decisions.find(
    (d) =>
      d.programme === programme && d.period === lead.period && (d.personId === null || d.personId === lead.person_id),
  );
}

const against = (text: string): LeadDetail['speaksAgainst'][number] => ({
  text,
  value: null,
  threshold: null,
  met: null,
  ratio: null,
  cite: null,
  source: null,
  borrowed: false,
});

/** The fields of a verification: what every one asks, what the kind asks, what the rule asks. */
export function formOf(...groups: readonly (readonly Field[])[]): LeadDetail['form'] {
  return groups.flat().map((f) => ({
    name: f.name,
    title: f.title,
    type: f.type,
    required: f.required,
    help: f.help ?? null,
    choices: f.choices ?? null,
  }));
}
