import { certificateOf, exempts, knownIncome } from './arithmetic.ts';
import type { Builder, MemberSpec } from './builder.ts';
import type { DisabilityCategory } from './numbers.ts';
import type { Award, Household, Person, Programme } from './world.ts';

/** A family without members of unknown income, whose income can be set to the fen. */
export interface Family {
  household: Household;
  /** The member whose wage, pension or declaration is the free amount. */
  earner: Person;
  lever: 'wage' | 'resident' | 'employee';
  /** Known monthly income it was set to. */
  total: number;
}

export type ShapeName =
  | 'elder'
  | 'disabled-adult'
  | 'elder-couple'
  | 'elder-disabled-child'
  | 'single-parent'
  | 'single-parent-two'
  | 'grandparents'
  | 'couple-disabled'
  | 'couple'
  | 'working-couple'
  | 'three-generations';

/** Shapes by size, for steering the mean size of the roll. */
export const SHAPE_SIZE: Record<ShapeName, number> = {
  elder: 1,
  'disabled-adult': 1,
  'elder-couple': 2,
  'elder-disabled-child': 2,
  'single-parent': 2,
  couple: 2,
  'single-parent-two': 3,
  grandparents: 3,
  'couple-disabled': 3,
  'working-couple': 4,
  'three-generations': 5,
};
/** Shapes with a member whose disability is severe. */
export const SEVERE_SHAPES: ShapeName[] = ['disabled-adult', 'elder-disabled-child', 'couple-disabled'];
/** Shapes without disability. */
export const PLAIN_SHAPES: ShapeName[] = [
  'elder',
  'elder-couple',
  'single-parent',
  'couple',
  'single-parent-two',
  'grandparents',
  'working-couple',
  'three-generations',
];

const SEVERE: [DisabilityCategory, 1 | 2 | 3][] = [
  ['physical', 1],
  ['physical', 2],
  ['vision', 1],
  ['hearing', 2],
  ['intellectual', 2],
  ['mental', 2],
  ['intellectual', 3],
  ['mental', 3],
  ['multiple', 1],
];

function man(relation: MemberSpec['relation'], age: number): MemberSpec {
  return { relation, sex: 'male', age };
}
function woman(relation: MemberSpec['relation'], age: number): MemberSpec {
  return { relation, sex: 'female', age };
}
function either(b: Builder, relation: MemberSpec['relation'], age: number): MemberSpec {
  return { relation, sex: b.rng.chance(0.52) ? 'male' : 'female', age };
}

function specs(b: Builder, shape: ShapeName): MemberSpec[] {
  const { rng } = b;
  const old = rng.int(64, 82);
  const grown = rng.int(32, 50);
  const kid = (): number => rng.int(1, 14);
  switch (shape) {
    case 'elder':
      return [either(b, 'head', old)];
    case 'disabled-adult':
      return [either(b, 'head', rng.int(24, 56))];
    case 'elder-couple':
      return [man('head', old), woman('spouse', Math.max(62, old - rng.int(0, 4)))];
    case 'elder-disabled-child':
      return [either(b, 'head', rng.int(66, 82)), either(b, 'child', rng.int(28, 42))];
    case 'single-parent':
      return [either(b, 'head', rng.int(28, 44)), either(b, 'child', kid())];
    case 'couple':
      return [man('head', rng.int(50, 57)), woman('spouse', rng.int(48, 57))];
    case 'single-parent-two':
      return [
        either(b, 'head', rng.int(30, 44)),
        either(b, 'child', rng.int(8, 14)),
        either(b, 'child', rng.int(1, 7)),
      ];
    case 'grandparents':
      return [man('head', rng.int(64, 74)), woman('spouse', rng.int(63, 72)), either(b, 'grandchild', kid())];
    case 'couple-disabled':
      return [man('head', grown), woman('spouse', grown - rng.int(0, 3)), either(b, 'child', kid())];
    case 'working-couple':
      return [
        man('head', rng.int(32, 44)),
        woman('spouse', rng.int(31, 43)),
        either(b, 'child', rng.int(8, 14)),
        either(b, 'child', rng.int(1, 7)),
      ];
    case 'three-generations':
      return [
        man('head', rng.int(34, 42)),
        woman('spouse', rng.int(33, 41)),
        either(b, 'child', rng.int(1, 14)),
        either(b, 'child', rng.int(1, 8)),
        either(b, 'parent', rng.int(64, 76)),
      ];
  }
}

/** Rural share of the people on the roll (31,484 of 35,550), which the poor families off it share. */
const RURAL_SHARE = 0.8856;

function who(h: Household, at: number): Person {
  const p = h.members[at];
  if (p === undefined) throw new Error(`household without member ${at}`);
  return p;
}

/** Makes a family of a shape: every member's income stands in a register, and it has a place to live. */
export function makeFamily(b: Builder, shape: ShapeName, role: Household['role'], rural?: boolean): Family {
  const { rng } = b;
  const h = b.household(specs(b, shape), role, rural ?? rng.chance(RURAL_SHARE));
  const head = who(h, 0);
  let lever: Family['lever'] = 'wage';
  for (const p of h.members) {
    const age = b.age(p);
    if (age >= 60) b.pension(p, 'resident', 0);
    else if (age >= 3 && age < 18) b.school(p);
  }
  if (shape === 'elder' || shape === 'elder-couple' || shape === 'grandparents' || shape === 'elder-disabled-child') {
    lever = 'resident';
  }
  if (shape === 'disabled-adult' || shape === 'elder-disabled-child' || shape === 'couple-disabled') {
    const [category, level] = rng.pick(SEVERE);
    b.certificate(who(h, shape === 'disabled-adult' ? 0 : 1), category, level);
  }
  if (shape === 'disabled-adult') b.job(head, 0);
  if (shape === 'working-couple' || shape === 'three-generations' || shape === 'couple') {
    b.migrant(who(h, 1), rng.int(1, 3));
  }
  if (h.rural && rng.chance(0.4)) h.land = { area: rng.int(50, 200), leased: 0, rent: 0 };
  if (rng.chance(0.75)) b.dwelling(head, rng.int(45, 110) * 100);
  if (rng.chance(0.35)) b.vehicle(head, rng.pick(['e_bike', 'motorcycle']), rng.int(1200, 6500) * 100);
  return { household: h, earner: head, lever, total: 0 };
}

/**
 * Sets the family's known monthly income (all members, without a declaration) to `total` fen, by the earner's wage or
 * pension. What stands in the way (land, the other's casual work) is given up; throws if that is not enough.
 */
export function fund(b: Builder, family: Family, total: number): void {
  const { household: h, earner } = family;
  const { rules } = b;
  family.total = total;
  const setTo = (amount: number): void => {
    if (family.lever === 'wage') {
      const keep = earner.jobs?.filter((j) => j.wage !== 0 && j.stopped !== undefined) ?? [];
      earner.jobs = keep.length > 0 ? keep : undefined;
      if (amount > 0) b.job(earner, amount + rules.workCost);
    } else if (family.lever === 'employee' || amount > 150_000) {
      b.pension(earner, 'employee', amount);
    } else {
      b.pension(earner, 'resident', amount);
    }
  };
  setTo(0);
  let base = knownIncome(h, h.members, rules, b.closing);
  if (base >= total) h.land = undefined;
  base = knownIncome(h, h.members, rules, b.closing);
  if (base >= total) for (const p of h.members) if (p.migrant !== undefined) p.migrant = { ...p.migrant, months: 0 };
  base = knownIncome(h, h.members, rules, b.closing);
  if (base > total) throw new RangeError('the family earns more than wanted');
  if (family.lever === 'wage' && total === base && certificateOf(earner, b.closing) === undefined) {
    // A member of working age without any row would be of unknown income: a month's casual work of 0 months tells it.
    b.migrant(earner, 0);
  } else setTo(total - base);
}

/** Puts the family on the roll of a programme, paid the difference (A1) or the fixed sum. */
export function enrol(b: Builder, h: Household, programme: Programme, income: number, started?: number): Award {
  const { rules } = b;
  const due =
    programme === 'subsistence'
      ? Math.max(rules.standard * h.members.length - income, 6100)
      : programme === 'destitute'
        ? rules.destituteBasic * h.members.length
        : 0;
  return b.award(h, programme, [...h.members], due, started);
}

/** Gives every member the disability subsidies that are due (A6), except those withheld on purpose. */
export function paySubsidies(
  b: Builder,
  h: Household,
  withheld: ('disability-living' | 'disability-nursing')[] = [],
): void {
  const insured = h.awards.find((a) => a.programme === 'subsistence');
  for (const p of h.members) {
    const c = certificateOf(p, b.opening);
    if (c === undefined) continue;
    const on = (programme: Programme): Award | undefined =>
      h.awards.find((a) => a.programme === programme && a.members.includes(p));
    if (on('destitute') !== undefined) continue;
    const single = on('subsistence-single');
    const outside =
      c.level === 3 && exempts(c) && !p.jobs?.some((j) => j.stopped === undefined) && p.pension === undefined;
    const basis = insured ?? single;
    if (
      (basis !== undefined || outside) &&
      !withheld.includes('disability-living') &&
      on('disability-living') === undefined
    ) {
      const since = Math.max(basis !== undefined && !outside ? basis.started : c.issued, c.issued);
      b.award(h, 'disability-living', [p], b.rules.subsidy, since);
    }
    if (c.level <= 2 && !withheld.includes('disability-nursing') && on('disability-nursing') === undefined) {
      b.award(h, 'disability-nursing', [p], b.rules.subsidy, c.issued);
    }
  }
}
