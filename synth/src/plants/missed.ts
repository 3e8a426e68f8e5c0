import { knownIncome } from '../arithmetic.ts';
import { monthStart } from '../calendar.ts';
import type { Planter } from '../planter.ts';
import type { ShapeName } from '../shapes.ts';
import { enrol, PLAIN_SHAPES, SEVERE_SHAPES } from '../shapes.ts';
import type { Household } from '../world.ts';

const ALL_SHAPES: ShapeName[] = [...PLAIN_SHAPES, ...SEVERE_SHAPES];

/** Families below the standard that nobody insured, and families that only look so. */
export function plantMissedSubsistence(p: Planter): void {
  const { rng, rules } = p;
  for (let k = 0; k < p.count; k++) {
    const gap = p.gap(k, 0.85);
    const family = p.family(rng.pick(ALL_SHAPES), 'plant', (n) => Math.floor(rules.standard * n * (1 - gap) - 1));
    const h = family.household;
    let periods = p.all();
    let note = 'below the standard, on no roll';
    if (k % 10 === 7) {
      p.b.award(h, 'subsistence-margin', [...h.members], 0);
      note = 'on the margin roll, now below the standard';
    } else if (k % 7 === 3 && p.last > 0) {
      enrol(p.b, h, 'subsistence', family.total, p.period(p.last).start);
      periods = periods.slice(0, -1);
      note = 'below the standard until it was insured in the last month';
    }
    p.settleSubsidies(h);
    p.plant(h, 'missed-subsistence', periods, note, -gap);
  }
  for (let k = 0; k < p.count; k++) {
    if (p.near(k)) {
      const gap = k % 10 === 0 ? 0 : p.gap(k, 0.1);
      const h = p.family(rng.pick(PLAIN_SHAPES), 'decoy', (n) => Math.ceil(rules.standard * n * (1 + gap))).household;
      p.b.award(h, 'subsistence-margin', [...h.members], 0);
      p.decoy(h, 'missed-subsistence', 'just at or above the standard, on the margin roll', gap);
    } else {
      const h = p.family(rng.pick(PLAIN_SHAPES), 'decoy', (n) =>
        Math.floor(rules.standard * n * (0.2 + rng.next() * 0.7)),
      ).household;
      if (k % 2 === 0) p.b.vehicle(p.member(h, 0), 'car', rules.vehicleValue + rng.int(1, 9_000_000));
      else p.b.company(p.member(h, 0), 'limited', 'legal_representative', rng.int(100, 900) * 100_000);
      p.decoy(h, 'missed-subsistence', 'below the standard but beyond the property limits');
    }
  }
}

/** Families in the band between the standard and the margin line. */
export function plantMissedMargin(p: Planter): void {
  const { rng, rules } = p;
  for (let k = 0; k < p.count; k++) {
    const gap = p.gap(k, 0.33);
    const h = p.family(rng.pick(PLAIN_SHAPES), 'plant', (n) =>
      Math.floor(rules.marginLine * n * (1 - gap) - 1),
    ).household;
    p.plant(h, 'missed-margin', p.all(), 'in the margin band, on no roll', -gap);
  }
  for (let k = 0; k < p.count; k++) {
    if (k % 5 < 3) {
      const gap = k % 5 === 0 ? 0 : p.gap(k, 0.19);
      const h = p.family(rng.pick(PLAIN_SHAPES), 'decoy', (n) => Math.ceil(rules.marginLine * n * (1 + gap))).household;
      p.decoy(h, 'missed-margin', 'at or just above the margin line', gap);
    } else {
      const h = p.family(rng.pick(PLAIN_SHAPES), 'decoy', (n) => Math.ceil(rules.marginLine * n * 0.85)).household;
      p.b.dwelling(p.member(h, 0), 3500, 'shop', 'commodity');
      p.decoy(h, 'missed-margin', 'in the margin band but owns a shop');
    }
  }
}

/** Severely disabled members of margin families, who may be insured alone. */
export function plantMissedSingle(p: Planter): void {
  const { rng, rules, b } = p;
  for (let k = 0; k < p.count; k++) {
    const gap = p.gap(k, 0.32);
    const h = p.family(rng.pick(SEVERE_SHAPES), 'plant', (n) =>
      Math.floor(rules.marginLine * n * (1 - gap) - 1),
    ).household;
    b.award(h, 'subsistence-margin', [...h.members], 0);
    p.settleSubsidies(h);
    p.plant(h, 'missed-single', p.all(), 'severely disabled in a margin family, not insured alone', -gap);
  }
  for (let k = 0; k < p.count; k++) {
    if (p.near(k)) {
      const gap = p.gap(k, 0.1);
      const h = p.family(rng.pick(SEVERE_SHAPES), 'decoy', (n) =>
        Math.ceil(rules.marginLine * n * (1 + gap)),
      ).household;
      p.settleSubsidies(h);
      p.decoy(h, 'missed-single', 'severely disabled, the family just above the margin line', gap);
    } else if (k % 5 === 2) {
      const h = p.insured('elder-couple', 'decoy', 'subsistence-margin')[0].household;
      const c = b.certificate(p.member(h, 1), 'physical', 2, b.opening - rng.int(3700, 4500));
      c.expires = b.opening - rng.int(30, 400);
      p.decoy(h, 'missed-single', 'the certificate has expired');
    } else {
      const h = p.insured('elder-couple', 'decoy', 'subsistence-margin')[0].household;
      b.certificate(p.member(h, 0), rng.pick(['physical', 'hearing', 'vision']), rng.pick([3, 4]));
      p.decoy(h, 'missed-single', 'disabled, but not severely');
    }
  }
}

/** Gives the family medical bills before the county opens, recent enough to count for as long as possible. */
function spend(p: Planter, h: Household, total: number): void {
  const { rng, b } = p;
  let rest = total;
  while (rest > 0) {
    const part = rest < 600_000 ? rest : rng.int(200_000, Math.min(rest, 2_400_000));
    // Never in the periods themselves: a threshold crossed there would be a shock as well.
    b.settle(rng.pick(h.members), b.opening - rng.int(1, Math.max(20, 330 - 31 * p.last)), part);
    rest -= part;
  }
}

function schoolYear(h: Household): number {
  return h.members.reduce(
    (sum, m) => sum + (m.schooling === undefined ? 0 : m.schooling.fee + m.schooling.boarding),
    0,
  );
}

/** Families whose bills eat more than the rigid share of their income. */
export function plantMissedRigid(p: Planter): void {
  const { rng, rules } = p;
  const shapes: ShapeName[] = [
    'couple',
    'single-parent',
    'working-couple',
    'elder-couple',
    'single-parent-two',
    'elder',
  ];
  const build = (role: 'plant' | 'decoy', perHead: number, ratio: number, over: boolean): Household => {
    const h = p.family(rng.pick(shapes), role, (n) => n * perHead).household;
    const limit = perHead * h.members.length * 12 * (rules.rigidPercent / 100);
    const wanted = over ? Math.ceil(limit * (1 + ratio) + 1) : Math.floor(limit * (1 - ratio));
    spend(p, h, wanted - schoolYear(h));
    return h;
  };
  for (let k = 0; k < p.count; k++) {
    const gap = p.gap(k, 0.6);
    const h = build('plant', rng.int(100_000, 165_000), gap, true);
    const periods = p.all().filter((i) => holdsRigid(p, h, i));
    p.plant(h, 'missed-rigid', periods, 'necessary spending above the share, on no roll', gap);
  }
  for (let k = 0; k < p.count; k++) {
    if (p.near(k) || k % 5 === 2) {
      const gap = k % 5 === 0 ? 0 : p.gap(k, 0.2);
      const h = build('decoy', rng.int(100_000, 165_000), gap, false);
      p.decoy(h, 'missed-rigid', 'spending at or just below the share', -gap);
    } else if (k % 5 === 3) {
      const h = build('decoy', rng.int(200_000, 220_000), 0.2, true);
      p.decoy(h, 'missed-rigid', 'high spending, but the income is not below the county average');
    } else {
      const h = build('decoy', rng.int(100_000, 165_000), 0.3, true);
      p.b.vehicle(p.member(h, 0), 'car', rules.vehicleValue + rng.int(100_000, 6_000_000));
      p.decoy(h, 'missed-rigid', 'high spending, but a car above the limit');
    }
  }
}

/** Whether the bills of the twelve months that end with period i still exceed the share. */
function holdsRigid(p: Planter, h: Household, i: number): boolean {
  const start = monthStart(p.period(i).month - 11);
  let bills = schoolYear(h);
  for (const m of h.members) for (const s of m.settlements ?? []) if (s.settled >= start) bills += s.selfPay;
  return bills * 100 > incomeYear(p, h) * p.rules.rigidPercent;
}

function incomeYear(p: Planter, h: Household): number {
  return knownIncome(h, h.members, p.rules, p.b.closing) * 12;
}

/** Disabled people to whom the living subsidy (A6) is due and not paid. */
export function plantMissedLiving(p: Planter): void {
  const { rng, b } = p;
  for (let k = 0; k < p.count; k++) {
    if (k % 3 === 0) {
      const h = p.comfortable('couple-disabled', 'plant').household;
      p.member(h, 1).certificates = undefined;
      b.certificate(p.member(h, 1), rng.pick(['intellectual', 'mental']), 3);
      p.plant(h, 'missed-living', p.all(), 'level 3 intellectual or mental without fixed income, not paid');
    } else {
      const shape = k % 3 === 1 ? 'elder-couple' : rng.pick(SEVERE_SHAPES);
      const h = p.insured(shape, 'plant', 'subsistence')[0].household;
      if (shape === 'elder-couple') b.certificate(p.member(h, 1), b.category(), rng.pick([3, 4]));
      p.settleSubsidies(h, ['disability-living']);
      p.plant(h, 'missed-living', p.all(), 'on the subsistence roll with a valid certificate, not paid');
    }
  }
  for (let k = 0; k < p.count; k++) {
    if (k % 4 === 0) {
      const h = p.comfortable('disabled-adult', 'decoy').household;
      p.member(h, 0).certificates = undefined;
      b.certificate(p.member(h, 0), rng.pick(['intellectual', 'mental']), 3);
      p.decoy(h, 'missed-living', 'level 3 intellectual or mental, but has a job');
    } else if (k % 4 === 1) {
      const h = p.comfortable('elder-couple', 'decoy').household;
      b.certificate(p.member(h, 1), rng.pick(['physical', 'vision', 'hearing']), 3);
      p.decoy(h, 'missed-living', 'level 3 of another kind, not on the roll');
    } else if (k % 4 === 2) {
      const h = p.insured('elder', 'decoy', 'destitute')[0].household;
      b.certificate(p.member(h, 0), 'physical', rng.pick([1, 2, 3]));
      p.decoy(h, 'missed-living', 'destitute people get no disability subsidy');
    } else {
      const h = p.insured('elder-couple', 'decoy', 'subsistence')[0].household;
      const c = b.certificate(p.member(h, 1), 'physical', 4, b.opening - rng.int(3700, 4500));
      c.expires = b.opening - rng.int(10, 400);
      p.decoy(h, 'missed-living', 'the certificate has expired');
    }
  }
}

/** Severely disabled people to whom the nursing subsidy (A6) is due and not paid. */
export function plantMissedNursing(p: Planter): void {
  const { rng, b } = p;
  for (let k = 0; k < p.count; k++) {
    let h: Household;
    if (k % 2 === 0) {
      h = p.comfortable('three-generations', 'plant').household;
      b.certificate(p.member(h, 4), rng.pick(['physical', 'vision', 'hearing', 'multiple']), rng.pick([1, 2]));
    } else {
      h = p.insured('elder-couple', 'plant', 'subsistence')[0].household;
      b.certificate(p.member(h, 1), rng.pick(['physical', 'vision', 'mental']), rng.pick([1, 2]));
    }
    p.settleSubsidies(h, ['disability-nursing']);
    p.plant(h, 'missed-nursing', p.all(), 'level 1–2, not paid');
  }
  for (let k = 0; k < p.count; k++) {
    if (k % 3 === 0) {
      const h = p.comfortable('elder-couple', 'decoy').household;
      b.certificate(p.member(h, 0), rng.pick(['physical', 'vision', 'hearing']), 3);
      p.decoy(h, 'missed-nursing', 'level 3');
    } else if (k % 3 === 1) {
      const h = p.insured('elder', 'decoy', 'destitute')[0].household;
      b.certificate(p.member(h, 0), 'physical', 1);
      p.decoy(h, 'missed-nursing', 'destitute people get no disability subsidy');
    } else {
      const h = p.comfortable('elder-couple', 'decoy').household;
      const c = b.certificate(p.member(h, 1), 'vision', 2, b.opening - rng.int(3700, 4500));
      if (k % 2 === 0) c.cancelled = b.opening - rng.int(20, 500);
      else c.expires = b.opening - rng.int(10, 400);
      p.decoy(h, 'missed-nursing', 'the certificate is no longer valid');
    }
  }
}
