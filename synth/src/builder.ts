import type { DisabilityCategory } from './numbers.ts';
import { bankAccount, certificateNumber, creditCode } from './numbers.ts';
import { NEVER, PeopleBuilder } from './people-builder.ts';
import { weighted } from './random.ts';
import type {
  Award,
  Certificate,
  CompanyRole,
  Dwelling,
  Household,
  Job,
  Person,
  Programme,
  Settlement,
  Stage,
  Vehicle,
  VehicleType,
} from './world.ts';

export type { MemberSpec } from './people-builder.ts';
export { NEVER } from './people-builder.ts';

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

/** Adds what registers know of a person: work, pension, school, disability, property, illness, aid. */
export class Builder extends PeopleBuilder {
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
