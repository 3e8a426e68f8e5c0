import { ageOn, day, type Period } from './calendar.ts';
import type { Village } from './divisions.ts';
import { villagesOf } from './divisions.ts';
import { drawGiven, drawMinorityName, drawSurname } from './names.ts';
import { NumberIssuer } from './numbers.ts';
import type { Random } from './random.ts';
import { random, weighted } from './random.ts';
import type { Rules } from './rules.ts';
import type { Household, Outsider, Person, Relation } from './world.ts';

export const NEVER = 1_000_000;
const AREAS_OLD = weighted([
  ['321324', 74],
  ['320827', 18],
  ['321323', 3],
  ['320826', 2],
  ['321322', 1.5],
  ['341324', 1],
  ['522428', 0.5],
]);
const AREAS_YOUNG = weighted([
  ['321324', 93],
  ['321323', 3],
  ['321302', 2],
  ['320826', 1],
  ['320102', 1],
]);
const AREAS_FOREIGN = ['321323', '320826', '321322', '321302', '341324', '341321', '320305'];
/** What a new member of a household is. */
export interface MemberSpec {
  relation: Relation;
  sex: 'male' | 'female';
  age: number;
}

/** Makes persons and households with valid numbers; every draw comes from one seeded stream. */
export class PeopleBuilder {
  readonly rng: Random;
  readonly rules: Rules;
  readonly periods: Period[];
  readonly villages: Village[];
  readonly households: Household[] = [];
  /** First day of the first period and last day of the last. */
  readonly opening: number;
  readonly closing: number;
  persons = 0;
  readonly #issuer = new NumberIssuer();
  readonly #ruralVillage: (rng: Random) => Village;
  readonly #urbanVillage: (rng: Random) => Village;
  readonly #counters = new Map<string, number>();

  constructor(division: string, seed: number, periods: Period[], rules: Rules) {
    this.rng = random(seed, 'county', division);
    this.rules = rules;
    this.periods = periods;
    this.villages = villagesOf(division);
    const first = periods[0];
    const last = periods.at(-1);
    if (first === undefined || last === undefined) throw new RangeError('at least one month');
    this.opening = first.start;
    this.closing = last.end;
    const weights = this.villages.map((v): [Village, number] => {
      const spread = Math.exp((this.rng.next() + this.rng.next() - 1) * 1.2);
      return [v, (v.rural ? 1 : 1.15) * spread];
    });
    const rural = weights.filter(([v]) => v.rural);
    const urban = weights.filter(([v]) => !v.rural);
    this.#ruralVillage = weighted(rural.length > 0 ? rural : weights);
    this.#urbanVillage = weighted(urban.length > 0 ? urban : weights);
  }

  /** The next serial of a series, scattered so that it tells nothing about the order of making. */
  serial(series: string, digits: number): string {
    const n = (this.#counters.get(series) ?? 0) + 1;
    this.#counters.set(series, n);
    const size = 10 ** digits;
    return String((n * 7_654_321 + 1_234_567) % size).padStart(digits, '0');
  }

  /** A birth day that gives this age at the opening and crosses no age of the rules (16, 18, 60) while the county runs. */
  birth(age: number): number {
    const year = 365.2425;
    let born = this.opening - Math.floor(age * year) - this.rng.int(1, 363);
    const crosses = (): boolean => {
      const from = ageOn(born, this.opening - 45);
      const to = ageOn(born, this.closing + 45);
      return [16, 18, 60].some((limit) => from < limit && to >= limit);
    };
    for (let tries = 0; crosses(); tries++) {
      born = tries < 12 ? this.opening - Math.floor(age * year) - this.rng.int(1, 363) : born + 100;
    }
    return Math.min(born, this.opening - 1);
  }

  /** A valid number of this county for a birth day and sex. */
  number(birth: number, sex: 'male' | 'female'): string {
    const area = birth < day(1996, 1, 1) ? AREAS_OLD(this.rng) : AREAS_YOUNG(this.rng);
    return this.#issuer.issue(area, birth, sex);
  }

  /** Somebody of another county. */
  outsider(age: number, sex: 'male' | 'female', name?: string): Outsider {
    const birth = this.birth(age);
    const given = name ?? drawSurname(this.rng) + drawGiven(this.rng, sex, 2026 - age);
    return { number: this.#issuer.issue(this.rng.pick(AREAS_FOREIGN), birth, sex), name: given, sex, birth };
  }

  phone(): string {
    const { rng } = this;
    return `1${rng.pick(['38', '39', '51', '52', '58', '59', '82', '87', '99', '77'])}${String(rng.int(0, 99_999_999)).padStart(8, '0')}`;
  }

  /** A new household of these members (the first is the head); it is in the county from now on. */
  household(specs: readonly MemberSpec[], role: Household['role'], rural?: boolean): Household {
    const { rng } = this;
    const isRural = rural ?? rng.chance(0.54);
    const village = isRural ? this.#ruralVillage(rng) : this.#urbanVillage(rng);
    const h: Household = {
      id: this.households.length,
      hukou: '',
      village,
      oldCode: false,
      rural: isRural,
      address: `江苏省泗洪县${village.town}${village.name.replace(/(社区居民委员会|居民委员会|村民委员会|居委会|委会)$/, '')}${rng.int(1, 12)}组${rng.int(1, 180)}号`,
      members: [],
      land: undefined,
      monitored: undefined,
      awards: [],
      role,
      shield: 1,
      unknown: 0,
    };
    const minority = rng.chance(0.001);
    const fatherName = drawSurname(rng);
    const phone = this.phone();
    for (const spec of specs) h.members.push(this.#member(h, spec, fatherName, minority, phone));
    this.households.push(h);
    this.persons += h.members.length;
    return h;
  }

  /** Adds somebody to a household; `birth` overrides the age. */
  join(h: Household, spec: MemberSpec, birth?: number): Person {
    const p = this.#member(h, spec, h.members[0]?.name.charAt(0) ?? '王', false, this.phone());
    if (birth !== undefined) {
      p.birth = birth;
      p.number = this.number(birth, p.sex);
    }
    h.members.push(p);
    return p;
  }

  #member(h: Household, spec: MemberSpec, fatherName: string, minority: boolean, phone: string): Person {
    const { rng } = this;
    const birth = this.birth(spec.age);
    // Blood of the head bears the head's surname; who married in does not.
    const headMale = h.members[0]?.sex !== 'female';
    const own =
      spec.relation === 'spouse' ||
      spec.relation === 'child_in_law' ||
      spec.relation === 'parent_in_law' ||
      (spec.relation === 'parent' && spec.sex === 'female') ||
      (spec.relation === 'child' && !headMale && h.members.some((m) => m.relation === 'spouse'));
    const surname = own ? drawSurname(rng) : fatherName;
    const name = minority ? drawMinorityName(rng) : surname + drawGiven(rng, spec.sex, 2026 - spec.age);
    return {
      id: 0,
      number: this.number(birth, spec.sex),
      name,
      sex: spec.sex,
      birth,
      home: h,
      relation: spec.relation,
      phone: spec.age < 14 || spec.age > 78 || rng.chance(0.4) ? phone : this.phone(),
      ethnic: minority ? '维吾尔族' : rng.chance(0.004) ? rng.pick(['回族', '苗族', '布依族', '满族']) : '汉族',
      arrives: 0,
      leaves: NEVER,
      death: undefined,
      certificates: undefined,
      jobs: undefined,
      pension: undefined,
      unemployment: undefined,
      schooling: undefined,
      migrant: undefined,
      vehicles: undefined,
      dwellings: undefined,
      companies: undefined,
      custody: undefined,
      settlements: undefined,
      incidents: undefined,
      marriages: undefined,
    };
  }

  age(p: Person): number {
    return ageOn(p.birth, this.opening);
  }
}
