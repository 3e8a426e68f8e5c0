import type { Engine } from '../../../../platform/engine/index.ts';
import { digestOf } from '../block/keys.ts';
import type { Comparison } from '../compare/comparison.ts';
import type { Field } from '../fields/field.ts';
import type { Model } from '../model.ts';
import type { PreparedSide } from '../side/prepare.ts';
import { valueCounts } from './observe.ts';

const LISTED = 20_000;

/**
 * How rare the values are on which comparisons agree: the most frequent each by itself, the rest as one of them is met on
 * average. Values are listed by digest, so that a model file shows no names.
 */
export async function observeRarities(
  engine: Engine,
  fields: readonly Field[],
  comparisons: readonly Comparison[],
  left: PreparedSide,
  right: PreparedSide,
): Promise<Model['rarities']> {
  const self = left.table === right.table;
  const wanted = new Map<string, { field: string; part: string }>();
  for (const { frequency } of comparisons.flatMap((c) => c.levels))
    if (frequency) wanted.set(`${frequency.field}.${frequency.part}`, frequency);
  const rarities: Model['rarities'] = [];
  for (const { field: name, part } of wanted.values()) {
    const field = fields.find((f) => f.name === name);
    if (!field) continue;
    const parts = [valueCounts(field, left, 'left', part), ...(self ? [] : [valueCounts(field, right, 'right', part)])];
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE rarity_counts AS SELECT ${digestOf('v')} AS digest, sum(n)::BIGINT AS n FROM (${parts.map((p) => `SELECT * FROM ${p}`).join(' UNION ALL ')}) GROUP BY ALL`,
    );
    const [sum] = await engine.all<{ total: bigint | null }>('SELECT sum(n)::BIGINT AS total FROM rarity_counts');
    const total = Number(sum?.total ?? 0);
    const listed = await engine.all<{ digest: bigint; n: bigint }>(
      `SELECT digest, n FROM rarity_counts WHERE n >= 2 ORDER BY n DESC, digest LIMIT ${LISTED}`,
    );
    const least = Number(listed.length === LISTED ? (listed.at(-1)?.n ?? 1) : 1);
    const [others] = await engine.all<{ n: number | null }>(
      `SELECT sum(n::DOUBLE * n) / sum(n) AS n FROM rarity_counts WHERE n <= ${least}`,
    );
    const bits = (n: number) => Math.round(-Math.log2(n / Math.max(total, 1)) * 20) / 20;
    const byBits = new Map<number, number[]>();
    for (const row of listed) {
      const key = bits(Number(row.n));
      const digests = byBits.get(key) ?? [];
      digests.push(Number(row.digest));
      byBits.set(key, digests);
    }
    rarities.push({
      field: name,
      part,
      copies: 0,
      rest: total === 0 ? 0 : bits(Number(others?.n || 1)),
      listed: [...byBits],
    });
  }
  await engine.run('DROP TABLE IF EXISTS rarity_counts');
  return rarities;
}
