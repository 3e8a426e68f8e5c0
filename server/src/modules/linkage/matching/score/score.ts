import type { KeyedSide } from '../block/keys.ts';
import type { Level } from '../compare/comparison.ts';
import type { Matcher } from '../matcher.ts';
import type { Model } from '../model.ts';
import type { Place } from '../side/prepare.ts';
import { firstFound, type Join, joinsOf, levelColumns, rarityColumns } from './pairs.ts';

/**
 * Scored pairs, an engine table: l, r (rid of either side), rule (which found them first), g0 … (level of each comparison,
 * 0 when nothing is known), b0 … (bits of each comparison), shared (bits taken off since relatives agree in as much), bits
 * (log2 of the odds, prior included).
 */
export interface ScoredPairs {
  table: string;
  /** Candidate pairs that were compared; for large files to within a few per cent. */
  compared: number;
  kept: number;
}

/**
 * log2 of the odds that two records taken at random are one person. When each record has one partner at most, a pair competes
 * with its records having no partner at all, and the fewer have none, the more a lone candidate says: with the share π of a
 * side's records that have a partner, the odds are λ/((1−π)(1−π′)). π is that of the files that the model was learnt from, so
 * that a small delivery is weighed as the whole was.
 */
export function priorBits(model: Model, assignment: 'one-to-one' | 'many' = 'many'): number {
  const { lambda, learnt } = model;
  if (assignment === 'many') return Math.log2(lambda / (1 - lambda));
  const alone = (others: number) => 1 - Math.min(lambda * others, MOST_PARTNERED);
  return Math.log2(lambda / (alone(learnt.left) * alone(learnt.right)));
}

/** Nobody knows that every record has a partner. */
const MOST_PARTNERED = 0.9;

const bits = (x: number): string => {
  const text = x.toFixed(6);
  return text.includes('.') ? `${text}::DOUBLE` : text;
};

/** SQL that turns levels and rarities (columns g, f) into bits for each comparison, household bits and the sum. */
export function weighing(
  matcher: Matcher,
  model: Model,
  prior: number,
): { each: string[]; shared: string; total: string } {
  const each = matcher.comparisons.map((comparison, k) => {
    const weights = model.comparisons[k];
    const cases = [...comparison.levels, undefined].map((level, i) => {
      const m = Math.log2(weights?.m[i] ?? 1);
      return level?.rarity
        ? `WHEN ${i + 1} THEN ${bits(m)} ${rarityAmongStrangers(model, level, `f${k}`)}`
        : `WHEN ${i + 1} THEN ${bits(m - Math.log2(weights?.u[i] ?? 1))}`;
    });
    return `CASE g${k} ${cases.join(' ')} ELSE 0 END AS b${k}`;
  });
  const sum = matcher.comparisons.map((_, k) => `b${k}`).join(' + ');
  const kin = model.kinships.map((kinship) => {
    const ratios = kinship.levels.flatMap((row, k) => {
      if (!row) return [];
      const m = model.comparisons[k]?.m ?? [];
      const cases = row.map((p, i) => `WHEN ${i + 1} THEN ${bits(Math.log2((m[i] ?? 1) / p))}`);
      return [`CASE g${k} ${cases.join(' ')} ELSE 0 END`];
    });
    return `${kinship.share.toExponential(9)}::DOUBLE * pow(2, -(${ratios.join(' + ') || '0'}))`;
  });
  const against = kin.length === 0 ? '0' : kin.join(' + ');
  return { each, shared: `-log2(1 + pow(2, least(${sum}, 1000)) * (${against}))`, total: `${bits(prior)} + ${sum}` };
}

/** SQL (a signed term): how rare the value is among strangers, in bits, once the pair's own records are taken off. */
function rarityAmongStrangers(model: Model, level: Level, f: string): string {
  const { field, part } = level.frequency ?? {};
  const copies = model.rarities.find((r) => r.field === field && r.part === part)?.copies ?? 0;
  return `- log2(greatest(pow(2, -${f}) - ${copies.toExponential(9)}::DOUBLE, pow(2, -${f}) * ${LEFT_OVER}))`;
}

/** So much of a value's frequency is left at least: nobody knows that a value is unique. */
const LEFT_OVER = 0.05;

/** SQL of scored pairs from pairs of a FROM clause with aliases l and r. */
export function scoredSelect(
  matcher: Matcher,
  model: Model,
  from: string,
  rule: string,
  floor: number,
  prior: number = priorBits(model),
): string {
  const levels = levelColumns(matcher.comparisons).join(',\n');
  const rarity = rarityColumns(matcher.comparisons);
  const { each, shared, total } = weighing(matcher, model, prior);
  const g = matcher.comparisons.map((_, k) => `g${k}`).join(', ');
  const b = matcher.comparisons.map((_, k) => `b${k}::FLOAT AS b${k}`).join(', ');
  return `SELECT l, r, rule, ${g}, ${b}, shared::FLOAT AS shared, (own + shared)::FLOAT AS bits FROM (
    SELECT *, ${shared} AS shared FROM (
      SELECT *, ${total} AS own FROM (
        SELECT *, ${each.join(',\n')} FROM (
          SELECT l.rid AS l, r.rid AS r, ${rule}::UTINYINT AS rule, ${levels}${rarity.length > 0 ? `, ${rarity.join(', ')}` : ''} FROM ${from}
        )
      )
    ) WHERE own >= ${bits(floor)}
  ) WHERE own + shared >= ${bits(floor)}`;
}

/**
 * Compares all candidate pairs of two keyed sides and keeps those of at least `floor` bits.
 * @param table name of the engine table that is made @param prior see `priorBits`
 */
export async function scorePairs(
  place: Place,
  matcher: Matcher,
  model: Model,
  left: KeyedSide,
  right: KeyedSide,
  floor: number,
  table: string,
  prior: number = priorBits(model),
): Promise<ScoredPairs> {
  const { engine } = place;
  const self = left.table === right.table;
  const joins = joinsOf(left, right);
  const small = Math.min(left.rows, right.rows) * 20 < Math.max(left.rows, right.rows);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS ${scoredSelect(matcher, model, `${left.table} AS l, ${right.table} AS r WHERE false`, '0', floor, prior)}`,
  );
  let compared = 0;
  if (small) {
    const pairs = `${table}_candidates`;
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE ${pairs} AS ${joins.map((join, i) => `SELECT l.rid AS a, r.rid AS b, ${join.rule}::UTINYINT AS rule FROM ${left.table} AS l JOIN ${right.table} AS r ON l.${join.left} = r.${join.right} WHERE ${firstFound(joins, i, self)}`).join(' UNION ALL ')}`,
    );
    const [n] = await engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${pairs}`);
    compared = Number(n?.n ?? 0);
    const from = `${pairs} AS p JOIN ${left.table} AS l ON l.rid = p.a JOIN ${right.table} AS r ON r.rid = p.b`;
    await engine.run(`INSERT INTO ${table} ${scoredSelect(matcher, model, from, 'p.rule', floor, prior)}`);
    await engine.run(`DROP TABLE ${pairs}`);
  } else {
    for (const [i, join] of joins.entries()) {
      place.progress?.('比对', i, joins.length);
      await engine.run(
        `INSERT INTO ${table} ${scoredSelect(matcher, model, joined(left, right, joins, i, join, self), String(join.rule), floor, prior)}`,
      );
    }
    place.progress?.('比对', joins.length, joins.length);
    compared = await countCompared(place, left, right, joins, self);
  }
  const [kept] = await engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${table}`);
  return { table, compared, kept: Number(kept?.n ?? 0) };
}

const joined = (left: KeyedSide, right: KeyedSide, joins: readonly Join[], i: number, join: Join, self: boolean) =>
  `${left.table} AS l JOIN ${right.table} AS r ON l.${join.left} = r.${join.right} WHERE ${firstFound(joins, i, self)}`;

/** Above so many records the number of compared pairs is told from every sixteenth key. */
const COUNT_ALL = 200_000;

async function countCompared(
  place: Place,
  left: KeyedSide,
  right: KeyedSide,
  joins: readonly Join[],
  self: boolean,
): Promise<number> {
  const every = Math.max(left.rows, right.rows) > COUNT_ALL ? 16 : 1;
  const counts = joins.map(
    (join, i) =>
      `SELECT count(*) AS n FROM ${joined(left, right, joins, i, join, self)} AND l.${join.left} % ${every} = 0`,
  );
  const [row] = await place.engine.all<{ n: bigint }>(
    `SELECT sum(n)::BIGINT AS n FROM (${counts.join(' UNION ALL ')})`,
  );
  return Number(row?.n ?? 0) * every;
}
