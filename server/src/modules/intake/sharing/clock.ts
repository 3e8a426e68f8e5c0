import { type Calendar, type DueDay, readCalendar } from '../../../platform/calendar/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { type ExchangeRule, type ExchangeRuleId, exchangeRule } from './rules.ts';

export const SHARING_EVENTS = [
  'sent',
  'extended',
  'agreed',
  'refused',
  'provided',
  'corrected',
  'escalated',
  'withdrawn',
] as const;
export type SharingEventKind = (typeof SHARING_EVENTS)[number];

export interface SharingEvent {
  kind: SharingEventKind;
  /** Civil date on which it happened. */
  on: string;
}

/** What decides which clocks run: what is asked for, and whether the catalogue lists it as shared with or without condition. */
export interface SharingTerms {
  kind: 'supply' | 'correction';
  condition: 'unconditional' | 'conditional';
}

export type SharingState =
  | 'awaiting-reply'
  | 'awaiting-data'
  | 'awaiting-correction'
  | 'refused'
  | 'done'
  | 'withdrawn';

/** Who is turned to next when the department stays silent or refuses, and from which day on. */
export interface Escalation {
  level: number;
  title: string;
  from: string;
  open: boolean;
}

/** Where a request stands on a day. */
export interface SharingPosition {
  state: SharingState;
  /** Day by which the department must act; provisional while the calendar of its year is not published. */
  due: DueDay | null;
  /** Working days past the due day; 0 while it has not passed. */
  workingDaysLate: number;
  escalations: number;
  next: Escalation | null;
  /** What can be recorded now. */
  allowed: SharingEventKind[];
  /** The clocks that are counted, with their source. */
  rules: ExchangeRule[];
}

const ESCALATIONS: readonly ExchangeRuleId[] = ['escalate-bureau', 'escalate-authority', 'escalate-government'];

/**
 * Works out where a request stands (政务数据共享条例: reply 1 or 10 working days, extended by 10; supply within 20; correction 10).
 * Nothing of it is stored: a newly published calendar counts at once.
 * @param events oldest first; the first is `sent`
 */
export function positionOf(
  bundle: Bundle,
  terms: SharingTerms,
  events: readonly SharingEvent[],
  today: string,
): SharingPosition {
  const calendar = readCalendar(bundle);
  const state = stateOf(terms, events);
  const { due, rules } = dueOf(bundle, calendar, terms, state, events);
  const late = due === null ? 0 : Math.max(0, calendar.workingDaysBetween(due.date, today));
  const escalations = events.filter((e) => e.kind === 'escalated').length;
  const next = nextEscalation(bundle, calendar, { state, due, escalations, events, today });
  return {
    ...{ state, due, workingDaysLate: late, escalations, next, rules },
    allowed: allowedOf(terms, state, events, { due, today, escalate: next?.open === true }),
  };
}

function stateOf(terms: SharingTerms, events: readonly SharingEvent[]): SharingState {
  let state: SharingState = terms.kind === 'correction' ? 'awaiting-correction' : 'awaiting-reply';
  for (const { kind } of events) {
    if (kind === 'agreed') state = 'awaiting-data';
    else if (kind === 'refused') state = 'refused';
    else if (kind === 'provided' || kind === 'corrected') state = 'done';
    else if (kind === 'withdrawn') state = 'withdrawn';
  }
  return state;
}

function dueOf(
  bundle: Bundle,
  calendar: Calendar,
  terms: SharingTerms,
  state: SharingState,
  events: readonly SharingEvent[],
): { due: DueDay | null; rules: ExchangeRule[] } {
  const sent = events[0]?.on;
  if (sent === undefined) return { due: null, rules: [] };
  const rule = (id: ExchangeRuleId) => exchangeRule(bundle, id, sent);
  const after = (from: string, ...rules: ExchangeRule[]) => ({
    due: calendar.addWorkingDays(
      from,
      rules.reduce((days, r) => days + r.value, 0),
    ),
    rules,
  });
  if (state === 'awaiting-correction') return after(sent, rule('correction'));
  if (state === 'awaiting-data') return after(events.findLast((e) => e.kind === 'agreed')?.on ?? sent, rule('provide'));
  if (state !== 'awaiting-reply') return { due: null, rules: [] };
  if (terms.condition === 'unconditional') return after(sent, rule('reply-unconditional'));
  const extended = events.some((e) => e.kind === 'extended');
  return extended
    ? after(sent, rule('reply-conditional'), rule('reply-extension'))
    : after(sent, rule('reply-conditional'));
}

function nextEscalation(
  bundle: Bundle,
  calendar: Calendar,
  at: { state: SharingState; due: DueDay | null; escalations: number; events: readonly SharingEvent[]; today: string },
): Escalation | null {
  const id = ESCALATIONS[at.escalations];
  if (id === undefined || at.state === 'done' || at.state === 'withdrawn') return null;
  // A refusal is disputed at once, with whoever stands above the two.
  const from = at.due?.date ?? at.events.findLast((e) => e.kind === 'refused')?.on;
  if (from === undefined) return null;
  const rule = exchangeRule(bundle, id, at.today);
  const day = at.due === null ? from : calendar.addWorkingDays(from, rule.value).date;
  return { level: at.escalations + 1, title: rule.title, from: day, open: at.today >= day };
}

function allowedOf(
  terms: SharingTerms,
  state: SharingState,
  events: readonly SharingEvent[],
  at: { due: DueDay | null; today: string; escalate: boolean },
): SharingEventKind[] {
  const escalated: SharingEventKind[] = at.escalate ? ['escalated'] : [];
  switch (state) {
    case 'done':
    case 'withdrawn':
      return [];
    case 'awaiting-correction':
      return ['corrected', 'refused', ...escalated, 'withdrawn'];
    case 'awaiting-data':
      return ['provided', ...escalated, 'withdrawn'];
    case 'refused':
      return [terms.kind === 'correction' ? 'corrected' : 'agreed', ...escalated, 'withdrawn'];
    case 'awaiting-reply': {
      const inTime = at.due !== null && at.today <= at.due.date;
      const extend = terms.condition === 'conditional' && inTime && !events.some((e) => e.kind === 'extended');
      return ['agreed', 'refused', ...(extend ? (['extended'] as const) : []), 'provided', ...escalated, 'withdrawn'];
    }
  }
}
