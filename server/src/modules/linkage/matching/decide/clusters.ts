/** A pair of records within a component and what speaks for their being one person. */
export interface Edge {
  a: number;
  b: number;
  bits: number;
}

/** A pair that was never compared, or says less: as much against as the strongest single doubt may say. */
const LIMIT = 12;

/**
 * Clusters by average link: two groups become one while the average over all their pairs speaks for it. Connected components
 * would join whole families over one weak pair.
 * @param records numbers of the component's records @param edges its compared pairs @param least bits from which groups join
 * @returns groups, each sorted, in the order of their least record
 */
export function averageLink(records: readonly number[], edges: readonly Edge[], least: number): number[][] {
  const groups = new Map<number, number[]>(records.map((r) => [r, [r]]));
  const sums = new Map<number, Map<number, number>>(records.map((r) => [r, new Map()]));
  const clip = (bits: number) => Math.max(-LIMIT, Math.min(LIMIT, bits));
  for (const a of records) for (const b of records) if (a !== b) sums.get(a)?.set(b, -LIMIT);
  for (const { a, b, bits } of edges) {
    sums.get(a)?.set(b, clip(bits));
    sums.get(b)?.set(a, clip(bits));
  }
  for (;;) {
    let best: [number, number] | undefined;
    let bestAverage = least;
    for (const [a, row] of sums) {
      for (const [b, sum] of row) {
        if (a >= b) continue;
        const average = sum / ((groups.get(a)?.length ?? 1) * (groups.get(b)?.length ?? 1));
        if (
          average > bestAverage ||
          (average === bestAverage && best && (a < best[0] || (a === best[0] && b < best[1])))
        ) {
          best = [a, b];
          bestAverage = average;
        }
      }
    }
    if (!best) break;
    const [a, b] = best;
    groups.set(a, [...(groups.get(a) ?? []), ...(groups.get(b) ?? [])]);
    groups.delete(b);
    const gone = sums.get(b) ?? new Map<number, number>();
    sums.delete(b);
    for (const [c, row] of sums) {
      row.delete(b);
      if (c === a) continue;
      const sum = (sums.get(a)?.get(c) ?? 0) + (gone.get(c) ?? 0);
      sums.get(a)?.set(c, sum);
      row.set(a, sum);
    }
  }
  return [...groups.values()].map((g) => g.sort((x, y) => x - y)).sort((x, y) => (x[0] ?? 0) - (y[0] ?? 0));
}
