import { literal } from '../../../platform/engine/index.ts';
import { linksSql } from '../../linkage/batch.ts';

/** How much a feed can say in this run: `fresh` alone lets absence mean "none" (DESIGN, intake). */
export type Freshness = 'fresh' | 'stale' | 'missing';

/** One delivery that is in force, with absolute paths of what intake accepted and what linkage decided about it. */
export interface LinkedDelivery {
  deliveryId: string;
  period: string;
  accepted: string;
  links: string;
  /** What people decided about its links, when they did (see RunContext.decided). */
  decided?: string | undefined;
}

/** A feed as one run sees it. */
export interface FeedRows {
  feed: string;
  kind: 'snapshot' | 'events';
  state: Freshness;
  deliveries: readonly LinkedDelivery[];
}

/** Columns of the contract that a plan reads, with their SQL type in the accepted Parquet. */
export type ColumnTypes = Readonly<Record<string, 'BIGINT' | 'VARCHAR' | 'DATE' | 'INTEGER'>>;

/** Rows to which a plan is limited, by names of relations. */
export interface RowScope {
  /** Relation with person_id. */
  persons: string;
  /** Relation with hukou_no, for feeds that have the column. */
  numbers?: string | undefined;
}

/**
 * SQL of the rows of a feed, each with the person it was found to be.
 * Gives delivery_id, period, row, link_role, person_id (NULL: nobody), certain, and the columns asked for. Of an events feed
 * that delivered the same key twice the latest delivery speaks, so that no settlement is summed twice.
 * @param scope only rows that name one of these persons (with everybody else they name), or one of these household numbers
 */
export function linkedRows(feed: FeedRows, columns: ColumnTypes, scope?: RowScope): string {
  const names = Object.keys(columns);
  if (feed.deliveries.length === 0) {
    const empty = [
      'NULL::VARCHAR AS delivery_id',
      'NULL::VARCHAR AS period',
      'NULL::BIGINT AS row',
      'NULL::VARCHAR AS link_role',
      'NULL::BIGINT AS person_id',
      'NULL::BOOLEAN AS certain',
      ...names.map((name) => `NULL::${columns[name]} AS "${name}"`),
    ];
    return `SELECT ${empty.join(', ')} WHERE false`;
  }
  const wanted = names.map((name) => `"${name}"`);
  const repeated = feed.kind === 'events' && feed.deliveries.length > 1;
  const accepted = feed.deliveries
    .map(
      (d) => `SELECT ${literal(d.deliveryId)} AS delivery_id, ${literal(d.period)} AS period, "row", key_hash
        ${wanted.map((w) => `, ${w}`).join('')} FROM read_parquet(${literal(d.accepted)})
        ${scope ? (repeated ? 'WHERE key_hash IN (SELECT key_hash FROM scoped)' : `WHERE "row" IN (${rowsInScope(d, scope)})`) : ''}`,
    )
    .join(' UNION ALL ');
  const links = feed.deliveries
    .map(
      (d) => `SELECT ${literal(d.deliveryId)} AS delivery_id, "row", role, person_id, certain
        FROM (${linksSql(d)})`,
    )
    .join(' UNION ALL ');
  const current = repeated
    ? `SELECT * EXCLUDE (rank) FROM (SELECT *, row_number() OVER
         (PARTITION BY key_hash ORDER BY period DESC, delivery_id DESC, "row" DESC) AS rank FROM (${accepted}))
       WHERE rank = 1`
    : accepted;
  // Of a key delivered again all rows are weighed, also those that name somebody else.
  const keys = feed.deliveries.map(
    (d) => `SELECT key_hash FROM read_parquet(${literal(d.accepted)})
      WHERE "row" IN (${scope ? rowsInScope(d, scope) : ''})`,
  );
  return `${scope && repeated ? `WITH scoped AS (${keys.join(' UNION ')}) ` : ''}SELECT a.delivery_id, a.period, a."row",
      l.role AS link_role, l.person_id, coalesce(l.certain, false) AS certain
      ${wanted.map((w) => `, a.${w}`).join('')}
    FROM (${current}) a LEFT JOIN (${links}) l ON l.delivery_id = a.delivery_id AND l."row" = a."row"`;
}

function rowsInScope(d: LinkedDelivery, scope: RowScope): string {
  const named = `SELECT "row" FROM (${linksSql(d)}) WHERE person_id IN (SELECT person_id FROM ${scope.persons})`;
  return scope.numbers === undefined
    ? named
    : `${named} UNION SELECT "row" FROM read_parquet(${literal(d.accepted)})
        WHERE hukou_no IN (SELECT hukou_no FROM ${scope.numbers})`;
}
