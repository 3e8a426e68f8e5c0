import { type Engine, literal } from '../../server/src/platform/engine/index.ts';

/** From 3 bits a link is made without a person; down to −3 bits a person looks (8/9 and 1/9). */
export const AUTOMATIC = 8 / 9;
export const REVIEW = 1 / 9;

export interface Score {
  automatic: { links: number; right: number; precision: number; recall: number };
  /** Recall when everything at or above the review's floor counts as found. */
  found: number;
  review: number;
  /** At p ≥ .5, fixed beforehand. */
  half: { precision: number; recall: number; f1: number };
}

/** Bounds of the bins of stated probability. */
export const BINS = [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.01];

/** Pairs, sum of stated probability and true ones per bin; adds up over runs. */
export type Bins = { pairs: number; stated: number; right: number }[];

export function noBins(): Bins {
  return BINS.slice(1).map(() => ({ pairs: 0, stated: 0, right: 0 }));
}

/**
 * Scores pairs (left_id, right_id, probability) against the truth (left_id, right_id); both are CSV files.
 * @param bins is added to
 */
export async function scorePairs(engine: Engine, pairs: string, truth: string, bins: Bins): Promise<Score> {
  const read = (file: string, columns: string) =>
    `SELECT ${columns} FROM read_csv(${literal(file)}, all_varchar = true, header = true)`;
  await engine.run(`CREATE OR REPLACE TEMP TABLE judged AS
    SELECT probability::DOUBLE AS p, t.left_id IS NOT NULL AS holds
    FROM (${read(pairs, 'left_id, right_id, probability')}) p LEFT JOIN (${read(truth, 'left_id, right_id')}) t USING (left_id, right_id)`);
  const [total] = await engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM (${read(truth, 'left_id')})`);
  const all = Number(total?.n ?? 0n);
  const above = async (floor: number) => {
    const [row] = await engine.all<{ links: bigint; good: bigint }>(
      `SELECT count(*) AS links, count(*) FILTER (WHERE holds) AS good FROM judged WHERE p >= ${floor}`,
    );
    return { links: Number(row?.links ?? 0n), right: Number(row?.good ?? 0n) };
  };
  const [automatic, half, found] = [await above(AUTOMATIC), await above(0.5), await above(REVIEW)];
  const cases = BINS.slice(1).map((bound, i) => `WHEN p < ${bound} THEN ${i}`);
  for (const row of await engine.all<{ bin: number; pairs: bigint; stated: number; good: bigint }>(
    `SELECT CASE ${cases.join(' ')} END AS bin, count(*) AS pairs, sum(p) AS stated, count(*) FILTER (WHERE holds) AS good FROM judged GROUP BY ALL`,
  )) {
    const bin = bins[row.bin];
    if (!bin) continue;
    bin.pairs += Number(row.pairs);
    bin.stated += row.stated;
    bin.right += Number(row.good);
  }
  return {
    automatic: { ...automatic, precision: automatic.right / automatic.links, recall: automatic.right / all },
    found: found.right / all,
    review: found.links - automatic.links,
    half: {
      precision: half.right / half.links,
      recall: half.right / all,
      f1: (2 * half.right) / (half.links + all),
    },
  };
}

/** The calibration as lines of text; bins of fewer than a thousand pairs are shown apart and judged by nobody. */
export function calibrationLines(bins: Bins): string[] {
  return bins.flatMap((bin, i) => {
    if (bin.pairs === 0) return [];
    const [stated, true_] = [bin.stated / bin.pairs, bin.right / bin.pairs];
    const off = (true_ - stated) * 100;
    const verdict =
      bin.pairs < 1000 ? 'too few to judge' : Math.abs(off) <= 2 ? 'within two points' : 'OFF by more than two points';
    return [
      `    p ${String(BINS[i]).padEnd(6)}–${String(Math.min(1, BINS[i + 1] ?? 1)).padEnd(6)} ${String(bin.pairs).padStart(9)} pairs, stated ${stated.toFixed(4)}, true ${true_.toFixed(4)}, ${off >= 0 ? '+' : ''}${off.toFixed(2)} points: ${verdict}`,
    ];
  });
}
