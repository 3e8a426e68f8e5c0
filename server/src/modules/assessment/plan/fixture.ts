import { join } from 'node:path';
import { type Engine, literal } from '../../../platform/engine/index.ts';
import { FEEDS_READ, type FeedRead } from './feeds-read.ts';
import type { ColumnTypes, FeedRows, Freshness, LinkedDelivery } from './linked-rows.ts';

/** A delivered row of a test: the columns of the contract, and whose it is by role. */
export interface FixtureRow {
  values: Readonly<Record<string, string | number | null>>;
  links: Readonly<Record<string, { person: number | null; certain?: boolean }>>;
  key?: string;
}

export interface FixtureFeed {
  kind?: 'snapshot' | 'events';
  state?: Freshness;
  /** Columns beside those that assessment reads. */
  more?: ColumnTypes;
  deliveries: { period: string; rows: FixtureRow[] }[];
}

/**
 * Writes Parquet as intake and linkage do, for tests: one accepted and one links file per delivery.
 * @param placed where a delivery's files go and how it is called (default: names in `dir`)
 */
export async function writeFeeds(
  engine: Engine,
  dir: string,
  feeds: Partial<Record<FeedRead, FixtureFeed>>,
  placed?: (feed: string, period: string) => LinkedDelivery,
): Promise<FeedRows[]> {
  const out: FeedRows[] = [];
  for (const feed of Object.keys(feeds) as FeedRead[]) {
    const fixture = feeds[feed];
    if (!fixture) continue;
    const written = [];
    for (const [index, delivery] of fixture.deliveries.entries()) {
      const name = `${feed}-${delivery.period}-${index}`;
      const at = placed?.(feed, delivery.period) ?? {
        deliveryId: name,
        period: delivery.period,
        accepted: join(dir, `${name}.accepted.parquet`),
        links: join(dir, `${name}.links.parquet`),
      };
      const accepted = acceptedSql({ ...FEEDS_READ[feed], ...fixture.more }, delivery.rows);
      await engine.run(`COPY (${accepted}) TO ${literal(at.accepted)} (FORMAT parquet)`);
      await engine.run(`COPY (${linksSql(delivery.rows)}) TO ${literal(at.links)} (FORMAT parquet)`);
      written.push(at);
    }
    out.push({ feed, kind: fixture.kind ?? 'snapshot', state: fixture.state ?? 'fresh', deliveries: written });
  }
  return out;
}

const cell = (value: string | number | null | undefined) =>
  value === null || value === undefined ? 'NULL' : typeof value === 'number' ? String(value) : literal(value);

function acceptedSql(types: ColumnTypes, rows: readonly FixtureRow[]): string {
  const columns = Object.entries(types);
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
