import { literal } from '../../../platform/engine/index.ts';
import { linksSql } from '../../linkage/batch.ts';
import type { DeliveryRead, FeedDifference } from '../domain/difference.ts';

/** Relations of the step that finds out whom a change touches. */
export const TOUCHED = {
  /** Linked rows that only one of the two runs read: feed, key_hash, person_id (NULL: nobody), hukou_no, and whether people undid
   * that it is the person's. */
  row: 'touched_row',
  person: 'touched_person',
  hukou: 'touched_hukou',
  household: 'touched_household',
  corrected: 'corrected_household',
} as const;

/** Absolute paths of registry/<run>/…: of the run before, and of this one. */
export interface Register {
  person: string;
  former: string;
  household: string;
}

export type Absolute = (path: string) => string;

/** Feeds whose rows lead to a household by its household number. */
export const BY_HUKOU = ['land', 'population'];

export const createRows = `CREATE OR REPLACE TEMP TABLE ${TOUCHED.row}
  (feed VARCHAR, key_hash VARCHAR, person_id BIGINT, hukou_no VARCHAR, undone BOOLEAN)`;

export const linksOf = (d: DeliveryRead, absolute: Absolute): string =>
  linksSql({
    deliveryId: d.deliveryId,
    links: absolute(d.links),
    decided: d.decided === undefined ? undefined : absolute(d.decided),
  });

/** Linked rows of deliveries of one feed, as far as they may say something else: content, month, person and certainty. */
function linkedSql(feed: string, deliveries: readonly DeliveryRead[], absolute: Absolute): string {
  const hukou = BY_HUKOU.includes(feed) ? 'a.hukou_no' : 'NULL::VARCHAR';
  return deliveries
    .map(
      (
        d,
      ) => `SELECT a.key_hash, a.content_hash, ${literal(d.period)} AS period, ${hukou} AS hukou_no, l.role, l.person_id,
          l.certain, l.method
        FROM read_parquet(${literal(absolute(d.accepted))}) a LEFT JOIN (${linksOf(d, absolute)}) l ON l."row" = a."row"`,
    )
    .join(' UNION ALL ');
}

/** Statements that add the rows of a feed which one run read and the other did not; the order of rows in a file says nothing. */
export function changedRows(difference: FeedDifference, absolute: Absolute): string[] {
  const { feed } = difference;
  const into = `INSERT INTO ${TOUCHED.row}`;
  const out: string[] = [];
  const sides = [
    ...(difference.before.length > 0
      ? [`SELECT *, -1 AS side FROM (${linkedSql(feed, difference.before, absolute)})`]
      : []),
    ...(difference.now.length > 0 ? [`SELECT *, 1 AS side FROM (${linkedSql(feed, difference.now, absolute)})`] : []),
  ];
  if (sides.length > 0)
    out.push(`${into} SELECT ${literal(feed)}, CAST(key_hash AS VARCHAR), person_id, hukou_no, false FROM (${sides.join(' UNION ALL ')})
      GROUP BY key_hash, content_hash, period, hukou_no, role, person_id, certain, method HAVING sum(side) <> 0`);
  for (const { before, now } of difference.decided) {
    const whose = (d: DeliveryRead) => `SELECT "row", role, person_id, certain FROM (${linksOf(d, absolute)})`;
    // Whose row it was and whose it is, by the rows that people decided otherwise.
    out.push(`${into}
      WITH was AS (${whose(before)}), held AS (${whose(now)}),
        other AS (SELECT "row" FROM ((SELECT * FROM was EXCEPT SELECT * FROM held) UNION ALL (SELECT * FROM held EXCEPT SELECT * FROM was)))
      SELECT ${literal(feed)}, NULL, person_id, NULL, bool_or(before) AND NOT bool_or(after)
      FROM (SELECT *, certain AS before, false AS after FROM was UNION ALL SELECT *, false, certain FROM held)
      WHERE "row" IN (SELECT "row" FROM other) AND person_id IS NOT NULL GROUP BY person_id, "row", role`);
  }
  return out;
}

/** Households of which the two registers say something else; none when they are the same files. */
export function changedHouseholds(before: Register, now: Register): string {
  const both = (what: keyof Register) => {
    const [was, is] = [before[what], now[what]].map((path) => `SELECT * FROM read_parquet(${literal(path)})`);
    return `SELECT household_id FROM ((${was} EXCEPT ${is}) UNION ALL (${is} EXCEPT ${was}))`;
  };
  return `SELECT DISTINCT household_id FROM (${both('person')} UNION ALL ${both('former')} UNION ALL ${both('household')})`;
}

/** Everyone registered in one of the registers, with the household there. */
export const everyoneOf = (registers: readonly Register[]): string =>
  registers
    .flatMap((r) => [r.person, r.former])
    .map((path) => `SELECT person_id, household_id FROM read_parquet(${literal(path)})`)
    .join(' UNION ');

/** Persons of the rows of events that share a key with a changed one: the newest row of a key speaks for all. */
export const siblingsSql = (feed: string, deliveries: readonly DeliveryRead[], absolute: Absolute): string =>
  `SELECT DISTINCT person_id FROM (${deliveries
    .map(
      (d) => `SELECT l.person_id FROM read_parquet(${literal(absolute(d.accepted))}) a
        JOIN (${linksOf(d, absolute)}) l ON l."row" = a."row"
        WHERE CAST(a.key_hash AS VARCHAR) IN (SELECT key_hash FROM ${TOUCHED.row} WHERE feed = ${literal(feed)})`,
    )
    .join(' UNION ALL ')}) WHERE person_id IS NOT NULL`;

/** Persons who stand on a row together with a touched one: spouses, heads and members of an award. */
export const besideSql = (delivery: DeliveryRead, absolute: Absolute): string => `
  WITH l AS (SELECT "row", person_id FROM (${linksOf(delivery, absolute)}) WHERE person_id IS NOT NULL)
  SELECT DISTINCT b.person_id FROM l b WHERE b."row" IN (
    SELECT a."row" FROM l a WHERE a.person_id IN (SELECT person_id FROM ${TOUCHED.person}))`;

/** Persons of rows that name a household number. @param numbers relation (hukou_no) */
export const byNumberSql = (delivery: DeliveryRead, numbers: string, absolute: Absolute): string => `
  SELECT DISTINCT l.person_id FROM read_parquet(${literal(absolute(delivery.accepted))}) a
  JOIN (${linksOf(delivery, absolute)}) l ON l."row" = a."row"
  WHERE l.person_id IS NOT NULL AND a.hukou_no IN (SELECT hukou_no FROM ${numbers})`;

/** Household numbers on the rows of persons. @param persons relation (person_id) */
export const numbersSql = (delivery: DeliveryRead, persons: string, absolute: Absolute): string => `
  SELECT DISTINCT a.hukou_no FROM read_parquet(${literal(absolute(delivery.accepted))}) a
  JOIN (${linksOf(delivery, absolute)}) l ON l."row" = a."row"
  WHERE a.hukou_no IS NOT NULL AND l.person_id IN (SELECT person_id FROM ${persons})`;
