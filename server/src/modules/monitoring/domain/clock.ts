import type { Calendar } from '../../../platform/calendar/index.ts';
import type { Clocks, Level } from './signal.ts';

/** By when a lead is to be visited and decided; provisional when either day lies in a year whose calendar is unpublished. */
export interface Dues {
  visitDue: string;
  decideDue: string;
  provisional: boolean;
}

/** The due days of a level, in working days from the day it was raised (or grew). */
export function duesOf(calendar: Calendar, clocks: Clocks, level: Level, from: string): Dues {
  const days = clocks[level];
  const visit = calendar.addWorkingDays(from, days.visit);
  const decide = calendar.addWorkingDays(from, days.decide);
  return { visitDue: visit.date, decideDue: decide.date, provisional: visit.provisional || decide.provisional };
}

/** The earlier of two clocks, day by day: what grows is never given more time than it had. */
export function earlierOf(a: Dues, b: Dues, calendar: Calendar): Dues {
  const [visitDue = a.visitDue] = [a.visitDue, b.visitDue].sort();
  const [decideDue = a.decideDue] = [a.decideDue, b.decideDue].sort();
  return { visitDue, decideDue, provisional: calendar.provisional(visitDue) || calendar.provisional(decideDue) };
}
