import type { KeyedSide } from '../block/keys.ts';
import type { Comparison } from '../compare/comparison.ts';
import { levelSql } from '../compare/comparisons.ts';

/** One equality by which candidates are found: a rule with one key of either side. */
export interface Join {
  rule: number;
  left: string;
  right: string;
}

/** All equalities of the rules, in order; a pair belongs to the first that finds it. */
export const joinsOf = (left: KeyedSide, right: KeyedSide): Join[] =>
  left.keys.flatMap((variants, rule) =>
    variants.flatMap((l) => (right.keys[rule] ?? []).map((r) => ({ rule, left: l, right: r }))),
  );

/** SQL of whether no earlier equality found the pair; a comparison with itself takes each pair once. */
export function firstFound(joins: readonly Join[], i: number, self: boolean): string {
  const earlier = joins.slice(0, i).map((j) => `(l.${j.left} = r.${j.right}) IS NOT TRUE`);
  return [...(self ? ['l.rid < r.rid'] : []), ...earlier].join(' AND ') || 'true';
}

/** SQL columns: the level of every comparison, as g0, g1 … */
export const levelColumns = (comparisons: readonly Comparison[]): string[] =>
  comparisons.map((c, k) => `${levelSql(c)} AS g${k}`);

/** SQL columns: how rare the value is on which a comparison agrees, in bits, NULL where no frequency counts. */
export function rarityColumns(comparisons: readonly Comparison[]): string[] {
  return comparisons.flatMap((c, k) => {
    const weighed = c.levels.map((level, i) => (level.rarity ? `WHEN ${i + 1} THEN ${level.rarity}` : '')).join(' ');
    return weighed.trim() === '' ? [] : [`CASE g${k} ${weighed} END AS f${k}`];
  });
}
