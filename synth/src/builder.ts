import { ageOn, day, type Period } from './calendar.ts';
import type { Village } from './divisions.ts';
import { villagesOf } from './divisions.ts';
import { drawGiven, drawMinorityName, drawSurname } from './names.ts';
import type { DisabilityCategory } from './numbers.ts';
import { bankAccount, certificateNumber, creditCode, NumberIssuer } from './numbers.ts';
import type { Random } from './random.ts';
import { random, weighted } from './random.ts';
import type { Rules } from './rules.ts';
import type {
  Award,
  Certificate,
  CompanyRole,
  Dwelling,
  Household,
  Job,
  Outsider,
  Person,
  Programme,
  Relation,
  Settlement,
  Stage,
  Vehicle,
  VehicleType,
} from './world.ts';

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
const CATEGORIES = weighted<DisabilityCategory>([
  ['physical', 52],
  ['vision', 13],
  ['hearing', 12],
  ['intellectual', 9],
  ['mental', 9],
  ['multiple', 4],
  ['speech', 1],
]);
const HOSPITALS = [
  '泗洪县人民医院',
  '泗洪县中医院',
  '泗洪分金亭医院',
  '宿迁市第一人民医院',
  '淮安市第一人民医院',
  '江苏省人民医院',
  '青阳街道卫生院',
  '双沟镇卫生院',
];
const DIAGNOSES = [
  'I10',
  'E11.9',
  'I63.9',
  'J18.9',
  'C34.9',
  'C16.9',
  'N18.5',
  'K80.2',
  'M51.2',
  'S72.0',
  'F20.9',
  'J44.9',
  'I25.1',
  'H25.9',
];
const FIRMS = [
  '泗洪县洪泽湖酒业',
  '江苏双沟包装',
  '泗洪恒力纺织',
  '宿迁华宇服装',
  '泗洪新能电子',
  '江苏众联机械',
  '泗洪大润发商业',
  '泗洪县城投物业',
  '苏豪玩具',
  '泗洪天岗湖光伏',
];

/** What a new member of a household is. */
export interface MemberSpec {
  relation: Relation;
  sex: 'male' | 'female';
  age: number;
}

/** Makes persons, households and facts with valid numbers; every draw comes from one seeded stream. */
export class Builder {
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

  employer(): string {
    return `${this.rng.pick(FIRMS)}有限公司${this.rng.chance(0.3) ? `第${this.rng.int(1, 9)}分公司` : ''}`;
  }

  job(p: Person, wage: number, started?: number): Job {
    const since = started ?? this.opening - this.rng.int(400, 3000);
    const job = { employer: this.employer(), wage, started: since, stopped: undefined };
    p.jobs = [...(p.jobs ?? []), job];
    return job;
  }

  /** A resident, employee or public pension; `counted` is what counts as income (resident: above the basic part). */
  pension(p: Person, kind: 'resident' | 'employee' | 'public', counted: number): void {
    const basic = kind === 'resident' ? this.rng.pick([21_500, 22_300, 23_800]) : 0;
    const started = p.birth + 21_915 + this.rng.int(20, 60);
    p.pension = { kind, basic, amount: basic + counted, started: Math.min(started, this.opening - 120) };
  }

  migrant(p: Person, months: number): void {
    const { rng } = this;
    p.migrant = {
      place: rng.pick(['江苏苏州', '江苏无锡', '江苏南京', '上海', '浙江宁波', '浙江杭州', '广东东莞', '江苏常州']),
      months,
      industry: rng.pick(['建筑业', '制造业', '餐饮服务', '快递物流', '家政服务', '纺织服装']),
    };
  }

  certificate(
    p: Person,
    category: DisabilityCategory,
    level: 1 | 2 | 3 | 4,
    issued?: number,
    reissue = 0,
  ): Certificate {
    const on = issued ?? this.opening - this.rng.int(400, 2600);
    const c: Certificate = {
      number: certificateNumber(p.number, category, level, reissue),
      category,
      level,
      issued: on,
      expires: on + 3652,
      cancelled: undefined,
      marksExpiry: this.rng.chance(0.6),
    };
    if (c.expires <= this.closing + 60) c.expires = this.closing + this.rng.int(100, 1500);
    p.certificates = [...(p.certificates ?? []), c];
    return c;
  }

  category(): DisabilityCategory {
    return CATEGORIES(this.rng);
  }

  /** Puts a child or student into the school of their age. */
  school(p: Person, stage?: Stage): void {
    const { rng } = this;
    const age = this.age(p);
    const byAge: Stage =
      age < 6
        ? 'preschool'
        : age < 12
          ? 'primary'
          : age < 15
            ? 'junior'
            : age < 18
              ? rng.chance(0.6)
                ? 'senior'
                : 'vocational'
              : rng.chance(0.5)
                ? 'college'
                : 'bachelor';
    const at = stage ?? byAge;
    const town = p.home.village.town;
    const places: Record<Stage, [string, number, number]> = {
      preschool: [`${town}中心幼儿园`, 240_000, 0],
      primary: [`${town}中心小学`, 0, 0],
      junior: [`${town}初级中学`, 0, rng.chance(0.3) ? 60_000 : 0],
      senior: ['泗洪中学', 170_000, 80_000],
      vocational: ['泗洪中等专业学校', 0, 80_000],
      college: [rng.pick(['宿迁职业技术学院', '江苏农林职业技术学院']), 500_000, 120_000],
      bachelor: [rng.pick(['宿迁学院', '南京工业大学', '淮阴师范学院']), 580_000, 140_000],
      postgraduate: [rng.pick(['南京大学', '江苏大学']), 800_000, 120_000],
    };
    const [school, fee, boarding] = places[at];
    p.schooling = { school, stage: at, mode: 'full_time', fee, boarding, change: undefined };
  }

  vehicle(p: Person, type: VehicleType, value: number, registered?: number): Vehicle {
    const { rng } = this;
    const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
    const plate =
      type === 'e_bike'
        ? `宿迁${this.serial('e-bike', 7)}`
        : `苏N${letters.charAt(rng.int(0, 23))}${letters.charAt(rng.int(0, 23))}${this.serial('plate', 6)}`;
    const v: Vehicle = {
      plate,
      type,
      use: type === 'e_bike' ? undefined : type === 'truck' && rng.chance(0.6) ? 'commercial' : 'private',
      registered: registered ?? this.opening - rng.int(200, 3500),
      value,
      status: 'normal',
    };
    p.vehicles = [...(p.vehicles ?? []), v];
    return v;
  }

  dwelling(p: Person, area: number, use: Dwelling['use'] = 'dwelling', kind?: Dwelling['kind']): Dwelling {
    const { rng } = this;
    const h = p.home;
    const d: Dwelling = {
      unit: `321324${this.serial('unit', 8)}GB00001F${this.serial('unit-part', 8)}`,
      location: `${h.village.town}${rng.pick(['人民路', '青阳路', '洪泽湖路', '泗州大街', '建设路', '长江路'])}${rng.int(1, 300)}号`,
      area,
      use,
      kind: kind ?? (h.rural ? 'homestead' : 'commodity'),
      share: 10_000,
      registered: this.opening - rng.int(300, 7000),
    };
    p.dwellings = [...(p.dwellings ?? []), d];
    return d;
  }

  company(p: Person, kind: CompanyRole['kind'], role: CompanyRole['role'], capital: number): CompanyRole {
    const { rng } = this;
    const word = rng.pick(['恒源', '金润', '福泰', '鑫盛', '众鑫', '洪源', '泗州', '绿野', '德昌', '永顺']);
    const tail = {
      limited: '商贸有限公司',
      self_employed: '百货店',
      cooperative: '种植专业合作社',
      sole: '加工厂',
      partnership: '工程服务部（合伙）',
    }[kind];
    const c: CompanyRole = {
      code: creditCode(rng, kind === 'self_employed' ? '92' : kind === 'cooperative' ? '93' : '91', '321324'),
      company: `泗洪县${word}${rng.int(1, 99)}${tail}`,
      kind,
      role,
      capital,
      status: 'active',
      established: this.opening - rng.int(300, 5000),
    };
    p.companies = [...(p.companies ?? []), c];
    return c;
  }

  /** A settlement; it is in the file of its month, those of before the first period in the first file. */
  settle(p: Person, on: number, selfPay: number, kind: Settlement['kind'] = 'inpatient'): Settlement {
    const { rng } = this;
    const covered = Math.floor(selfPay * (0.4 + rng.next() * 1.8));
    const index = this.periods.findIndex((period) => on <= period.end);
    const s: Settlement = {
      id: `JS${this.serial('settlement', 9)}`,
      hospital: rng.pick(HOSPITALS),
      kind,
      settled: on,
      stay: kind === 'inpatient' ? rng.int(2, 20) : 0,
      total: selfPay + covered,
      selfPay,
      diagnosis: rng.pick(DIAGNOSES),
      delivered: index < 0 ? NEVER : index,
    };
    p.settlements = [...(p.settlements ?? []), s];
    return s;
  }

  award(h: Household, programme: Programme, members: Person[], amount: number, started?: number): Award {
    const prefix: Record<Programme, string> = {
      subsistence: 'DB',
      'subsistence-single': 'DR',
      destitute: 'TK',
      'subsistence-margin': 'BY',
      'rigid-expenditure': 'GX',
      'disability-living': 'SH',
      'disability-nursing': 'HL',
      orphan: 'GE',
      'unattended-child': 'SS',
      'old-age': 'GL',
    };
    const award: Award = {
      number: `${prefix[programme]}321324${this.serial('award', 8)}`,
      programme,
      members,
      started: started ?? this.opening - this.rng.int(150, 2200),
      stopped: undefined,
      amount,
      declared: undefined,
      account: bankAccount(this.rng),
    };
    h.awards.push(award);
    return award;
  }
}
