import type { Planter } from '../planter.ts';
import type { ShapeName } from '../shapes.ts';
import { enrol, PLAIN_SHAPES } from '../shapes.ts';
import type { Household, VehicleType } from '../world.ts';

/** Ends the award in the last period for some families, and says in which periods it still runs. */
function running(p: Planter, h: Household, k: number): number[] {
  if (k % 8 !== 5 || p.last === 0) return p.all();
  for (const a of h.awards) {
    if (!a.programme.startsWith('disability')) a.stopped = p.period(p.last).start + p.rng.int(1, 20);
  }
  return p.all().slice(0, -1);
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
