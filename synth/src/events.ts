import { isUnknown, knownIncome } from './arithmetic.ts';
import { NEVER } from './builder.ts';
import { hasSign } from './clearing.ts';
import type { Planter } from './planter.ts';
import type { Household, Marriage, Move, Person } from './world.ts';

const ELSEWHERE = ['321323001001', '320826100001', '320102002001', '320505001001', '310112001001', '330106001001'];
const MONTHS_BACK = 11;

/** Whether an ordinary family stays clear of every cause with only these members. */
function staysClear(p: Planter, h: Household, members: readonly Person[]): boolean {
  const { b, rules } = p;
  if (members.length === 0) return true;
  const unknown = members.some((m) => isUnknown(m, b.opening) && isUnknown(m, b.closing));
  const skip = members.every((m) => b.age(m) >= 60 || b.age(m) < 18) && members.some((m) => b.age(m) < 18);
  if (unknown && !hasSign(p, h) && !skip) return true;
  const bills = members.reduce(
    (sum, m) =>
      sum +
      (m.settlements ?? []).reduce((s, x) => s + x.selfPay, 0) +
      (m.schooling?.fee ?? 0) +
      (m.schooling?.boarding ?? 0),
    0,
  );
  const income = knownIncome(h, members, rules, b.closing);
  const clearOfBills =
    income * 12 >= rules.disposableYear * members.length * 1.21 ||
    bills * 100 < income * 12 * rules.rigidPercent * 0.79;
  return (
    !members.some((m) => isUnknown(m, b.opening)) && income >= rules.marginLine * 1.21 * members.length && clearOfBills
  );
}

function isBusy(m: Person): boolean {
  return (
    m.death !== undefined ||
    m.custody !== undefined ||
    m.leaves !== NEVER ||
    m.arrives !== 0 ||
    m.marriages !== undefined
  );
}

function untouched(h: Household): boolean {
  return h.members.every((m) => !isBusy(m));
}

/** Ordinary life in a county: deaths, moves, births, weddings, prison, small accidents. None of it makes a cause. */
export function ordinaryEvents(p: Planter, size: number): { marriages: Marriage[]; moves: Move[] } {
  const { b, rng } = p;
  const ordinary = b.households.filter((h) => h.role === 'ordinary');
  const offRoll = ordinary.filter(
    (h) => h.awards.every((a) => a.programme === 'old-age' || a.stopped !== undefined) && h.monitored === undefined,
  );
  const marriages: Marriage[] = [];
  const moves: Move[] = [];
  if (offRoll.length === 0) return { marriages, moves };
  const times = (rate: number): number => {
    const expected = rate * size;
    return Math.floor(expected) + (rng.chance(expected % 1) ? 1 : 0);
  };
  const tries = <T>(find: () => T | undefined): T | undefined => {
    for (let k = 0; k < 60; k++) {
      const found = find();
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const sources = (): ('police' | 'health' | 'cremation')[] => {
    const list = (['police', 'health', 'cremation'] as const).filter(() => rng.chance(0.84));
    return list.length > 0 ? list : ['police'];
  };

  // Who died or left before the county opens stands in the lists of the past months, no longer in the register.
  for (let k = times(0.0007 * MONTHS_BACK); k > 0; k--) {
    const h = rng.pick(offRoll);
    const m = b.join(h, { relation: 'parent', sex: rng.chance(0.5) ? 'male' : 'female', age: rng.int(62, 95) });
    m.leaves = 0;
    const on = b.opening - rng.int(1, 330);
    p.die(m, on, sources());
    m.leaves = 0;
  }
  for (let k = times(0.001 * MONTHS_BACK); k > 0; k--) {
    const h = rng.pick(offRoll);
    const m = b.join(h, { relation: 'child', sex: rng.chance(0.4) ? 'male' : 'female', age: rng.int(19, 35) });
    m.leaves = 0;
    moves.push({ person: m, kind: 'out', on: b.opening - rng.int(1, 330), delivered: 0, other: rng.pick(ELSEWHERE) });
  }
  for (const { index, start, end } of p.periods) {
    for (let k = times(0.0003); k > 0; k--) {
      const m = tries(() => {
        const h = rng.pick(offRoll);
        const old = h.members.find((x) => b.age(x) >= 61);
        if (
          old === undefined ||
          !untouched(h) ||
          !staysClear(
            p,
            h,
            h.members.filter((x) => x !== old),
          )
        )
          return undefined;
        return old;
      });
      if (m === undefined) continue;
      const on = rng.int(start, end);
      const death = p.die(m, on, sources());
      if (death.police !== undefined && death.health === index && index < p.last && rng.chance(0.05)) {
        death.police = index + 1;
        m.leaves = index + 2;
      }
      for (const a of m.home.awards) if (a.stopped === undefined && a.members.includes(m)) a.stopped = on;
    }
    for (let k = index === 0 ? 0 : times(0.0011); k > 0; k--) {
      const m = tries(() => {
        const h = rng.pick(offRoll);
        const young = h.members.find((x) => x.relation === 'child' && b.age(x) >= 18);
        if (
          young === undefined ||
          !untouched(h) ||
          !staysClear(
            p,
            h,
            h.members.filter((x) => x !== young),
          )
        )
          return undefined;
        return young;
      });
      if (m === undefined) continue;
      m.leaves = index;
      moves.push({ person: m, kind: 'out', on: rng.int(start, end), delivered: index, other: rng.pick(ELSEWHERE) });
    }
    for (let k = index === 0 ? 0 : times(0.0007); k > 0; k--) {
      const h = tries(() => {
        const found = rng.pick(offRoll);
        const parents = found.members.some((x) => x.sex === 'female' && b.age(x) >= 20 && b.age(x) < 40);
        const unknown = found.members.some((x) => isUnknown(x, b.opening) && isUnknown(x, b.closing));
        return parents && unknown && !hasSign(p, found) && untouched(found) ? found : undefined;
      });
      if (h === undefined) continue;
      const baby = b.join(
        h,
        { relation: 'child', sex: rng.chance(0.52) ? 'male' : 'female', age: 0 },
        rng.int(start, end),
      );
      baby.arrives = index;
    }
  }
  // Moves from village to village within the county.
  for (const { index, start, end } of p.periods) {
    for (let k = times(0.0012); k > 0; k--) {
      const m = rng.pick(rng.pick(offRoll).members);
      if (isBusy(m)) continue;
      moves.push({
        person: m,
        kind: 'in',
        on: rng.int(start, end),
        delivered: index,
        other: rng.pick(b.villages).code,
      });
    }
  }
  // Whole families that came here within the year.
  for (let k = times(0.0012 * (MONTHS_BACK + p.periods.length)); k > 0; ) {
    const h = rng.pick(offRoll);
    const on = b.opening - rng.int(1, 330);
    const other = rng.pick(ELSEWHERE);
    for (const m of h.members) {
      if (!isBusy(m)) moves.push({ person: m, kind: 'in', on, delivered: 0, other });
      k--;
    }
    k--;
  }
  for (let k = times(0.002); k > 0; k--) {
    const m = tries(() => {
      const h = rng.pick(offRoll);
      const found = rng.pick(h.members);
      const adult = b.age(found) >= 19 && b.age(found) < 60 && found.schooling === undefined;
      return adult &&
        untouched(h) &&
        staysClear(
          p,
          h,
          h.members.filter((x) => x !== found),
        )
        ? found
        : undefined;
    });
    if (m === undefined) continue;
    const x = rng.next();
    const kind = x < 0.42 ? 'community_correction' : x < 0.84 ? 'prison' : 'drug_rehabilitation';
    m.custody = [
      { kind, started: b.opening - rng.int(40, 1500), ends: b.closing + rng.int(60, 2000), released: undefined },
    ];
    if (rng.chance(0.1))
      m.custody = [{ kind, started: b.opening - 900, ends: b.opening - 60, released: b.opening - rng.int(61, 200) }];
  }

  const wed = (on: number, index: number): void => {
    const x = rng.next();
    const certificate = `J321324-2026-${b.serial('marriage', 6)}`;
    if (x < 0.55) {
      const h = tries(() => {
        const found = rng.pick(offRoll);
        return untouched(found) &&
          found.members[0]?.sex === 'male' &&
          found.members[1]?.relation === 'spouse' &&
          b.age(found.members[1]) < 42
          ? found
          : undefined;
      });
      const [man, woman] = h?.members ?? [];
      if (man === undefined || woman === undefined) return;
      const m: Marriage = { certificate, on, delivered: index, kind: 'marriage', man, woman };
      man.marriages = [m];
      woman.marriages = [m];
      marriages.push(m);
      return;
    }
    const person = tries(() => {
      const h = rng.pick(offRoll);
      const found = rng.pick(h.members);
      const single = b.age(found) >= 20 && b.age(found) < 55 && found.schooling === undefined;
      const unknown = h.members.some((y) => isUnknown(y, b.opening) && isUnknown(y, b.closing));
      return single && untouched(h) && unknown && !hasSign(p, h) ? found : undefined;
    });
    if (person === undefined) return;
    const other = b.outsider(Math.max(20, b.age(person) + rng.int(-3, 3)), person.sex === 'male' ? 'female' : 'male');
    const kind = x < 0.75 ? 'marriage' : 'divorce';
    const [man, woman] = person.sex === 'male' ? [person, other] : [other, person];
    const m: Marriage = { certificate, on, delivered: index, kind, man, woman };
    person.marriages = [m];
    marriages.push(m);
  };
  for (let k = times(0.0009 * MONTHS_BACK); k > 0; k--) wed(b.opening - rng.int(1, 330), 0);
  for (const { index, start, end } of p.periods)
    for (let k = times(0.0009); k > 0; k--) wed(rng.int(start, end), index);

  const kinds = ['fire', 'traffic', 'flood', 'storm', 'work_injury', 'other'] as const;
  const hurt = (index: number, on: number, loss: number): void => {
    const m = rng.pick(rng.pick(ordinary).members);
    if (isBusy(m)) return;
    const one = {
      id: `SG${b.serial('incident', 8)}`,
      kind: rng.pick(kinds),
      on,
      loss,
      injury: rng.pick(['none', 'none', 'minor'] as const),
      delivered: index,
    };
    m.incidents = [...(m.incidents ?? []), one];
  };
  for (let k = times(0.0015 * MONTHS_BACK); k > 0; k--)
    hurt(0, b.opening - rng.int(1, 330), rng.int(200, 30_000) * 100);
  for (const { index, start, end } of p.periods)
    for (let k = times(0.0015); k > 0; k--) hurt(index, rng.int(start, end), rng.int(200, 7900) * 100);
  return { marriages, moves };
}
