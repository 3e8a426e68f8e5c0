import { exempts, isUnknown } from './arithmetic.ts';
import { Builder, NEVER } from './builder.ts';
import type { Period } from './calendar.ts';
import { hasSign } from './clearing.ts';
import { ordinaryEvents } from './events.ts';
import { ordinaryFamily } from './ordinary.ts';
import { Planter } from './planter.ts';
import { plantAll } from './plants/index.ts';
import { random } from './random.ts';
import { fillRoll } from './roll.ts';
import { readRules, readTargets } from './rules.ts';
import { schedule } from './schedule.ts';
import type { Household, World } from './world.ts';

/** Plants of each cause (and period) for a county of this size: 36 for 100,000 persons. */
export function plantsPerCause(persons: number): number {
  return Math.max(persons >= 1500 ? 3 : 1, Math.round((persons * 36) / 100_000));
}

function shuffle(households: Household[], seed: number): void {
  const rng = random(seed, 'shuffle');
  for (let i = households.length - 1; i > 0; i--) {
    const j = rng.int(0, i);
    const a = households[i];
    const b = households[j];
    if (a === undefined || b === undefined) continue;
    households[i] = b;
    households[j] = a;
  }
}

/** Gives numbers that tell nothing about the making, and says whose rows a fault may destroy. */
function finish(p: Planter, seed: number): void {
  const { b } = p;
  shuffle(b.households, seed);
  let id = 0;
  b.households.forEach((h, at) => {
    h.id = at;
    h.hukou = `3213${String(at + 10_000_001)}`;
    for (const m of h.members) m.id = id++;
    const steady = h.members.filter(
      (m) => m.arrives === 0 && m.leaves === NEVER && m.custody === undefined && m.marriages === undefined,
    );
    h.unknown = steady.filter((m) => isUnknown(m, b.opening) && isUnknown(m, b.closing)).length;
    const free = h.role === 'ordinary' && h.awards.length === 0 && h.unknown >= 1 && !hasSign(p, h);
    const quiet = h.members.every((m) => m.death === undefined || m.leaves === 0);
    // Level 3 intellectual or mental draws a subsidy as soon as no pension or job is known: such a row must not be lost.
    const entitled = h.members.some((m) => m.certificates?.some(exempts) === true);
    h.shield = free && quiet && !entitled ? 0 : 1;
    h.oldCode = h.shield === 0 && at % 30 === 0;
  });
}

/** A county and what is needed to write it. */
export interface County {
  world: World;
  builder: Builder;
}

/**
 * Builds the county: plants and decoys first, then the lawful roll, then ordinary families up to the number of persons
 * in the register of the first period. The same arguments give the same county.
 */
export function buildCounty(division: string, persons: number, periods: Period[], seed: number): County {
  const rules = readRules();
  const targets = readTargets();
  const b = new Builder(division, seed, periods, rules);
  const p = new Planter(b, schedule(seed, periods), plantsPerCause(persons));
  plantAll(p);
  fillRoll(p, targets, persons / targets.population);
  while (b.persons < persons) ordinaryFamily(p, persons - b.persons);
  const { marriages, moves } = ordinaryEvents(p, persons);
  finish(p, seed);
  const world: World = {
    division,
    seed,
    periods,
    rules,
    villages: b.villages,
    households: b.households,
    marriages,
    plants: p.plants,
    decoys: p.decoys,
    namesakes: p.namesakes,
    moves,
    schedule: p.schedule,
  };
  return { world, builder: b };
}
