import { join } from 'node:path';
import { type Engine, literal } from '../../../platform/engine/index.ts';
import { FEEDS_READ, type FeedRead } from './feeds-read.ts';
import type { FeedRows, Freshness } from './linked-rows.ts';

/** A delivered row of a test: the columns of the contract, and whose it is by role. */
export interface FixtureRow {
  values: Readonly<Record<string, string | number | null>>;
  links: Readonly<Record<string, { person: number | null; certain?: boolean }>>;
  key?: string;
}

export interface FixtureFeed {
  kind?: 'snapshot' | 'events';
  state?: Freshness;
  deliveries: { period: string; rows: FixtureRow[] }[];
}

/** Writes Parquet as intake and linkage do, for tests of plans: one accepted and one links file per delivery. */
export async function writeFeeds(
  engine: Engine,
  dir: string,
  feeds: Partial<Record<FeedRead, FixtureFeed>>,
): Promise<FeedRows[]> {
  const out: FeedRows[] = [];
  for (const feed of Object.keys(feeds) as FeedRead[]) {
    const fixture = feeds[feed];
    if (!fixture) continue;
    const written = [];
    for (const [index, delivery] of fixture.deliveries.entries()) {
      const deliveryId = `${feed}-${delivery.period}-${index}`;
      const accepted = join(dir, `${deliveryId}.accepted.parquet`);
      const links = join(dir, `${deliveryId}.links.parquet`);
      await engine.run(`COPY (${acceptedSql(feed, delivery.rows)}) TO ${literal(accepted)} (FORMAT parquet)`);
      await engine.run(`COPY (${linksSql(delivery.rows)}) TO ${literal(links)} (FORMAT parquet)`);
      written.push({ deliveryId, period: delivery.period, accepted, links });
    }
    out.push({ feed, kind: fixture.kind ?? 'snapshot', state: fixture.state ?? 'fresh', deliveries: written });
  }
  return out;
}

const cell = (value: string | number | null | undefined) =>
  value === null || value === undefined ? 'NULL' : typeof value === 'number' ? String(value) : literal(value);

function acceptedSql(feed: FeedRead, rows: readonly FixtureRow[]): string {
  const columns = Object.entries(FEEDS_READ[feed]);
  const select = (row: FixtureRow | undefined, number: number) =>
    `SELECT ${number}::BIGINT AS "row", ${literal(row?.key ?? `key-${number}`)} AS key_hash${columns
      .map(([name, type]) => `, ${cell(row?.values[name])}::${type} AS "${name}"`)
      .join('')}`;
  if (rows.length === 0) return `${select(undefined, 0)} WHERE false`;
  return rows.map((row, i) => select(row, i + 1)).join(' UNION ALL ');
}

function linksSql(rows: readonly FixtureRow[]): string {
  const links = rows.flatMap((row, i) =>
    Object.entries(row.links).map(
      ([role, link]) => `SELECT ${i + 1}::BIGINT AS "row", ${literal(role)} AS role, ${link.person ?? 'NULL'}::BIGINT
        AS person_id, ${link.certain ?? true} AS certain`,
    ),
  );
  return links.length > 0
    ? links.join(' UNION ALL ')
    : 'SELECT 0::BIGINT AS "row", \'\' AS role, NULL::BIGINT AS person_id, true AS certain WHERE false';
}
