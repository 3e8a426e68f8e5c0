import { exempts } from './arithmetic.ts';
import type { MemberSpec } from './builder.ts';
import { clear, keepSpendingLow } from './clearing.ts';
import type { Planter } from './planter.ts';
import { watchList } from './plants/undetermined.ts';
import { weighted } from './random.ts';
import type { Household, Person } from './world.ts';

type Kind =
  | 'elder'
  | 'elder-couple'
  | 'adult'
  | 'couple'
  | 'nuclear-one'
  | 'nuclear-two'
  | 'single-parent'
  | 'three-generations'
  | 'grandparents'
  | 'parent-and-adult'
  | 'four-generations';

const KINDS = weighted<Kind>([
  ['elder', 2],
  ['elder-couple', 3.5],
  ['adult', 6],
  ['couple', 9],
  ['nuclear-one', 17],
  ['nuclear-two', 14],
  ['single-parent', 3],
  ['three-generations', 27],
  ['grandparents', 1.5],
  ['parent-and-adult', 15],
  ['four-generations', 2],
]);
/** Bills of an ordinary person in all the months of the county together stay below this (fen). */
const BILLS_CAP = 1_150_000;
function specs(p: Planter, kind: Kind): MemberSpec[] {
  const { rng } = p;
  const man = (relation: MemberSpec['relation'], age: number): MemberSpec => ({ relation, sex: 'male', age });
  const woman = (relation: MemberSpec['relation'], age: number): MemberSpec => ({ relation, sex: 'female', age });
  const any = (relation: MemberSpec['relation'], age: number): MemberSpec => ({
    relation,
    sex: rng.chance(0.52) ? 'male' : 'female',
    age,
  });
  const grown = rng.int(26, 52);
  const kid = (parent: number): number => Math.max(0, Math.min(22, parent - rng.int(22, 32)));
  const old = rng.int(61, 84);
  switch (kind) {
    case 'elder':
      return [any('head', old)];
    case 'elder-couple':
      return [man('head', old), woman('spouse', Math.max(60, old - rng.int(-1, 5)))];
    case 'adult':
      return [any('head', rng.int(22, 58))];
    case 'couple':
      return [man('head', rng.int(24, 59)), woman('spouse', rng.int(23, 58))];
    case 'nuclear-one':
      return [man('head', grown), woman('spouse', Math.max(22, grown - rng.int(-1, 4))), any('child', kid(grown))];
    case 'nuclear-two':
      return [
        man('head', grown),
        woman('spouse', Math.max(22, grown - rng.int(-1, 4))),
        any('child', kid(grown)),
        any('child', Math.max(0, kid(grown) - rng.int(0, 4))),
      ];
    case 'single-parent':
      return [any('head', grown), any('child', kid(grown))];
    case 'three-generations': {
      const list = [
        man('head', grown),
        woman('spouse', Math.max(22, grown - rng.int(-1, 4))),
        any('child', kid(grown)),
      ];
      if (rng.chance(0.45)) list.push(any('child', Math.max(0, kid(grown) - rng.int(0, 4))));
      const parent = Math.min(88, grown + rng.int(22, 30));
      if (rng.chance(0.6)) list.push(man('parent', parent));
      list.push(woman('parent', Math.max(44, parent - rng.int(0, 4))));
      return list;
    }
    case 'grandparents':
      return [man('head', old), woman('spouse', Math.max(60, old - rng.int(0, 4))), any('grandchild', rng.int(2, 14))];
    case 'parent-and-adult': {
      const parent = rng.int(52, 84);
      const list = [any('head', parent)];
      if (rng.chance(0.5))
        list.push({
          ...any('spouse', Math.max(50, parent - rng.int(0, 4))),
          sex: list[0]?.sex === 'male' ? 'female' : 'male',
        });
      list.push(any('child', Math.max(18, parent - rng.int(23, 30))));
      return list;
    }
    case 'four-generations': {
      const g = rng.int(28, 36);
      return [
        man('head', g + 25),
        woman('spouse', g + 24),
        man('child', g),
        woman('child_in_law', g - 1),
        any('grandchild', Math.max(0, g - 26)),
        any('grandchild', Math.max(0, g - 28)),
        woman('parent', g + 48),
      ];
    }
  }
}

function livelihood(p: Planter, m: Person): void {
  const { b, rng } = p;
  const age = b.age(m);
  if (age >= 60) {
    const x = rng.next();
    if (x < 0.78) b.pension(m, 'resident', rng.int(20, 160) * 100);
    else if (x < 0.9) b.pension(m, 'employee', rng.int(1800, 4200) * 100);
    else if (x < 0.94) b.pension(m, 'public', rng.int(3200, 7200) * 100);
    return;
  }
  if (age < 3) return;
  if (age < 18) {
    if (age >= 6 || rng.chance(0.85)) b.school(m);
    return;
  }
  if (age < 22 && rng.chance(0.5)) {
    b.school(m);
    return;
  }
  const x = rng.next();
  if (x < 0.41) b.job(m, rng.int(2400, 9500) * 100);
  else if (x < 0.72) b.migrant(m, rng.int(7, 12));
  else if (x < 0.737) {
    m.unemployment = {
      registered: b.opening - rng.int(5, 360),
      reason: rng.pick(['单位裁员', '合同到期', '个人原因', '企业关停']),
      benefit: rng.chance(0.5) ? rng.int(1200, 1900) * 100 : undefined,
    };
  } else if (x < 0.745) {
    const job = b.job(m, rng.int(2400, 6000) * 100, b.opening - rng.int(500, 1500));
    job.stopped = b.opening - rng.int(5, 300);
  }
}

function property(p: Planter, h: Household): void {
  const { b, rng } = p;
  const adults = h.members.filter((m) => b.age(m) >= 18);
  const head = h.members[0];
  if (head === undefined || adults.length === 0) return;
  if (h.rural && rng.chance(0.85)) {
    const area = rng.int(120, 900) + h.members.length * 60;
    const leased = rng.chance(0.3) ? Math.floor(area / 2) : 0;
    h.land = { area, leased, rent: Math.round((leased * rng.int(600, 950)) / 1200) * 1200 };
  }
  if (rng.chance(0.82)) b.dwelling(head, rng.int(60, 160) * 100, 'dwelling');
  if (rng.chance(0.06)) b.dwelling(rng.pick(adults), rng.int(60, 140) * 100, 'dwelling', 'commodity');
  if (rng.chance(0.02))
    b.dwelling(rng.pick(adults), rng.int(15, 120) * 100, rng.pick(['shop', 'garage', 'office']), 'commodity');
  if (rng.chance(0.3))
    b.vehicle(rng.pick(adults), rng.pick(['car', 'car', 'car', 'van', 'truck']), rng.int(300, 2600) * 10_000);
  if (rng.chance(0.2))
    b.vehicle(rng.pick(adults), rng.pick(['motorcycle', 'e_bike', 'e_bike']), rng.int(12, 80) * 10_000);
  if (h.rural && rng.chance(0.03)) b.vehicle(head, rng.pick(['tractor', 'farm_machine']), rng.int(200, 1200) * 10_000);
  if (rng.chance(0.085)) {
    const owner = rng.pick(adults);
    const x = rng.next();
    if (x < 0.7) b.company(owner, 'self_employed', 'operator', rng.int(1, 30) * 1_000_000);
    else if (x < 0.78) b.company(owner, 'cooperative', 'member', rng.int(1, 20) * 100_000);
    else {
      b.company(owner, 'limited', 'legal_representative', rng.int(5, 300) * 1_000_000);
      const own = owner.companies?.at(-1);
      if (own !== undefined && rng.chance(0.6)) owner.companies?.push({ ...own, role: 'shareholder' });
    }
  }
}

/** Settlements of twelve months and the periods; never near a threshold. */
export function ordinaryBills(p: Planter, m: Person, cap: number): void {
  const { b, rng } = p;
  const age = b.age(m);
  const from = b.opening - 333;
  const mean = ((b.closing - from) / 30.4) * (age >= 60 ? 0.23 : age < 6 ? 0.12 : 0.075);
  let spent = 0;
  for (let x = rng.next(), limit = Math.exp(-mean); x > limit; x *= rng.next()) {
    const inpatient = rng.chance(0.2);
    const pay = inpatient ? rng.int(300, 3800) * 100 : rng.int(1500, 42_000);
    if (spent + pay > cap) break;
    spent += pay;
    b.settle(
      m,
      rng.int(from, b.closing),
      pay,
      inpatient ? 'inpatient' : rng.chance(0.4) ? 'chronic_outpatient' : 'outpatient',
    );
  }
}

function disabilities(p: Planter, h: Household): void {
  const { b, rng } = p;
  for (const m of h.members) {
    const age = b.age(m);
    if (!rng.chance(age >= 60 ? 0.075 : age >= 18 ? 0.026 : 0.008)) continue;
    const x = rng.next();
    const c = b.certificate(m, b.category(), x < 0.1 ? 1 : x < 0.32 ? 2 : x < 0.62 ? 3 : 4);
    if (exempts(c)) {
      m.jobs = undefined;
      m.migrant = undefined;
      m.unemployment = undefined;
    }
  }
}

/** An ordinary family off the roll. `limit` = at most so many members. */
export function ordinaryFamily(p: Planter, limit: number): Household {
  const { b, rng } = p;
  let list = specs(p, KINDS(rng));
  if (list.length > limit) list = list.slice(0, limit);
  const h = b.household(list, 'ordinary');
  for (const m of h.members) livelihood(p, m);
  property(p, h);
  disabilities(p, h);
  if (rng.chance(0.017)) h.monitored = watchList(p, rng.chance(0.6));
  if (rng.chance(0.012)) {
    const before = b.award(h, 'subsistence', [...h.members], 40_000, b.opening - rng.int(900, 2500));
    before.stopped = b.opening - rng.int(30, 700);
  }
  clear(p, h);
  for (const m of h.members) ordinaryBills(p, m, BILLS_CAP);
  keepSpendingLow(p, h);
  p.settleSubsidies(h);
  for (const m of h.members) if (b.age(m) >= 80) b.award(h, 'old-age', [m], b.age(m) >= 90 ? 10_000 : 6_000);
  return h;
}
