import { certificateOf, isUnknown, knownIncome } from './arithmetic.ts';
import type { Planter } from './planter.ts';
import type { Household } from './world.ts';

/** No ordinary family off the roll lies below this share of the margin line. */
const CLEAR = 1.21;

/** Whether the family shows a sign of hardship that would make an undetermined income a lead. */
export function hasSign(p: Planter, h: Household): boolean {
  const severe = h.members.some((m) => {
    const c = certificateOf(m, p.b.opening);
    return c !== undefined && c.level <= 2;
  });
  const ages = h.members.map((m) => p.b.age(m));
  const skip = ages.every((a) => a >= 60 || a < 18) && ages.some((a) => a < 18) && ages.some((a) => a >= 60);
  return severe || (h.monitored !== undefined && !h.monitored.removed) || skip;
}

/** Makes an ordinary family clear of every cause: well above the lines, or undetermined without a sign. */
export function clear(p: Planter, h: Household): void {
  const { b, rng, rules } = p;
  const living = h.members.filter((m) => m.leaves > 0);
  const unknown = living.filter((m) => isUnknown(m, b.closing) || isUnknown(m, b.opening));
  if (unknown.length > 0 && !hasSign(p, h)) return;
  for (const m of unknown) {
    m.unemployment = undefined;
    b.job(m, rng.int(2600, 6200) * 100);
  }
  const need = Math.ceil(rules.marginLine * CLEAR) * living.length - knownIncome(h, living, rules, b.closing);
  if (need <= 0) return;
  const worker = living.find((m) => m.jobs?.some((j) => j.stopped === undefined) === true);
  const job = worker?.jobs?.find((j) => j.stopped === undefined);
  if (job !== undefined && (need < 450_000 || hasSign(p, h))) {
    job.wage += need + rng.int(100, 900) * 100;
    return;
  }
  const free = living.find(
    (m) => b.age(m) >= 18 && b.age(m) < 60 && m.schooling === undefined && m.certificates === undefined,
  );
  if (free !== undefined && !hasSign(p, h)) {
    // Half of rural income stands in no register: this member works for cash.
    free.jobs = undefined;
    free.migrant = undefined;
    free.unemployment = undefined;
    return;
  }
  if (free !== undefined) {
    b.job(free, need + rng.int(1800, 3200) * 100);
    return;
  }
  const elder = living.find((m) => b.age(m) >= 60);
  if (elder !== undefined) {
    const counted =
      elder.pension === undefined
        ? 0
        : elder.pension.amount - (elder.pension.kind === 'resident' ? elder.pension.basic : 0);
    b.pension(elder, 'employee', counted + need + rng.int(50, 900) * 100);
    return;
  }
  const anyone = living[0];
  if (anyone !== undefined) b.job(anyone, need + rng.int(1800, 3200) * 100);
}

/** Cuts what an ordinary family spends on illness and school well below the rigid share. */
export function keepSpendingLow(p: Planter, h: Household): void {
  const { rules, b } = p;
  if (h.members.some((m) => isUnknown(m, b.closing))) return;
  const year = knownIncome(h, h.members, rules, b.closing) * 12;
  const average = rules.disposableYear * h.members.length;
  if (year > average * 1.21) return;
  const school = h.members.reduce(
    (sum, m) => sum + (m.schooling === undefined ? 0 : m.schooling.fee + m.schooling.boarding),
    0,
  );
  let room = Math.floor((year * rules.rigidPercent * 0.78) / 100) - school;
  for (const m of h.members) {
    m.settlements = m.settlements?.filter((s) => {
      if (s.selfPay > room) return false;
      room -= s.selfPay;
      return true;
    });
  }
  if (room < 0)
    for (const m of h.members) if (m.schooling !== undefined) m.schooling = { ...m.schooling, fee: 0, boarding: 0 };
}
