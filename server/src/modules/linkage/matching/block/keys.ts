import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { literal } from '../../../../platform/engine/index.ts';
import { invalid } from '../../../../platform/errors.ts';
import { slotColumn, slotsOf } from '../fields/field.ts';
import type { Matcher } from '../matcher.ts';
import { engineDigest, type Model } from '../model.ts';
import type { Place, PreparedSide } from '../side/prepare.ts';
import { ruleKeys } from './rules.ts';

/** A prepared side with the keys of a model's rules; the left side also has the rarity of its values. */
export interface KeyedSide extends PreparedSide {
  /** Key columns of each rule. */
  keys: readonly (readonly string[])[];
}

/** SQL: the digest under which a model lists a value, 48 bits. */
export const digestOf = (value: string): string => `(hash(${value}) >> 16)`;

/**
 * Adds keys and rarities to a prepared side, so that it can be linked again and again with one model.
 * @param table name of the table that is made; the prepared one may be dropped afterwards
 * @throws link-model-engine when the model's digests of values are not this engine's
 */
export async function keySide(
  place: Place,
  matcher: Matcher,
  model: Model,
  prepared: PreparedSide,
  table: string,
): Promise<KeyedSide> {
  const { engine } = place;
  const { fields } = matcher;
  if (model.digest !== (await engineDigest(engine)))
    throw invalid(
      'link-model-engine',
      '模型出自另一版引擎或另一版整理规则，其中的频度对不上',
      '请去掉 --model 重新训练',
    );
  const keys = matcher.rules.map((rule, j) =>
    ruleKeys(rule, fields, prepared.side).map((sql, v) => ({ name: `k${j}_${v}`, sql })),
  );
  const dropped: string[] = [];
  const joins: string[] = [];
  const columns = ['t.*'];
  for (const [j, variants] of keys.entries()) {
    const cap = model.rules[j]?.cap ?? 1;
    for (const { name, sql } of variants) {
      if (prepared.side === 'right' || matcher.rules[j]?.atoms.length === 0) {
        columns.push(`${sql} AS ${name}`);
        continue;
      }
      const heavy = `${table}_${name}`;
      await engine.run(
        `CREATE OR REPLACE TEMP TABLE ${heavy} AS SELECT k FROM (SELECT ${sql} AS k FROM ${prepared.table}) WHERE k IS NOT NULL GROUP BY k HAVING count(*) > ${cap}`,
      );
      dropped.push(heavy);
      const [n] = await engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${heavy}`);
      if (Number(n?.n ?? 0) === 0) {
        columns.push(`${sql} AS ${name}`);
      } else {
        joins.push(`LEFT JOIN ${heavy} ON ${heavy}.k = (${sql})`);
        columns.push(`CASE WHEN ${heavy}.k IS NULL THEN ${sql} END AS ${name}`);
      }
    }
  }
  if (prepared.side === 'left') {
    for (const [i, rarity] of model.rarities.entries()) {
      const field = fields.find((f) => f.name === rarity.field);
      if (!field) continue;
      const list = `${table}_rarity${i}`;
      await loadRarity(place, rarity.listed, list);
      dropped.push(list);
      for (let slot = 1; slot <= slotsOf(field, 'left'); slot++) {
        const value = `t.${slotColumn(field.name, slot, rarity.part)}`;
        const alias = `x${i}_${slot}`;
        joins.push(`LEFT JOIN ${list} AS ${alias} ON ${alias}.digest = ${digestOf(value)}`);
        columns.push(
          `coalesce(${alias}.bits, ${rarity.rest})::FLOAT AS ${slotColumn(field.name, slot, `rarity_${rarity.part}`)}`,
        );
      }
    }
  }
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${columns.join(',\n  ')} FROM ${prepared.table} AS t ${joins.join('\n')}`,
  );
  for (const name of dropped) await engine.run(`DROP TABLE IF EXISTS ${name}`);
  return { table, rows: prepared.rows, side: prepared.side, keys: keys.map((v) => v.map((k) => k.name)) };
}

async function loadRarity(place: Place, listed: Model['rarities'][number]['listed'], table: string): Promise<void> {
  if (listed.length === 0) {
    await place.engine.run(`CREATE OR REPLACE TEMP TABLE ${table} (digest UBIGINT, bits FLOAT)`);
    return;
  }
  const path = join(place.work, `${table}.csv`);
  const file = createWriteStream(path, { mode: 0o600 });
  for (const [bits, digests] of listed) file.write(digests.map((d) => `${d},${bits}\n`).join(''));
  file.end();
  await finished(file);
  await place.engine.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT * FROM read_csv(${literal(path)}, header = false, auto_detect = false, columns = {digest: 'UBIGINT', bits: 'FLOAT'})`,
  );
}
