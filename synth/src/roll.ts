import { certificateOf } from './arithmetic.ts';
import { ordinaryBills } from './ordinary.ts';
import type { Planter } from './planter.ts';
import { watchList } from './plants/undetermined.ts';
import type { Targets } from './rules.ts';
import type { ShapeName } from './shapes.ts';
import { SHAPE_SIZE } from './shapes.ts';
import type { Household, Programme } from './world.ts';

const ONE: ShapeName[] = ['elder', 'elder', 'elder', 'disabled-adult', 'disabled-adult'];
const TWO: ShapeName[] = ['elder-couple', 'elder-disabled-child', 'single-parent', 'couple', 'elder-couple'];
const MORE: ShapeName[] = [
  'single-parent-two',
  'grandparents',
  'couple-disabled',
  'couple-disabled',
  'working-couple',
  'three-generations',
];

/** Persons (and households) on the roll of a programme when the county opens. */
export function onRoll(p: Planter, programme: Programme): { persons: number; households: number; rural: number } {
  let persons = 0;
  let households = 0;
  let rural = 0;
  for (const h of p.b.households) {
    const insured = new Set(
      h.awards
        .filter((a) => a.programme === programme && a.stopped === undefined && a.started <= p.b.opening)
        .flatMap((a) => a.members),
    );
    if (insured.size === 0) continue;
    persons += insured.size;
    households += 1;
    if (h.rural) rural += insured.size;
  }
  return { persons, households, rural };
}

function finish(p: Planter, h: Household, cap: number): void {
  const { b, rng } = p;
  for (const m of h.members) {
    if (certificateOf(m, b.opening) === undefined && b.age(m) >= 60 && rng.chance(0.5))
      b.certificate(m, b.category(), rng.pick([3, 4, 4]));
    ordinaryBills(p, m, cap);
    if (b.age(m) >= 80) b.award(h, 'old-age', [m], 6_000);
  }
  if (rng.chance(0.2)) h.monitored = watchList(p, rng.chance(0.5));
  p.settleSubsidies(h);
}

/** Fills the roll with lawful families up to the published figures (scaled), counting what was planted. */
export function fillRoll(p: Planter, targets: Targets, scale: number): void {
  const { b, rng, rules } = p;
  const published = (name: string): number => (targets.published[name] ?? 0) * scale;
  const wanted = published('subsistence_persons');
  const meanSize = published('subsistence_persons') / published('subsistence_households');
  const now = onRoll(p, 'subsistence');
  let { persons, households, rural } = now;
  const ruralShare = published('subsistence_rural_persons') / wanted;
  while (persons < wanted) {
    const large = households > 0 && persons / households < meanSize;
    const shape = large ? rng.pick([...TWO, ...MORE]) : rng.pick([...ONE, ...ONE, ...TWO]);
    if (persons + SHAPE_SIZE[shape] > wanted + 1) break;
    const isRural = persons === 0 || rural / persons < ruralShare;
    const [family, award] = p.insured(shape, 'ordinary', 'subsistence', undefined, isRural);
    award.declared = rng.chance(0.6) ? 0 : undefined;
    // 一户多人仅保一人: the watch list looks for families of which the roll covers fewer than half.
    if (SHAPE_SIZE[shape] >= 3 && rng.chance(0.2)) award.members = [p.member(family.household, 0)];
    finish(p, family.household, 390_000);
    persons += award.members.length;
    households += 1;
    if (isRural) rural += award.members.length;
  }
  for (let have = onRoll(p, 'destitute').persons; have < (targets.assumed.destitute_persons ?? 0) * scale; have++) {
    const h = p.insured('elder', 'ordinary', 'destitute', undefined, rng.chance(0.85))[0].household;
    for (const m of h.members) ordinaryBills(p, m, 78_000);
  }
  const disabledShare = (targets.published.single_disabled ?? 0) / (targets.published.single_persons ?? 1);
  for (let have = onRoll(p, 'subsistence-single').persons; have < published('single_persons'); have++) {
    const disabled = rng.chance(disabledShare);
    const shape = disabled
      ? rng.pick(['couple-disabled', 'elder-disabled-child'] as const)
      : rng.pick(['couple', 'elder-couple', 'working-couple'] as const);
    const h = p.insured(shape, 'decoy', 'subsistence-margin')[0].household;
    const person = p.member(h, 1);
    b.award(h, 'subsistence-single', [person], rules.standard);
    for (const m of h.members) ordinaryBills(p, m, 390_000);
    p.settleSubsidies(h);
    p.decoy(h, disabled ? 'missed-single' : 'missed-subsistence', 'in the margin band and insured as the law has it');
  }
  // 困境儿童: the roll knows only orphans and children without care; the rest of the published figure is counted as those.
  const orphans = Math.round(published('orphans'));
  for (let k = 0; k < Math.round(published('children_in_difficulty')); k++) {
    const h = p.comfortable('grandparents', 'ordinary').household;
    const programme = k < orphans ? 'orphan' : 'unattended-child';
    b.award(h, programme, [p.member(h, 2)], k < orphans ? 140_000 : 120_000);
    for (const m of h.members) ordinaryBills(p, m, 390_000);
  }
}
