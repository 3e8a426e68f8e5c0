import type { LeadRow } from '@doudi/contracts';
import type { Calendar } from '../../../platform/calendar/index.ts';
import { filled } from '../domain/sentence.ts';

/** Columns of a lead as the queries read them. */
export interface LeadRecord {
  id: string;
  period: string;
  household_id: string;
  person_id: string | null;
  head_person_id: string | null;
  kind: LeadRow['kind'];
  cause: string;
  level: LeadRow['level'];
  level_rank: number;
  undetermined: boolean;
  certain: boolean;
  headline: string;
  status: LeadRow['status'];
  residence_division_id: number;
  township: string | null;
  village: string | null;
  visit_due: string;
  decide_due: string;
  due: string | null;
  provisional: boolean;
}

/** A lead as lists show it; names covered, the clock counted in working days from today. */
export function shownLead(
  lead: LeadRecord,
  context: {
    names: ReadonlyMap<string, string>;
    titles: ReadonlyMap<string, string>;
    calendar: Calendar;
    today: string;
  },
): LeadRow {
  const name = (id: string | null) => (id === null ? undefined : context.names.get(id)) ?? '某';
  const head = name(lead.head_person_id);
  const person = lead.person_id === null ? head : name(lead.person_id);
  const next = lead.due ?? lead.visit_due;
  return {
    id: lead.id,
    period: lead.period,
    householdId: lead.household_id,
    head,
    personId: lead.person_id,
    kind: lead.kind,
    cause: lead.cause,
    causeTitle: context.titles.get(lead.cause) ?? lead.cause,
    level: lead.level,
    undetermined: lead.undetermined,
    headline: filled(
      lead.headline,
      new Map([
        ['person', person],
        ['head', head],
      ]),
    ),
    status: lead.status,
    township: lead.township ?? '',
    village: lead.village ?? '',
    divisionId: lead.residence_division_id,
    clock: {
      visitDue: lead.visit_due,
      decideDue: lead.decide_due,
      workingDaysLeft: context.calendar.workingDaysBetween(context.today, next),
      late: lead.due !== null && lead.due < context.today,
      provisional: lead.provisional,
    },
  };
}
