import type { Entity, Facts, Family, Pack, Scalar } from '../src/index.ts';

/** A small seeded generator (mulberry32), so that a failing family can be made again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const typical = [1n, 6100n, 61000n, 18300n, 91500n, 100000n, 123456n, 8000000n, 8000001n, 10000000n];

/** Random facts of one entity from the vocabulary: some unknown, some at the bounds, some absurd (out of bounds). */
function facts(
  packs: readonly Pack[],
  entity: Entity,
  random: () => number,
  unknown: number,
  zero: number,
): Record<string, Scalar | null> {
  const out: Record<string, Scalar | null> = {};
  for (const input of packs.flatMap((p) => p.inputs)) {
    if (input.entity !== entity) continue;
    const { type } = input;
    const dice = random();
    if (dice < unknown) out[input.name] = null;
    else if (type.kind === 'boolean')
      out[input.name] = input.presumed !== undefined && random() < 0.9 ? input.presumed : random() < 0.3;
    else if (type.kind === 'date') out[input.name] = Math.floor(-20000 + random() * 42000);
    else if (type.kind === 'enum') {
      const ids = Object.keys(type.values);
      out[input.name] =
        random() < 0.6
          ? ids.includes('none')
            ? 'none'
            : (ids[0] ?? null)
          : (ids[Math.floor(random() * ids.length)] ?? null);
      if (random() < 0.002) out[input.name] = 'absurd';
    } else if (random() < zero) out[input.name] = type.low > 0n ? type.low : 0n;
    else if (random() < 0.95) {
      const pick = typical[Math.floor(random() * typical.length)] ?? 0n;
      out[input.name] = pick <= type.high ? pick : type.high;
    } else if (random() < 0.1) out[input.name] = random() < 0.5 ? type.high + 1n : type.low - 1n;
    else {
      const span = Number(type.high - type.low);
      out[input.name] = type.low + BigInt(Math.floor(random() ** 6 * span));
    }
  }
  return out;
}

/** Families of 0 to 6 persons and 0 to 2 obligors; every fourth family has many unknown facts. */
export function randomFamilies(
  packs: readonly Pack[],
  divisions: readonly string[],
  count: number,
  seed: number,
): Family[] {
  const random = seeded(seed);
  const out: Family[] = [];
  for (let i = 1; i <= count; i++) {
    const unknown = random() < 0.25 ? 0.2 : random() < 0.5 ? 0.01 : 0;
    // Half of the families are poor: most of their sums are zero.
    const zero = random() < 0.5 ? 0.96 : 0.4;
    const persons = Array.from({ length: Math.floor(random() * 7) }, (_, k) => ({
      id: String(i * 100 + k),
      facts: ordinary(facts(packs, 'person', random, unknown, zero), random),
    }));
    const obligors = Array.from({ length: Math.floor(random() ** 2 * 3) }, (_, k) => ({
      id: String(i * 100 + k),
      facts: facts(packs, 'obligor', random, unknown, zero),
    }));
    const division = divisions[Math.floor(random() * divisions.length)] ?? '';
    const household = facts(packs, 'household', random, unknown, zero);
    // Near the lines of the standards, where decisions turn.
    if (random() < 0.4)
      household.declared_other_income = BigInt(persons.length) * BigInt(Math.floor(50000 + random() * 60000));
    out.push({
      id: String(i),
      division,
      household: ordinary(household, random),
      persons,
      obligors,
    });
  }
  return out;
}

/** Most facts that would decide everything at once are made ordinary, so that the amounts are reached. */
function ordinary(given: Record<string, Scalar | null>, random: () => number): Facts {
  const calm: Record<string, Scalar> = {
    deceased: false,
    custody: 'none',
    moved_out: false,
    outside_members: 0n,
    company_officer: false,
    shop_office_count: 0n,
    dwelling_count: 1n,
    car_value: 0n,
    company_capital: 0n,
    income_declared: true,
    clergy_years_away: 0n,
    obligors: true,
    disability_expires: 2932896,
  };
  for (const [name, value] of Object.entries(calm))
    if (name in given && given[name] !== null && random() < 0.9) given[name] = value;
  return given;
}
