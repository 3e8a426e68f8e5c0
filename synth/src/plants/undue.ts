import type { Planter } from '../planter.ts';
import type { ShapeName } from '../shapes.ts';
import { enrol, fund, makeFamily, PLAIN_SHAPES, SEVERE_SHAPES } from '../shapes.ts';
import type { Award, Household, Person, VehicleType } from '../world.ts';

type Source = 'police' | 'health' | 'cremation';
const SOURCES: Source[][] = [
  ['health'],
  ['cremation'],
  ['police'],
  ['health', 'cremation'],
  ['police', 'health', 'cremation'],
];

/** Ends the award in the last period for some families, and says in which periods it still runs. */
function running(p: Planter, h: Household, k: number): number[] {
  if (k % 8 !== 5 || p.last === 0) return p.all();
  for (const a of h.awards) {
    if (!a.programme.startsWith('disability')) a.stopped = p.period(p.last).start + p.rng.int(1, 20);
  }
  return p.all().slice(0, -1);
}

/** A family on the subsistence roll whose income stays below the standard when one member is gone. */
function insuredWithout(
  p: Planter,
  shape: ShapeName,
  gone: number,
  role: 'plant' | 'decoy',
): [Household, Person, Award] {
  const family = makeFamily(p.b, shape, role);
  const h = family.household;
  const person = p.member(h, gone);
  person.migrant = undefined;
  const left = Math.max(1, h.members.length - 1);
  fund(p.b, family, Math.round(p.rules.standard * left * (0.25 + p.rng.next() * 0.5)));
  const award = enrol(p.b, h, 'subsistence', family.total);
  award.declared = 0;
  return [h, person, award];
}

/** Dead people who are still paid. */
export function plantUndueDeath(p: Planter): void {
  const { rng, b } = p;
  const shapes: [ShapeName, number][] = [
    ['elder-couple', 1],
    ['grandparents', 1],
    ['three-generations', 4],
    ['elder-couple', 1],
    ['elder', 0],
  ];
  for (let k = 0; k < p.count; k++) {
    const [shape, gone] = shapes[k % shapes.length] ?? ['elder-couple', 1];
    const [h, dead] = insuredWithout(p, shape, gone, 'plant');
    const sources = rng.pick(shape === 'elder' ? SOURCES.slice(0, 2) : SOURCES);
    if (k % 4 === 1 && p.last > 0) {
      p.die(dead, p.dayIn(0), sources);
      p.plant(h, 'undue-death', p.from(1), 'died in the first month, still insured afterwards');
    } else {
      p.die(dead, b.opening - rng.int(20, 240), sources, true);
      p.plant(h, 'undue-death', p.all(), 'died before the month, still insured');
    }
  }
  for (let k = 0; k < p.count; k++) {
    if (k % 3 === 0) {
      const [h, dead, award] = insuredWithout(p, 'elder-couple', 1, 'decoy');
      const on = b.opening - rng.int(100, 300);
      p.die(dead, on, ['health', 'cremation']);
      award.started = on - rng.int(200, 900);
      award.stopped = on + rng.int(5, 25);
      const next = b.award(
        h,
        'subsistence',
        h.members.filter((m) => m !== dead),
        40_000,
        award.stopped + 10,
      );
      next.declared = 0;
      p.decoy(h, 'undue-death', 'died, and the award was ended in time');
    } else if (k % 3 === 1) {
      const [h, dead] = insuredWithout(p, 'elder-couple', 1, 'decoy');
      p.die(dead, p.dayIn(p.last), ['police', 'health']);
      p.decoy(h, 'undue-death', 'died within the month itself');
    } else {
      const [h, person] = insuredWithout(p, 'elder-couple', 1, 'decoy');
      const other = b.outsider(rng.int(50, 88), person.sex, person.name);
      const feed = rng.pick(['deaths-cremation', 'deaths-health'] as const);
      p.namesakes.push({ feed, person: other, on: b.opening - rng.int(10, 200) });
      p.decoy(h, 'undue-death', 'a namesake of another county died');
    }
  }
}

/** Prisoners and people in compulsory drug rehabilitation who are still paid. */
export function plantUndueCustody(p: Planter): void {
  const { rng, b } = p;
  const shapes: [ShapeName, number][] = [
    ['couple', 1],
    ['working-couple', 1],
    ['disabled-adult', 0],
    ['three-generations', 1],
  ];
  for (let k = 0; k < p.count; k++) {
    const [shape, gone] = shapes[k % shapes.length] ?? ['couple', 1];
    const [h, person] = insuredWithout(p, shape, gone, 'plant');
    if (shape === 'disabled-adult') p.settleSubsidies(h);
    const late = k % 5 === 3 && p.last > 0;
    const started = late ? p.dayIn(0) : b.opening - rng.int(30, 900);
    const kind = rng.chance(0.75) ? 'prison' : 'drug_rehabilitation';
    person.custody = [{ kind, started, ends: b.closing + rng.int(100, 1500), released: undefined }];
    p.plant(h, 'undue-custody', late ? p.from(1) : p.all(), `in ${kind} for the whole month, still insured`);
  }
  for (let k = 0; k < p.count; k++) {
    const [h, person] = insuredWithout(p, 'couple', 1, 'decoy');
    const began = b.opening - rng.int(500, 900);
    if (k % 4 === 0) {
      person.custody = [{ kind: 'community_correction', started: began, ends: b.closing + 300, released: undefined }];
      p.decoy(h, 'undue-custody', 'community correction lives at home');
    } else if (k % 4 === 1) {
      const released = b.opening - rng.int(20, 250);
      person.custody = [{ kind: 'prison', started: began, ends: released, released }];
      p.decoy(h, 'undue-custody', 'released before the month');
    } else if (k % 4 === 2) {
      const started = p.dayIn(p.last);
      person.custody = [
        {
          kind: 'prison',
          started: Math.max(started, p.period(p.last).start + 1),
          ends: b.closing + 700,
          released: undefined,
        },
      ];
      p.decoy(h, 'undue-custody', 'detained within the month itself');
    } else {
      const other = b.outsider(rng.int(25, 58), person.sex, person.name);
      p.namesakes.push({ feed: 'custody', person: other, on: b.opening - rng.int(60, 700) });
      p.decoy(h, 'undue-custody', 'a namesake of another county is in prison');
    }
  }
}

/** Vehicles above the limit in insured families. */
export function plantUndueVehicle(p: Planter): void {
  const { rng, b, rules } = p;
  for (let k = 0; k < p.count; k++) {
    const h = p.insuredAny(PLAIN_SHAPES, 'plant').household;
    const gap = p.gap(k, 2);
    const value = Math.round(rules.vehicleValue * (1 + gap)) + 1;
    const owner = rng.pick(h.members.filter((m) => b.age(m) >= 18));
    const late = k % 6 === 4 && p.last > 0;
    const registered = late ? p.period(1).start + rng.int(0, 15) : undefined;
    b.vehicle(owner, rng.pick(['car', 'car', 'van', 'truck']), value, registered);
    const from =
      registered === undefined
        ? p.all()
        : p.all().filter((i) => registered <= p.period(p.schedule.asOf('vehicle', i)).end);
    const while_ = running(p, h, k);
    p.plant(
      h,
      'undue-vehicle',
      from.filter((i) => while_.includes(i)),
      'one vehicle above the limit',
      gap,
    );
  }
  const exempt: VehicleType[] = ['tractor', 'farm_machine'];
  for (let k = 0; k < p.count; k++) {
    const h = p.insuredAny(PLAIN_SHAPES, 'decoy').household;
    const owner = p.member(h, 0);
    if (p.near(k)) {
      const gap = k % 10 === 0 ? 0 : p.gap(k, 0.1);
      b.vehicle(owner, rng.pick(['car', 'van']), Math.floor(rules.vehicleValue * (1 - gap)));
      p.decoy(h, 'undue-vehicle', 'a car at or just below the limit', -gap);
    } else if (k % 5 === 2) {
      b.vehicle(owner, rng.pick(exempt), rules.vehicleValue + rng.int(1, 80_000) * 100);
      p.decoy(h, 'undue-vehicle', 'a machine of the farm is exempt');
    } else if (k % 5 === 3) {
      b.vehicle(owner, 'car', rules.vehicleValue + rng.int(1, 60_000) * 100).status = rng.pick([
        'cancelled',
        'scrapped',
        'transferred',
      ]);
      p.decoy(h, 'undue-vehicle', 'the car is gone');
    } else {
      b.vehicle(owner, 'car', rng.int(42_000, 60_000) * 100);
      b.vehicle(owner, 'disabled_scooter', rng.int(5_000, 12_000) * 100);
      b.vehicle(p.member(h, h.members.length > 1 ? 1 : 0), 'van', rng.int(38_000, 60_000) * 100);
      p.decoy(h, 'undue-vehicle', 'several vehicles, none above the limit alone');
    }
  }
}

const SMALL: ShapeName[] = ['elder', 'elder-couple', 'single-parent', 'couple', 'single-parent-two', 'grandparents'];

/** Two homes above the area limit, or a shop or office, in insured families. */
export function plantUndueHousing(p: Planter): void {
  const { rng, b, rules } = p;
  const two = (h: Household, area: number, secondKind?: 'public_rental'): void => {
    for (const m of h.members) m.dwellings = undefined;
    const first = Math.round(area * (0.45 + rng.next() * 0.2));
    b.dwelling(p.member(h, 0), first);
    b.dwelling(
      p.member(h, h.members.length > 1 && b.age(p.member(h, 1)) >= 18 ? 1 : 0),
      area - first,
      'dwelling',
      secondKind,
    );
  };
  for (let k = 0; k < p.count; k++) {
    const h = p.insuredAny(SMALL, 'plant').household;
    if (k % 5 === 4) {
      b.dwelling(p.member(h, 0), rng.int(20, 90) * 100, rng.pick(['shop', 'office']), 'commodity');
      p.plant(h, 'undue-housing', running(p, h, k), 'owns a shop or an office');
      continue;
    }
    const gap = p.gap(k, 1);
    two(h, Math.ceil(rules.areaPerMember * h.members.length * (1 + gap)) + 1);
    p.plant(h, 'undue-housing', running(p, h, k), 'two homes above the area limit', gap);
  }
  for (let k = 0; k < p.count; k++) {
    const h = p.insuredAny(SMALL, 'decoy').household;
    const limit = rules.areaPerMember * h.members.length;
    if (p.near(k)) {
      const gap = k % 10 === 0 ? 0 : p.gap(k, 0.1);
      two(h, Math.floor(limit * (1 - gap)));
      p.decoy(h, 'undue-housing', 'two homes, the area at or just below the limit', -gap);
    } else if (k % 5 === 2) {
      for (const m of h.members) m.dwellings = undefined;
      b.dwelling(p.member(h, 0), limit + rng.int(500, 9000));
      p.decoy(h, 'undue-housing', 'one large home');
    } else if (k % 5 === 3) {
      two(h, limit + rng.int(500, 6000), 'public_rental');
      p.decoy(h, 'undue-housing', 'the second home is public rental housing');
    } else {
      for (const m of h.members) m.dwellings = undefined;
      b.dwelling(p.member(h, 0), limit);
      b.dwelling(p.member(h, 0), 2500, 'garage', 'commodity');
      p.decoy(h, 'undue-housing', 'one home and a garage');
    }
  }
}

/** Companies behind insured families. */
export function plantUndueCompany(p: Planter): void {
  const { rng, b, rules } = p;
  for (let k = 0; k < p.count; k++) {
    const h = p.insuredAny(PLAIN_SHAPES, 'plant').household;
    const owner = rng.pick(h.members.filter((m) => b.age(m) >= 18));
    if (k % 5 < 3) {
      const gap = k % 10 === 0 ? 0 : p.gap(k, 3);
      b.company(owner, 'limited', 'shareholder', Math.ceil(rules.companyCapital * (1 + gap)));
      p.plant(h, 'undue-company', running(p, h, k), 'shareholder from the capital limit on', gap);
    } else {
      b.company(
        owner,
        rng.pick(['limited', 'sole', 'partnership']),
        rng.pick(['legal_representative', 'executive']),
        rng.int(10, 900) * 100_000,
      );
      p.plant(h, 'undue-company', running(p, h, k), 'legal representative or executive');
    }
  }
  for (let k = 0; k < p.count; k++) {
    const h = p.insuredAny(PLAIN_SHAPES, 'decoy').household;
    const owner = p.member(h, 0);
    if (k % 5 < 2) {
      const gap = p.gap(k, 0.1);
      b.company(owner, 'limited', 'shareholder', Math.floor(rules.companyCapital * (1 - gap) - 1));
      p.decoy(h, 'undue-company', 'shareholder below the capital limit', -gap);
    } else if (k % 5 === 2) {
      b.company(owner, 'self_employed', 'operator', rng.int(5, 300) * 100_000);
      p.decoy(h, 'undue-company', 'self-employed');
    } else if (k % 5 === 3) {
      b.company(owner, 'cooperative', 'member', rng.int(1, 50) * 10_000);
      p.decoy(h, 'undue-company', 'member of a cooperative');
    } else if (k % 2 === 0) {
      b.company(owner, 'limited', 'supervisor', 0);
      p.decoy(h, 'undue-company', 'supervisor only');
    } else {
      b.company(owner, 'limited', 'legal_representative', 50_000_000).status = rng.pick(['revoked', 'cancelled']);
      p.decoy(h, 'undue-company', 'the company no longer exists');
    }
  }
}

/** Insured families whose income has reached the standard. */
export function plantUndueIncome(p: Planter): void {
  const { rng, b, rules } = p;
  for (let k = 0; k < p.count; k++) {
    const gap = k % 10 === 0 ? 0 : p.gap(k, 0.42);
    const shape = rng.pick(PLAIN_SHAPES);
    let declared = 0;
    const family = p.family(shape, 'plant', (n) => {
      const total = Math.ceil(rules.standard * n * (1 + gap));
      if (k % 3 === 1) declared = Math.round(total * 0.3);
      return total - declared;
    });
    const award = enrol(b, family.household, 'subsistence', family.total);
    award.declared = k % 3 === 1 ? declared : rng.chance(0.5) ? 0 : undefined;
    p.plant(family.household, 'undue-income', p.all(), 'income at or above the standard', gap);
  }
  for (let k = 0; k < p.count; k++) {
    const pension = k % 3 === 1;
    const gap = pension ? 0.02 + rng.next() * 0.25 : p.gap(k, 0.2);
    const shape = pension
      ? 'elder-couple'
      : k % 3 === 2
        ? rng.pick(['single-parent', 'couple'] as const)
        : rng.pick(PLAIN_SHAPES);
    const family = p.family(shape, 'decoy', (n) => Math.floor(rules.standard * n * (1 - gap) - 1));
    const award = enrol(b, family.household, 'subsistence', family.total);
    award.declared = 0;
    const note = pension
      ? 'above the standard only with the basic pension, which is not counted'
      : k % 3 === 2
        ? 'below the standard once the cost of work is deducted'
        : 'just below the standard';
    p.decoy(family.household, 'undue-income', note, -gap);
  }
}

/** The same person paid twice. */
export function plantUndueDouble(p: Planter): void {
  const { rng, b, rules } = p;
  for (let k = 0; k < p.count; k++) {
    const shape = rng.pick(['elder', 'elder-couple', 'single-parent', 'couple'] as const);
    const h = p.insured(shape, 'plant', 'subsistence')[0].household;
    const person = p.member(h, 0);
    if (k % 2 === 0) {
      b.award(h, 'subsistence', [person], rng.int(100, 500) * 100).declared = 0;
      p.plant(h, 'undue-double', p.all(), 'the same programme under two award numbers');
    } else {
      const old = shape === 'elder' || shape === 'elder-couple';
      b.award(h, old ? 'destitute' : 'subsistence', [person], old ? rules.destituteBasic : 30_000).declared = 0;
      p.plant(
        h,
        'undue-double',
        p.all(),
        old ? 'subsistence and destitute support at once' : 'the same programme under two award numbers',
      );
    }
  }
  for (let k = 0; k < p.count; k++) {
    if (k % 2 === 0) {
      const [family, award] = p.insured(rng.pick(['elder-couple', 'couple']), 'decoy', 'subsistence');
      const h = family.household;
      const before = b.award(h, 'subsistence', [...h.members], 40_000, award.started - 700);
      before.stopped = award.started - rng.int(1, 40);
      p.decoy(h, 'undue-double', 'an earlier award of the same programme was ended');
    } else {
      const h = p.insured(rng.pick(SEVERE_SHAPES), 'decoy', 'subsistence')[0].household;
      p.settleSubsidies(h);
      p.decoy(h, 'undue-double', 'subsistence and a disability subsidy may be drawn together');
    }
  }
}

/** Disability subsidies paid on a certificate that is no longer valid. */
export function plantUndueCertificate(p: Planter): void {
  const { rng, b } = p;
  const paid = (role: 'plant' | 'decoy', k: number): [Household, Person, 1 | 2 | 3 | 4] => {
    const level = k % 2 === 0 ? rng.pick([1, 2] as const) : rng.pick([3, 4] as const);
    const h =
      k % 2 === 0
        ? p.comfortable('three-generations', role).household
        : p.insured('elder-couple', role, 'subsistence')[0].household;
    return [h, p.member(h, k % 2 === 0 ? 4 : 1), level];
  };
  for (let k = 0; k < p.count; k++) {
    const [h, person, level] = paid('plant', k);
    const c = b.certificate(
      person,
      rng.pick(['physical', 'vision', 'hearing']),
      level,
      b.opening - rng.int(3600, 4400),
    );
    p.settleSubsidies(h);
    if (k % 5 === 3 && p.last > 0) {
      c.expires = p.dayIn(0);
      p.plant(h, 'undue-certificate', p.from(1), 'the certificate expired in the first month');
    } else if (k % 3 === 1) {
      c.cancelled = b.opening - rng.int(5, 300);
      p.plant(h, 'undue-certificate', p.all(), 'the certificate was cancelled');
    } else {
      c.expires = b.opening - rng.int(1, 300);
      p.plant(h, 'undue-certificate', p.all(), 'the certificate expired before the month');
    }
  }
  for (let k = 0; k < p.count; k++) {
    const [h, person, level] = paid('decoy', k);
    const issued = b.opening - rng.int(3800, 4400);
    const old = b.certificate(person, 'physical', level, issued);
    p.settleSubsidies(h);
    if (k % 3 === 0) {
      old.expires = p.dayIn(p.last);
      if (k % 2 === 0) old.expires = p.period(p.last).start;
      p.decoy(h, 'undue-certificate', 'the certificate expires only within the month');
    } else {
      old.expires = b.opening - rng.int(30, 500);
      if (k % 3 === 1) old.cancelled = old.expires;
      b.certificate(person, 'physical', level, old.expires - rng.int(-3, 25), 1);
      p.decoy(h, 'undue-certificate', 'the certificate was renewed');
    }
  }
}
