import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { literal } from '../../../platform/engine/index.ts';
import type { KeyedSide } from './block/keys.ts';
import type { LinkPlan } from './config.ts';
import { averageLink, type Edge } from './decide/clusters.ts';
import { Components } from './decide/components.ts';
import type { Linked } from './link.ts';
import { matcherOf } from './matcher.ts';
import { scoredSelect } from './score/score.ts';
import type { Place } from './side/prepare.ts';

/** Components larger than this are cut at stronger pairs before they are clustered. */
const LARGEST = 300;
/** Low enough to keep every pair of a component, whatever it says. */
const EVERYTHING = -10_000;

/**
 * Clusters of a table that was linked with itself: components of the pairs that speak for one person, in which all pairs are
 * then compared, and which fall apart into the groups that agree on average.
 * @param least bits from which two groups of records are one person on average (log2 of the odds of --min-probability)
 * @returns for each record (index rid − 1) the number of its cluster, which is its least record
 */
export async function clustersOf(
  place: Place,
  plan: LinkPlan,
  linked: Linked,
  side: KeyedSide,
  least: number,
): Promise<Int32Array> {
  const cluster = Int32Array.from({ length: side.rows }, (_, i) => i + 1);
  const edges: Edge[] = [];
  const rows = place.engine.stream<{ l: number; r: number; bits: number }>(
    `SELECT l, r, bits FROM ${linked.scored} WHERE bits >= ${least} ORDER BY l, r`,
  );
  for await (const batch of rows) for (const { l, r, bits } of batch) edges.push({ a: l, b: r, bits });
  const components = connected(edges).filter((records) => records.length > 1);
  const compared = await compareWithin(place, plan, linked, side, components);
  for (const [i, records] of components.entries())
    for (const group of averageLink(records, compared[i] ?? [], least))
      for (const record of group) cluster[record - 1] = group[0] as number;
  return cluster;
}

/** Connected components; one that is too large is cut at its weaker pairs until its parts are not. */
function connected(edges: readonly Edge[]): number[][] {
  const components = new Components();
  for (const { a, b } of edges) components.join(a, b);
  const groups = new Map<number, { records: Set<number>; edges: Edge[] }>();
  for (const edge of edges) {
    const root = components.find(edge.a);
    const group = groups.get(root) ?? { records: new Set<number>(), edges: [] };
    group.records.add(edge.a).add(edge.b);
    group.edges.push(edge);
    groups.set(root, group);
  }
  return [...groups.values()].flatMap((group) => {
    if (group.records.size <= LARGEST) return [[...group.records].sort((x, y) => x - y)];
    const weakest = group.edges.reduce((least, e) => Math.min(least, e.bits), Number.POSITIVE_INFINITY);
    return connected(group.edges.filter((e) => e.bits > weakest + 1));
  });
}

/** Compares every pair of each component, also those that no key proposed. */
async function compareWithin(
  place: Place,
  plan: LinkPlan,
  linked: Linked,
  side: KeyedSide,
  components: readonly (readonly number[])[],
): Promise<Edge[][]> {
  const compared: Edge[][] = components.map(() => []);
  if (components.length === 0) return compared;
  const path = join(place.work, 'components.csv');
  const file = createWriteStream(path, { mode: 0o600, highWaterMark: 1 << 20 });
  for (const [i, records] of components.entries()) file.write(records.map((r) => `${i},${r}\n`).join(''));
  file.end();
  await finished(file);
  await place.engine.run(
    `CREATE OR REPLACE TEMP TABLE components AS SELECT * FROM read_csv(${literal(path)}, header = false, auto_detect = false, columns = {c: 'INTEGER', rid: 'INTEGER'})`,
  );
  await place.engine.run(
    'CREATE OR REPLACE TEMP TABLE component_pairs AS SELECT x.c, x.rid AS a, y.rid AS b FROM components AS x JOIN components AS y ON x.c = y.c AND x.rid < y.rid',
  );
  const matcher = matcherOf(plan, linked.model, true);
  const from = `component_pairs AS p JOIN ${side.table} AS l ON l.rid = p.a JOIN ${side.table} AS r ON r.rid = p.b`;
  const rows = place.engine.stream<{ c: number; l: number; r: number; bits: number }>(
    `SELECT p.c, s.l, s.r, s.bits FROM (${scoredSelect(matcher, linked.model, from, '0', EVERYTHING, linked.prior)}) AS s JOIN component_pairs AS p ON p.a = s.l AND p.b = s.r ORDER BY s.l, s.r`,
  );
  for await (const batch of rows) for (const { c, l, r, bits } of batch) compared[c]?.push({ a: l, b: r, bits });
  await place.engine.run('DROP TABLE components; DROP TABLE component_pairs');
  return compared;
}
