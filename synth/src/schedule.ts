import type { Period } from './calendar.ts';
import { random } from './random.ts';
import type { Schedule } from './world.ts';

// Snapshots whose state changes little from month to month and stays valid for two months or more: an office that
// delivers late leaves the month before standing.
const MAY_SKIP = ['vehicle', 'housing', 'company', 'land', 'migrant-work'];
// One of three sources of a death: a month's file that comes only with the next month's.
const MAY_BE_LATE = ['deaths-health', 'deaths-cremation'];

/** Which feeds miss which months: from the second month on, two snapshots and in the last month one list of deaths. */
export function schedule(seed: number, periods: readonly Period[]): Schedule {
  const missing = new Set<string>();
  for (const { index, label } of periods.slice(1)) {
    const rng = random(seed, 'schedule', label);
    const first = rng.pick(MAY_SKIP);
    const second = rng.pick(MAY_SKIP.filter((f) => f !== first));
    const late = rng.pick(MAY_BE_LATE);
    for (const feed of [first, second]) if (!missing.has(`${feed}|${index - 1}`)) missing.add(`${feed}|${index}`);
    if (!missing.has(`${late}|${index - 1}`) && rng.chance(0.7)) missing.add(`${late}|${index}`);
  }
  const isDelivered = (feed: string, i: number): boolean => !missing.has(`${feed}|${i}`);
  return {
    isDelivered,
    asOf(feed, i) {
      let at = i;
      while (at > 0 && !isDelivered(feed, at)) at -= 1;
      return at;
    },
  };
}
