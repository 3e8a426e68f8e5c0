/** How often a comparison's levels occur, `other` last; index 0 is the first level (nothing known has no number). */
export type Distribution = number[];

/** A pattern of levels and how many pairs show it; level 0 means that a side says nothing. */
export interface PatternCount {
  levels: readonly number[];
  n: number;
}

/** A kind of pair of different people that agrees in more than strangers do: members of one household. */
export interface Kinship {
  id: string;
  /** Share of all pairs that are of this kind. */
  share: number;
  /** Levels among them; null where they agree as a record does with itself (the address that they share). */
  levels: (Distribution | null)[];
}

export interface Learning {
  patterns: readonly PatternCount[];
  /** Levels among all pairs, true ones included. */
  all: readonly Distribution[];
  kinships: readonly Kinship[];
  /** Number of all pairs that the patterns were drawn from. */
  pairs: number;
  /** How many true pairs there can be at most. */
  most: number;
  start: readonly Distribution[];
}

export interface Learnt {
  m: Distribution[];
  u: Distribution[];
  /** Share of true pairs among all pairs. */
  lambda: number;
  rounds: number;
}

/**
 * Fellegi-Sunter by expectation maximisation over pattern counts (Winkler 1988). The E step is the posterior in the space of
 * all pairs, since a candidate's posterior does not depend on how it was found; pairs that no key found count as not true.
 * u stays what random pairs show, less the true pairs among them. Kinships are further classes of untrue pairs.
 */
export function learn(given: Learning): Learnt {
  const { patterns, pairs, most } = given;
  let m = given.start.map((d) => [...d]);
  let lambda = Math.min(0.3, (0.3 * most) / pairs);
  let u = given.all.map((all, k) => without(all, m[k] ?? [], lambda));
  let rounds = 0;
  for (; rounds < 200; rounds++) {
    const seen = m.map((d) => d.map(() => 0));
    let total = 0;
    for (const { levels, n } of patterns) {
      const p = posterior(levels, m, u, given.kinships, lambda) * n;
      total += p;
      for (let k = 0; k < levels.length; k++) {
        const level = levels[k] ?? 0;
        const row = seen[k];
        if (level > 0 && row) row[level - 1] = (row[level - 1] ?? 0) + p;
      }
    }
    const next = seen.map((row, k) => smoothed(row, given.start[k] ?? []));
    const nextLambda = Math.min(Math.max(total, 0.5), most) / pairs;
    const change = Math.max(
      Math.abs(Math.log(nextLambda / lambda)),
      ...next.flatMap((row, k) => row.map((x, i) => Math.abs(x - (m[k]?.[i] ?? 0)))),
    );
    m = next;
    lambda = nextLambda;
    u = given.all.map((all, k) => without(all, m[k] ?? [], lambda));
    if (change < 1e-5) break;
  }
  return { m, u, lambda, rounds };
}

/** Probability that a pair with these levels is true. */
export function posterior(
  levels: readonly number[],
  m: readonly Distribution[],
  u: readonly Distribution[],
  kinships: readonly Kinship[],
  lambda: number,
): number {
  let match = lambda;
  let stranger = 1 - lambda;
  for (let k = 0; k < levels.length; k++) {
    const level = levels[k] ?? 0;
    if (level === 0) continue;
    match *= m[k]?.[level - 1] ?? 1;
    stranger *= u[k]?.[level - 1] ?? 1;
  }
  let kin = 0;
  for (const kinship of kinships) {
    let p = kinship.share;
    for (let k = 0; k < levels.length; k++) {
      const level = levels[k] ?? 0;
      if (level > 0) p *= (kinship.levels[k] ?? m[k])?.[level - 1] ?? 1;
    }
    kin += p;
  }
  return match / (match + stranger + kin);
}

/** Counts as a distribution that denies nothing: each level keeps a little of what was assumed at first. */
function smoothed(counts: readonly number[], start: Distribution): Distribution {
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map((n, i) => (n + (start[i] ?? 0) * 2) / (total + 2));
}

/** The distribution among pairs that are not true, given that among all. */
function without(all: Distribution, m: Distribution, lambda: number): Distribution {
  const rest = all.map((p, i) => Math.max((p - lambda * (m[i] ?? 0)) / (1 - lambda), p * 0.05, 1e-12));
  const total = rest.reduce((a, b) => a + b, 0);
  return rest.map((p) => p / total);
}
