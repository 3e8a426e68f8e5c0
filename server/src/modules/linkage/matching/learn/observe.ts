import type { Engine } from '../../../../platform/engine/index.ts';
import type { Comparison, Pairing } from '../compare/comparison.ts';
import { comparisonsOf, levelSql } from '../compare/comparisons.ts';
import { type Field, slotColumn, slotsOf } from '../fields/field.ts';
import type { PreparedSide } from '../side/prepare.ts';
import type { Distribution, Kinship, PatternCount } from './expectation.ts';

/** Patterns of levels among the pairs of a FROM clause with aliases l and r. */
export async function countPatterns(
  engine: Engine,
  comparisons: readonly Comparison[],
  from: string,
): Promise<PatternCount[]> {
  const levels = comparisons.map((c, k) => `${levelSql(c)} AS g${k}`).join(',\n');
  const rows = await engine.all<Record<string, number | bigint>>(
    `SELECT *, count(*) AS n FROM (SELECT ${levels} FROM ${from}) GROUP BY ALL ORDER BY ALL`,
  );
  return rows.map((row) => ({ levels: comparisons.map((_, k) => Number(row[`g${k}`])), n: Number(row.n) }));
}

/** The levels of each comparison among patterns, of those pairs where both sides say something. */
export function distributions(comparisons: readonly Comparison[], patterns: readonly PatternCount[]): Distribution[] {
  return comparisons.map((c, k) => {
    const counts = new Array<number>(c.levels.length + 1).fill(0);
    for (const { levels, n } of patterns) {
      const level = levels[k] ?? 0;
      if (level > 0) counts[level - 1] = (counts[level - 1] ?? 0) + n;
    }
    return counts;
  });
}

const normalised = (counts: readonly number[]): Distribution => {
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map((n) => n / (total || 1));
};

/** How many records of each side are tried against each other at random. */
const RANDOM_SIDE = 1200;

/** SQL of a fixed random part of a side. */
const randomPart = (side: PreparedSide, n: number, seed: number): string =>
  side.rows <= n
    ? side.table
    : `(SELECT * FROM ${side.table} WHERE hash(rid, ${seed}) % ${Math.floor(side.rows / n)} = 0)`;

/**
 * The levels among all pairs: of equal values from their frequencies, exactly; of the others from random pairs.
 */
export async function observeAll(
  engine: Engine,
  fields: readonly Field[],
  comparisons: readonly Comparison[],
  left: PreparedSide,
  right: PreparedSide,
  seed: number,
): Promise<Distribution[]> {
  const self = left.table === right.table;
  const patterns = await countPatterns(
    engine,
    comparisons,
    `${randomPart(left, RANDOM_SIDE, seed)} AS l, ${randomPart(right, RANDOM_SIDE, seed + (self ? 0 : 1))} AS r${self ? ' WHERE l.rid < r.rid' : ''}`,
  );
  const sampled = distributions(comparisons, patterns);
  const result: Distribution[] = [];
  for (const [k, comparison] of comparisons.entries()) {
    const counts = sampled[k] ?? [];
    const drawn = counts.reduce((a, b) => a + b, 0);
    const exact: (number | undefined)[] = [];
    for (const level of comparison.levels) {
      if (!level.frequency || level.sampled) {
        exact.push(undefined);
        continue;
      }
      const { field, part } = level.frequency;
      const before = comparison.levels
        .slice(0, exact.length)
        .map((other, i) => (other.frequency?.field === field ? (exact[i] ?? 0) : 0))
        .reduce((a, b) => a + b, 0);
      exact.push(Math.max((await equalShare(engine, fields, left, right, field, part)) - before, 1e-12));
    }
    const known = exact.reduce<number>((a, b) => a + (b ?? 0), 0);
    const otherCounts = counts.map((n, i) => (exact[i] === undefined ? n + 0.5 / counts.length : 0));
    const others = otherCounts.reduce((a, b) => a + b, 0);
    result.push(
      normalised(counts.map((_, i) => exact[i] ?? ((otherCounts[i] ?? 0) / (others || 1)) * Math.max(1 - known, 1e-9))),
    );
    if (drawn === 0) result[k] = normalised(counts.map(() => 1));
  }
  return result;
}

/** Probability that two records of the sides that both have the part agree on it. */
async function equalShare(
  engine: Engine,
  fields: readonly Field[],
  left: PreparedSide,
  right: PreparedSide,
  fieldName: string,
  part: string,
): Promise<number> {
  const field = fields.find((f) => f.name === fieldName);
  if (!field) return 0;
  const l = valueCounts(field, left, 'left', part);
  if (left.table === right.table) {
    const [row] = await engine.all<{ p: number | null }>(
      `SELECT sum(n::DOUBLE * (n - 1)) / (sum(n)::DOUBLE * (sum(n) - 1)) AS p FROM ${l}`,
    );
    return Number(row?.p || 0);
  }
  const r = valueCounts(field, right, 'right', part);
  const [row] = await engine.all<{ p: number | null }>(
    `WITH a AS MATERIALIZED ${l}, b AS MATERIALIZED ${r} SELECT (SELECT sum(a.n::DOUBLE * b.n) FROM a JOIN b USING (v)) / ((SELECT sum(n) FROM a)::DOUBLE * (SELECT sum(n) FROM b)) AS p`,
  );
  return Number(row?.p || 0);
}

/** SQL of the values of a part and how many records have each, over all slots. */
export function valueCounts(field: Field, prepared: PreparedSide, side: 'left' | 'right', part: string): string {
  const slots = Array.from(
    { length: slotsOf(field, side) },
    (_, i) => `SELECT ${slotColumn(field.name, i + 1, part)} AS v FROM ${prepared.table}`,
  );
  return `(SELECT v, count(*) AS n FROM (${slots.join(' UNION ALL ')}) WHERE v IS NOT NULL GROUP BY v)`;
}

/** Larger groups than this (homes, dormitories, a committee's telephone) are no household; their frequency tells. */
const HOUSEHOLD = 12;
const KIN_PAIRS = 150_000;

/**
 * Pairs of different people who share an address, a telephone or a household number, as one file shows them: what else
 * they agree in is no evidence that two records are one person.
 */
export async function observeKinships(
  engine: Engine,
  fields: readonly Field[],
  comparisons: readonly Comparison[],
  left: PreparedSide,
  self: boolean,
): Promise<Kinship[]> {
  const pairing: Pairing = { left: 'left', right: 'left' };
  const within = comparisonsOf(fields, pairing);
  const own = comparisons.map((c) => within.find((w) => w.id === c.id) ?? c);
  const kinships: Kinship[] = [];
  for (const comparison of comparisons) {
    const { shared } = comparison;
    if (!shared) continue;
    const value = slotColumn(shared.field, 1, shared.part);
    const groups = `(SELECT ${value} AS v, count(*) AS n FROM ${left.table} WHERE ${value} IS NOT NULL GROUP BY ALL HAVING count(*) BETWEEN 2 AND ${HOUSEHOLD})`;
    const [size] = await engine.all<{ pairs: number | null }>(
      `SELECT sum(n * (n - 1) / 2)::DOUBLE AS pairs FROM ${groups}`,
    );
    const pairs = Number(size?.pairs ?? 0);
    if (pairs < 1) continue;
    const every = Math.max(1, Math.round(pairs / KIN_PAIRS));
    const patterns = await countPatterns(
      engine,
      own,
      `${left.table} AS l JOIN ${left.table} AS r ON l.${value} = r.${value} AND l.rid < r.rid JOIN (SELECT v FROM ${groups} WHERE hash(v) % ${every} = 0) AS g ON g.v = l.${value}`,
    );
    const different = patterns.filter((p) => !samePerson(own, p.levels, self));
    const drawn = patterns.reduce((a, p) => a + p.n, 0);
    const kept = different.reduce((a, p) => a + p.n, 0);
    if (kept < 1) continue;
    const counts = distributions(own, different);
    const share = (pairs * (kept / drawn)) / ((left.rows * (left.rows - 1)) / 2);
    kinships.push({
      id: comparison.id,
      share,
      levels: comparisons.map((c, k) => {
        if (c.id === comparison.id) return null;
        const row = counts[k] ?? [];
        const total = row.reduce((a, b) => a + b, 0);
        if (total === 0) return null;
        // Relatives write each other's numbers (1 in 200 rows), which one file does not show.
        const smoothed = row.map((n, i) => n + (i === 0 && c.personal ? total * 0.005 : 0.5));
        return normalised(smoothed);
      }),
    });
  }
  return kinships;
}

/** Whether a pair within one file looks like one person twice, so that it tells nothing of households. */
function samePerson(comparisons: readonly Comparison[], levels: readonly number[], self: boolean): boolean {
  const level = (id: RegExp) => levels[comparisons.findIndex((c) => id.test(c.id))] ?? 0;
  const name = level(/^(name|given_name|full_given)$/);
  const birth = level(/^birth_date$/);
  const number = level(/^(citizen_number|number)$/);
  const named = name >= 1 && name <= 3;
  const born = birth >= 1 && birth <= (self ? 7 : 1);
  if (number === 1) return true;
  return self ? named || born : named && (born || birth === 0);
}
