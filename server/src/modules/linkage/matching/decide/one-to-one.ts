import { assign } from './hungarian.ts';

/** A scored pair among those that compete for a record. */
export interface Rival {
  l: number;
  r: number;
  bits: number;
}

/** A pair that was chosen: its probability with the rivals counted in, and its lead over the best of them. */
export interface Chosen extends Rival {
  probability: number;
  gap: number;
}

/** Components larger than this are assigned greedily. */
const EXACT = 40;
const ROUNDS = 30;

/**
 * Chooses among pairs that compete, each record being in one pair at most. Probabilities are those of a matching (sum-product
 * over the component): a rival that is surely somebody else's does not count.
 * @param rivals pairs of one connected component
 * @returns the chosen pairs, best first
 */
export function chooseOneToOne(rivals: readonly Rival[]): Chosen[] {
  const ls = [...new Set(rivals.map((p) => p.l))];
  const rs = [...new Set(rivals.map((p) => p.r))];
  const probability = marginals(rivals);
  const picked = ls.length <= EXACT && rs.length <= EXACT ? exact(rivals, ls, rs) : greedy(rivals);
  return picked
    .map((i) => {
      const own = rivals[i] as Rival;
      let next = Number.NEGATIVE_INFINITY;
      for (const [j, other] of rivals.entries())
        if (j !== i && (other.l === own.l || other.r === own.r)) next = Math.max(next, other.bits);
      return { ...own, probability: probability[i] ?? 0, gap: own.bits - next };
    })
    .sort((a, b) => b.bits - a.bits || a.l - b.l || a.r - b.r);
}

function exact(rivals: readonly Rival[], ls: readonly number[], rs: readonly number[]): number[] {
  const row = new Map(ls.map((l, i) => [l, i]));
  const column = new Map(rs.map((r, j) => [r, j]));
  const index = new Map<string, number>();
  // Bits below the floor are kept in the order too, so that a doubtful pair can still be shown for review.
  const lift = Math.max(0, -Math.min(...rivals.map((p) => p.bits))) + 1;
  const worth = ls.map(() => new Array<number>(rs.length).fill(-1));
  for (const [i, pair] of rivals.entries()) {
    const a = row.get(pair.l) ?? 0;
    const b = column.get(pair.r) ?? 0;
    index.set(`${a} ${b}`, i);
    (worth[a] as number[])[b] = pair.bits > 0 ? pair.bits + lift : (pair.bits + lift) / 1e3;
  }
  return assign(worth).flatMap((j, i) => {
    const found = j >= 0 ? index.get(`${i} ${j}`) : undefined;
    return found === undefined ? [] : [found];
  });
}

function greedy(rivals: readonly Rival[]): number[] {
  const order = rivals
    .map((_, i) => i)
    .sort((a, b) => {
      const [p, q] = [rivals[a] as Rival, rivals[b] as Rival];
      return q.bits - p.bits || p.l - q.l || p.r - q.r;
    });
  const left = new Set<number>();
  const right = new Set<number>();
  return order.filter((i) => {
    const { l, r } = rivals[i] as Rival;
    if (left.has(l) || right.has(r)) return false;
    left.add(l);
    right.add(r);
    return true;
  });
}

/** Probability of each pair when every record has one partner at most. */
function marginals(rivals: readonly Rival[]): number[] {
  const weight = rivals.map((p) => 2 ** Math.min(p.bits, 200));
  const byLeft = grouped(rivals, (p) => p.l);
  const byRight = grouped(rivals, (p) => p.r);
  // What a side says of a pair: its weight, less what else the record has.
  let toRight = [...weight];
  let toLeft = [...weight];
  const message = (groups: readonly (readonly number[])[], heard: readonly number[]) => {
    const said = new Array<number>(weight.length).fill(0);
    for (const group of groups) {
      for (const i of group) {
        let others = 0;
        for (const j of group) if (j !== i) others += heard[j] ?? 0;
        said[i] = (weight[i] ?? 0) / (1 + others);
      }
    }
    return said;
  };
  for (let round = 0; round < ROUNDS; round++) {
    // Messages hold the weight once: what comes from the right is weighed against the left's other offers.
    const nextRight = message(byLeft, toLeft);
    const nextLeft = message(byRight, toRight);
    toRight = nextRight;
    toLeft = nextLeft;
  }
  return weight.map((w, i) => {
    const odds = w === 0 ? 0 : ((toRight[i] ?? 0) / w) * (toLeft[i] ?? 0);
    return odds / (1 + odds);
  });
}

function grouped(rivals: readonly Rival[], key: (pair: Rival) => number): number[][] {
  const groups = new Map<number, number[]>();
  for (const [i, pair] of rivals.entries()) {
    const group = groups.get(key(pair)) ?? [];
    group.push(i);
    groups.set(key(pair), group);
  }
  return [...groups.values()];
}
