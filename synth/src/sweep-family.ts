import { ageOn } from './calendar.ts';
import type { Certificate, Household, Person, Programme, World } from './world.ts';

// An evaluator of its own over the finished county: for every household and month, which causes hold, reading only what
// the departments will have delivered by then. It shares no arithmetic with the makers; what it finds must be exactly
// what was planted. Sums are kept per year, so that nothing is divided.

export interface Family {
  members: Person[];
  /** Known income of a year (fen). */
  year: number;
  determined: boolean;
  /** Undetermined for another reason than a missing declaration. */
  blocked: boolean;
  propertyOk: boolean;
}

/** Rows of the roll that run at the end of a month. */
export function activeAwards(
  h: Household,
  end: number,
): { programme: Programme; person: Person; declared: number | undefined; number: string }[] {
  return h.awards
    .filter((a) => a.started <= end && (a.stopped === undefined || a.stopped > end))
    .flatMap((a) =>
      a.members.map((person) => ({ programme: a.programme, person, declared: a.declared, number: a.number })),
    );
}

/** Who forms a family in a period, and what its income and property are. */
export class FamilySweep {
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** Last day of what a feed has told by period i. */
  seen(feed: string, i: number): number {
    return this.world.periods[this.world.schedule.asOf(feed, i)]?.end ?? 0;
  }

  /** Whether any of the three sources has told of the death by period i. */
  deathKnown(m: Person, i: number): boolean {
    const d = m.death;
    return d !== undefined && [d.police, d.health, d.cremation].some((at) => at !== undefined && at <= i);
  }

  #locked(m: Person, i: number): boolean {
    const end = this.seen('custody', i);
    return (
      m.custody?.some(
        (c) => c.kind !== 'community_correction' && c.started <= end && (c.released === undefined || c.released > end),
      ) === true
    );
  }

  /** Certificates in force in period i. */
  valid(m: Person, i: number): Certificate[] {
    const seen = this.seen('disability', i);
    const start = this.world.periods[i]?.start ?? 0;
    return (m.certificates ?? []).filter(
      (c) => c.issued <= seen && c.expires >= start && (c.cancelled === undefined || c.cancelled > seen),
    );
  }

  #members(h: Household, i: number): Person[] {
    return h.members.filter((m) => m.arrives <= i && m.leaves > i && !this.deathKnown(m, i) && !this.#locked(m, i));
  }

  /** Income of one member that registers tell (fen a year), whether any row tells it, and whether a job is active. */
  yearIncome(m: Person, i: number): { year: number; any: boolean; working: boolean } {
    const { rules } = this.world;
    const end = this.seen('employment', i);
    let wage = 0;
    let working = false;
    for (const j of m.jobs ?? []) {
      if (j.started > end || (j.stopped !== undefined && j.stopped <= end)) continue;
      wage += j.wage;
      working = true;
    }
    let year = (wage > rules.workCost ? wage - rules.workCost : 0) * 12;
    const u = m.unemployment;
    const benefit = u !== undefined && u.registered <= this.seen('unemployment', i) ? (u.benefit ?? 0) : 0;
    year += benefit * 12;
    if (m.migrant !== undefined) year += m.migrant.months * rules.migrantMonth;
    if (m.pension !== undefined)
      year += 12 * (m.pension.kind === 'resident' ? m.pension.amount - m.pension.basic : m.pension.amount);
    return { year, any: working || benefit > 0 || m.migrant !== undefined || m.pension !== undefined, working };
  }

  /** Whether the member studies full time, up to bachelor level. */
  student(m: Person, i: number): boolean {
    const s = m.schooling;
    if (s === undefined || s.mode !== 'full_time' || s.stage === 'postgraduate') return false;
    return s.change === undefined || s.change.on > this.seen('school', i);
  }

  /** Self-pay of the twelve months that end with period i, of settlements before (`until`) or up to its end. */
  selfPay(m: Person, i: number, until: 'before' | 'end'): number {
    const period = this.world.periods[i];
    if (period === undefined) return 0;
    const first = period.month - 11;
    const from = Math.round(Date.UTC(Math.floor(first / 12), first % 12, 1) / 86_400_000);
    const to = until === 'before' ? period.start - 1 : period.end;
    let sum = 0;
    for (const s of m.settlements ?? []) if (s.settled >= from && s.settled <= to && s.delivered <= i) sum += s.selfPay;
    return sum;
  }

  /** The family of a household in period i. */
  family(h: Household, i: number): Family {
    const { rules, periods } = this.world;
    const end = periods[i]?.end ?? 0;
    const members = this.#members(h, i);
    let year = 0;
    let unknown = false;
    for (const m of members) {
      const income = this.yearIncome(m, i);
      year += income.year;
      const age = ageOn(m.birth, end);
      const unable = this.valid(m, i).some(
        (c) => c.level < 3 || (c.level === 3 && ['intellectual', 'mental'].includes(c.category)),
      );
      if (age >= 16 && age <= 59 && !this.student(m, i) && !unable && !income.any) unknown = true;
    }
    if (h.land !== undefined) year += ((h.land.area - h.land.leased) * rules.farmMuYear) / 100 + h.land.rent;
    const declared = activeAwards(h, end).filter(
      (a) => (a.programme === 'subsistence' || a.programme === 'subsistence-margin') && a.declared !== undefined,
    );
    year += 12 * Math.max(0, ...declared.map((a) => a.declared ?? 0));
    const blocked = members.some((m) => {
      const latest = (m.marriages ?? []).filter((x) => x.delivered <= i).at(-1);
      if (latest === undefined || latest.kind !== 'marriage') return false;
      const other = latest.man === m ? latest.woman : latest.man;
      return !h.members.includes(other as Person);
    });
    return {
      members,
      year,
      determined: (!unknown || declared.length > 0) && !blocked,
      blocked,
      propertyOk: !this.#property(members, i),
    };
  }

  /** A vehicle above the limit. */
  vehicle(members: readonly Person[], i: number): boolean {
    const seen = this.seen('vehicle', i);
    return members.some((m) =>
      m.vehicles?.some(
        (v) =>
          ['car', 'van', 'truck'].includes(v.type) &&
          v.status === 'normal' &&
          v.registered <= seen &&
          v.value > this.world.rules.vehicleValue,
      ),
    );
  }

  /** A shop, an office, or several homes above the area limit. */
  housing(members: readonly Person[], i: number): boolean {
    const seen = this.seen('housing', i);
    const all = members.flatMap((m) => m.dwellings ?? []).filter((d) => d.registered <= seen);
    if (all.some((d) => d.use === 'shop' || d.use === 'office')) return true;
    const homes = all.filter((d) => d.use === 'dwelling' && d.kind !== 'public_rental');
    const area = homes.reduce((sum, d) => sum + d.area, 0);
    return homes.length >= this.world.rules.dwellingCount && area > this.world.rules.areaPerMember * members.length;
  }

  /** A company that counts as property. */
  company(members: readonly Person[], i: number): boolean {
    const seen = this.seen('company', i);
    return members.some((m) =>
      m.companies?.some(
        (c) =>
          c.status === 'active' &&
          c.established <= seen &&
          ['limited', 'sole', 'partnership'].includes(c.kind) &&
          (c.role === 'legal_representative' ||
            c.role === 'executive' ||
            (c.role === 'shareholder' && c.capital >= this.world.rules.companyCapital)),
      ),
    );
  }

  #property(members: readonly Person[], i: number): boolean {
    return this.vehicle(members, i) || this.housing(members, i) || this.company(members, i);
  }

  /** A sign of hardship in some register. */
  sign(h: Household, family: Family, i: number): boolean {
    const { rules, periods } = this.world;
    const end = periods[i]?.end ?? 0;
    if (h.monitored !== undefined && !h.monitored.removed && h.monitored.identified <= this.seen('monitored', i))
      return true;
    if (family.members.some((m) => this.valid(m, i).some((c) => c.level <= 2))) return true;
    if (family.members.some((m) => this.selfPay(m, i, 'end') > rules.medical.others)) return true;
    const ages = family.members.map((m) => ageOn(m.birth, end));
    return ages.every((a) => a >= 60 || a < 18) && ages.some((a) => a >= 60) && ages.some((a) => a < 18);
  }
}
