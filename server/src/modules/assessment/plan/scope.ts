import { type Engine, literal } from '../../../platform/engine/index.ts';
import { linksSql } from '../../linkage/batch.ts';
import type { FeedRead } from './feeds-read.ts';
import type { FeedRows, RowScope } from './linked-rows.ts';

/** Relations that limit the sources to what the inputs of the touched households read. */
const SCOPE = {
  household: 'scope_household',
  /** Members of the touched households. */
  member: 'scope_member',
  /** Members and those they are or were married to: whether a spouse lives is in other feeds. */
  person: 'scope_person',
  /** Household numbers of the members and of the land they farm. */
  number: 'scope_number',
  /** Everyone whose household must be known: the persons, and who else holds one of the numbers. */
  register: 'scope_register',
} as const;

export const SCOPES: readonly string[] = Object.values(SCOPE);

/** The touched households; a relation with household_id. */
export const TOUCHED_HOUSEHOLDS = SCOPE.household;
/** Relation (person_id) of those whose row of the register is read. */
export const REGISTERED_IN_SCOPE = SCOPE.register;

/** How the rows of a feed are limited. */
export const scopeOf = (feed: FeedRead): RowScope =>
  feed === 'population' || feed === 'land'
    ? { persons: SCOPE.member, numbers: SCOPE.number }
    : { persons: SCOPE.person };

/**
 * Makes the relations above.
 * @param touched absolute path of a Parquet with household_id; @param personPath of the register
 */
export async function loadScope(
  engine: Engine,
  touched: string,
  feeds: readonly FeedRows[],
  personPath: string,
): Promise<void> {
  const create = (relation: string, sql: string) => engine.run(`CREATE OR REPLACE TEMP TABLE ${relation} AS ${sql}`);
  const deliveries = (feed: string) => feeds.find((f) => f.feed === feed)?.deliveries ?? [];
  const members = `(SELECT person_id FROM ${SCOPE.member})`;
  await create(SCOPE.household, `SELECT household_id FROM read_parquet(${literal(touched)})`);
  await create(
    SCOPE.member,
    `SELECT person_id FROM read_parquet(${literal(personPath)})
      WHERE household_id IN (SELECT household_id FROM ${SCOPE.household})`,
  );
  const spouses = deliveries('marriage').map(
    (d) => `UNION (WITH l AS (SELECT "row", person_id FROM (${linksSql(d)}) WHERE person_id IS NOT NULL)
      SELECT person_id FROM l WHERE "row" IN (SELECT "row" FROM l WHERE person_id IN ${members}))`,
  );
  await create(SCOPE.person, `SELECT person_id FROM ${SCOPE.member} ${spouses.join(' ')}`);
  const numbers = [...deliveries('population'), ...deliveries('land')].map(
    (d) => `SELECT a.hukou_no FROM read_parquet(${literal(d.accepted)}) a JOIN (${linksSql(d)}) l ON l."row" = a."row"
      WHERE a.hukou_no IS NOT NULL AND l.person_id IN ${members}`,
  );
  await create(SCOPE.number, numbers.join(' UNION ') || 'SELECT NULL::VARCHAR AS hukou_no WHERE false');
  const holders = deliveries('population').map(
    (
      d,
    ) => `UNION SELECT l.person_id FROM read_parquet(${literal(d.accepted)}) a JOIN (${linksSql(d)}) l ON l."row" = a."row"
      WHERE l.person_id IS NOT NULL AND a.hukou_no IN (SELECT hukou_no FROM ${SCOPE.number})`,
  );
  await create(SCOPE.register, `SELECT person_id FROM ${SCOPE.person} ${holders.join(' ')}`);
}
