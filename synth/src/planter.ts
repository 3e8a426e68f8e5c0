import type { Builder } from './builder.ts';
import { NEVER } from './builder.ts';
import type { Period } from './calendar.ts';
import type { Random } from './random.ts';
import type { Rules } from './rules.ts';
import type { Family, ShapeName } from './shapes.ts';
import { enrol, fund, makeFamily, paySubsidies, SEVERE_SHAPES } from './shapes.ts';
import type { Award, Cause, Death, Decoy, Household, Namesake, Person, Plant, Programme, Schedule } from './world.ts';

/** Share of planted families that lie within 5% of their threshold. */
const NEAR_SHARE = 0.4;

/** What the planting of every cause shares: the builder, the schedule, and the lists of what was planted. */
export class Planter {
  readonly b: Builder;
  readonly rng: Random;
  readonly rules: Rules;
  readonly schedule: Schedule;
  readonly periods: Period[];
  /** Families per cause (and per period for shocks), and as many decoys. */
  readonly count: number;
  readonly plants: Plant[] = [];
  readonly decoys: Decoy[] = [];
  readonly namesakes: Namesake[] = [];

  constructor(b: Builder, schedule: Schedule, count: number) {
    this.b = b;
    this.rng = b.rng;
    this.rules = b.rules;
    this.schedule = schedule;
    this.periods = b.periods;
    this.count = count;
  }

  period(i: number): Period {
    const p = this.periods[i];
    if (p === undefined) throw new RangeError(`no period ${i}`);
    return p;
  }
  get last(): number {
    return this.periods.length - 1;
  }
  all(): number[] {
    return this.periods.map((p) => p.index);
  }
  from(i: number): number[] {
    return this.all().filter((k) => k >= i);
  }
  /** A day of a period. */
  dayIn(i: number): number {
    const p = this.period(i);
    return this.rng.int(p.start, p.end);
  }
  /** Whether the k-th of the planted families is to lie near its threshold. */
  near(k: number): boolean {
    return k % 5 < NEAR_SHARE * 5;
  }
  /** A relative distance: within 5% for near ones (now and then a hair), up to `far` for the others. */
  gap(k: number, far: number): number {
    if (this.near(k)) return this.rng.chance(0.15) ? 0.00002 : 0.0005 + this.rng.next() * 0.049;
    return 0.06 + this.rng.next() * (far - 0.06);
  }

  plant(
    household: Household,
    cause: Cause,
    periods: number[],
    note: string,
    distance?: number,
    undetermined = false,
  ): void {
    if (periods.length === 0) return;
    this.plants.push({ household, cause, periods, distance, undetermined, note });
  }
  decoy(household: Household, cause: Cause, note: string, distance?: number): void {
    this.decoys.push({ household, cause, distance, note });
  }

  /** A family off the roll with this income a month in all. */
  family(shape: ShapeName, role: Household['role'], total: (n: number) => number, rural?: boolean): Family {
    const family = makeFamily(this.b, shape, role, rural);
    fund(this.b, family, Math.round(total(family.household.members.length)));
    return family;
  }
  /** A family well above every line: 1,150 to 1,900 yuan a head and month. */
  comfortable(shape: ShapeName, role: Household['role']): Family {
    return this.family(shape, role, (n) => n * this.rng.int(115_000, 190_000));
  }
  /** A family lawfully on the roll of a programme, with the income that fits it. */
  insured(
    shape: ShapeName,
    role: Household['role'],
    programme: Programme,
    started?: number,
    rural?: boolean,
  ): [Family, Award] {
    const { rng, rules } = this;
    const total = (n: number): number =>
      programme === 'subsistence-margin'
        ? n * Math.round(rules.standard * (1.1 + rng.next() * 0.25))
        : n * Math.round(rules.standard * (0.3 + rng.next() * 0.45));
    const family = this.family(shape, role, total, rural);
    const award = enrol(this.b, family.household, programme, family.total, started);
    return [family, award];
  }
  /** A family on the roll of one of the programmes with a property test, chosen by weight. */
  insuredAny(shapes: readonly ShapeName[], role: Household['role']): Family {
    const { rng } = this;
    const x = rng.next();
    if (x < 0.08) return this.insured('elder', role, 'destitute')[0];
    if (x < 0.28) return this.insured(rng.pick(shapes), role, 'subsistence-margin')[0];
    if (x < 0.36) {
      const family = this.insured(rng.pick(SEVERE_SHAPES), role, 'subsistence-margin')[0];
      const person = this.severe(family.household);
      this.b.award(family.household, 'subsistence-single', [person], this.rules.standard);
      this.settleSubsidies(family.household);
      return family;
    }
    return this.insured(rng.pick(shapes), role, 'subsistence')[0];
  }
  /** The member with a certificate. */
  severe(h: Household): Person {
    const p = h.members.find((m) => m.certificates !== undefined);
    if (p === undefined) throw new Error('nobody in this family has a certificate');
    return p;
  }
  member(h: Household, at: number): Person {
    const p = h.members[at];
    if (p === undefined) throw new Error(`household without member ${at}`);
    return p;
  }
  settleSubsidies(h: Household, withheld: ('disability-living' | 'disability-nursing')[] = []): void {
    paySubsidies(this.b, h, withheld);
  }

  /** First period, from i on, in whose file a list of events is delivered; NEVER if none. */
  delivery(feed: string, i: number): number {
    for (let k = i; k <= this.last; k++) if (this.schedule.isDelivered(feed, k)) return k;
    return NEVER;
  }
  /** Records a death on a day with some of its three sources, and takes the person out of the register a month later. */
  die(p: Person, on: number, sources: readonly ('police' | 'health' | 'cremation')[], late = false): Death {
    const at = Math.max(
      0,
      this.periods.findIndex((period) => on <= period.end),
    );
    const death: Death = { died: on, police: undefined, health: undefined, cremation: undefined, cancelled: undefined };
    if (sources.includes('police')) {
      death.police = at;
      death.cancelled = late ? this.period(at).start + this.rng.int(2, 12) : on + this.rng.int(3, 20);
      p.leaves = Math.min(p.leaves, at + 1);
    }
    if (sources.includes('health')) death.health = this.delivery('deaths-health', at);
    if (sources.includes('cremation')) death.cremation = this.delivery('deaths-cremation', at);
    p.death = death;
    return death;
  }
}
