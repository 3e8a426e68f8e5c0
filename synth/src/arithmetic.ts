import { ageOn } from './calendar.ts';
import type { Rules } from './rules.ts';
import type { Certificate, Household, Person } from './world.ts';

// The makers' arithmetic: what a family's income comes to while it is being put together. The sweep (sweep.ts) does not
// use it; it reads the finished facts by its own code, so that a slip here shows as a difference there.

/** Whether a certificate exempts from work: level 1–2 of any kind, level 3 intellectual or mental (policy-facts A1, A12). */
export function exempts(c: Certificate): boolean {
  return c.level <= 2 || (c.level === 3 && (c.category === 'intellectual' || c.category === 'mental'));
}

function inForce(c: Certificate, at: number): boolean {
  return c.issued <= at && c.expires >= at && (c.cancelled === undefined || c.cancelled > at);
}

/** A certificate in force on a day. */
export function certificateOf(p: Person, at: number): Certificate | undefined {
  return p.certificates?.find((c) => inForce(c, at));
}

/** Income of one person, fen a month, as far as registers tell on a day. */
export function personIncome(p: Person, rules: Rules, at: number): number {
  let wage = 0;
  for (const j of p.jobs ?? []) if (j.started <= at && (j.stopped === undefined || j.stopped > at)) wage += j.wage;
  const net = wage - Math.min(wage, rules.workCost);
  const pension =
    p.pension === undefined ? 0 : p.pension.amount - (p.pension.kind === 'resident' ? p.pension.basic : 0);
  const benefit = p.unemployment === undefined || p.unemployment.registered > at ? 0 : (p.unemployment.benefit ?? 0);
  const migrant = p.migrant === undefined ? 0 : (p.migrant.months * rules.migrantMonth) / 12;
  return net + pension + benefit + migrant;
}

/** Whether no register tells what a member of working age lives on. */
export function isUnknown(p: Person, at: number): boolean {
  const age = ageOn(p.birth, at);
  if (age < 16 || age > 59) return false;
  const s = p.schooling;
  if (
    s !== undefined &&
    s.mode === 'full_time' &&
    s.stage !== 'postgraduate' &&
    (s.change === undefined || s.change.on > at)
  ) {
    return false;
  }
  if (p.certificates?.some((c) => inForce(c, at) && exempts(c)) === true) return false;
  const employed = p.jobs?.some((j) => j.started <= at && (j.stopped === undefined || j.stopped > at)) === true;
  const benefit = p.unemployment !== undefined && p.unemployment.registered <= at && (p.unemployment.benefit ?? 0) > 0;
  return !employed && p.migrant === undefined && p.pension === undefined && !benefit;
}

/** Land income, fen a month: farmed area by the county's table, rent by the contract. */
export function landIncome(h: Household, rules: Rules): number {
  if (h.land === undefined) return 0;
  return ((h.land.area - h.land.leased) * rules.farmMuYear) / 1200 + h.land.rent / 12;
}

/** Known income of these members and the household's land, fen a month. */
export function knownIncome(h: Household, members: readonly Person[], rules: Rules, at: number): number {
  return members.reduce((sum, p) => sum + personIncome(p, rules, at), landIncome(h, rules));
}
