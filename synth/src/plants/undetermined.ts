import type { Planter } from '../planter.ts';
import type { ShapeName } from '../shapes.ts';
import type { Household } from '../world.ts';

const UNDETERMINED_SHAPES: ShapeName[] = ['couple', 'working-couple', 'three-generations'];

/** Families whose income only a declaration can tell, with and without a sign of hardship. */
export function plantUndetermined(p: Planter): void {
  const { rng, rules, b } = p;
  const build = (role: 'plant' | 'decoy', cause: 'missed-subsistence' | 'missed-margin'): Household => {
    const band = cause === 'missed-subsistence' ? [0.15, 0.9] : [1.05, 1.45];
    const total = (n: number): number => {
      const [low = 0, high = 0] = band;
      return Math.round(rules.standard * n * (low + rng.next() * (high - low)));
    };
    const family = p.family(rng.pick(UNDETERMINED_SHAPES), role, total);
    const h = family.household;
    const wife = p.member(h, 1);
    const months = wife.migrant?.months ?? 0;
    wife.migrant = undefined;
    // What the wife earned goes to the earner, so that the known income stays where it was set.
    const job = family.earner.jobs?.[0];
    if (job !== undefined) job.wage += (months * rules.migrantMonth) / 12;
    return h;
  };
  for (const cause of ['missed-subsistence', 'missed-margin'] as const) {
    for (let k = 0; k < p.count; k++) {
      const h = build('plant', cause);
      if (k % 3 === 0 && p.last <= 5) {
        let periods = p.all();
        b.settle(p.member(h, 0), b.opening - rng.int(1, 100), rng.int(1_560_000, 4_000_000));
        periods = periods.filter((i) => i <= 5);
        p.plant(h, cause, periods, 'income undeclared; medical bills above the limit', undefined, true);
      } else if (k % 3 === 1 && h.members.length === 5) {
        b.certificate(p.member(h, 4), 'physical', rng.pick([1, 2]));
        p.settleSubsidies(h);
        p.plant(h, cause, p.all(), 'income undeclared; severe disability', undefined, true);
      } else {
        h.monitored = watchList(p, false);
        p.plant(h, cause, p.all(), 'income undeclared; on the monitored list', undefined, true);
      }
    }
    for (let k = 0; k < p.count; k++) {
      const h = build('decoy', cause);
      if (k % 2 === 0) h.monitored = watchList(p, true);
      p.decoy(h, cause, 'income undeclared, no sign of hardship');
    }
  }
}

/** An entry of the 防返贫 list, its risk removed or not. */
export function watchList(p: Planter, removed: boolean): NonNullable<Household['monitored']> {
  const { rng, b } = p;
  return {
    number: `JC321324${b.serial('monitored', 7)}`,
    type: rng.pick(['unstable', 'marginal', 'sudden']),
    identified: b.opening - rng.int(60, 1400),
    risk: rng.pick(['illness', 'disability', 'schooling', 'labour', 'employment', 'accident']),
    removed,
  };
}
