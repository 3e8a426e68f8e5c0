import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { literal } from '../../../../platform/engine/index.ts';
import type { ScoredPairs } from '../score/score.ts';
import type { Place } from '../side/prepare.ts';
import { Components } from './components.ts';
import { chooseOneToOne, type Rival } from './one-to-one.ts';

/** Bits and lead from which a link is taken without a person's look, and from which it is worth one. */
export const AUTOMATIC_BITS = 3;
export const REVIEW_BITS = -3;

/**
 * Decides which scored pairs stand. Makes an engine table l, r, probability, gap (bits over the next candidate; NULL without
 * one) and chosen (false for a pair that lost its record to another).
 */
export async function decidePairs(
  place: Place,
  scored: ScoredPairs,
  assignment: 'one-to-one' | 'many',
  table: string,
): Promise<void> {
  const { engine } = place;
  place.progress?.('定对应');
  const odds = 'pow(2, least(bits, 200)::DOUBLE)';
  if (assignment === 'many') {
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT l, r, bits, ${odds} / (1 + ${odds}) AS probability, NULL::DOUBLE AS gap FROM ${scored.table}`,
    );
    return;
  }
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${table}_many AS
       SELECT l, r FROM ${scored.table} WHERE l IN (SELECT l FROM ${scored.table} GROUP BY l HAVING count(*) > 1)
         OR r IN (SELECT r FROM ${scored.table} GROUP BY r HAVING count(*) > 1)`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT l, r, bits, ${odds} / (1 + ${odds}) AS probability, NULL::DOUBLE AS gap FROM ${scored.table} ANTI JOIN ${table}_many USING (l, r)`,
  );
  const path = join(place.work, `${table}.csv`);
  const file = createWriteStream(path, { mode: 0o600, highWaterMark: 1 << 20 });
  for (const component of await rivals(place, scored, `${table}_many`))
    file.write(
      chooseOneToOne(component)
        .map((c) => `${c.l},${c.r},${c.bits},${c.probability},${Number.isFinite(c.gap) ? c.gap : ''}\n`)
        .join(''),
    );
  file.end();
  await finished(file);
  await engine.run(
    `INSERT INTO ${table} SELECT * FROM read_csv(${literal(path)}, header = false, auto_detect = false, nullstr = '', columns = {l: 'INTEGER', r: 'INTEGER', bits: 'FLOAT', probability: 'DOUBLE', gap: 'DOUBLE'})`,
  );
  await engine.run(`DROP TABLE ${table}_many`);
}

async function rivals(place: Place, scored: ScoredPairs, many: string): Promise<Rival[][]> {
  const pairs: Rival[] = [];
  const rows = place.engine.stream<{ l: number; r: number; bits: number }>(
    `SELECT l, r, bits FROM ${scored.table} SEMI JOIN ${many} USING (l, r) ORDER BY l, r`,
  );
  const components = new Components();
  for await (const batch of rows) {
    for (const { l, r, bits } of batch) {
      pairs.push({ l, r, bits });
      // Left and right numbers are apart: right ones are negative.
      components.join(l, -r);
    }
  }
  const groups = new Map<number, Rival[]>();
  for (const pair of pairs) {
    const root = components.find(pair.l);
    const group = groups.get(root);
    if (group) group.push(pair);
    else groups.set(root, [pair]);
  }
  return [...groups.values()];
}
