import { literal } from '../../../platform/engine/index.ts';
import { type LinksRead, linksSql } from '../../linkage/batch.ts';
import { columnsRead, type FactPlan } from '../domain/fact-template.ts';

/** A feed's deliveries as one run sees them, with absolute paths. */
export interface FactSource {
  /** SQL of the rows in force with delivery_id (intake's currentRowsSql). */
  rowsSql: string;
  deliveries: readonly (LinksRead & { period: string })[];
  stale: boolean;
}

export const CONCERNED = 'portrait_persons';

/**
 * Persons of the households that a run found something about, that are on the roll, or whose page shows facts already.
 * @param households Parquet files with household_id, a relation of those shown, and the file of those to whom it is limited;
 * @param persons absolute paths of person.parquet and former.parquet; @param register of household.parquet
 */
export const concernedPersons = (
  households: { paths: readonly string[]; shown: string; touched: string | undefined },
  persons: readonly string[],
  register: string,
): string => `
  CREATE OR REPLACE TEMP TABLE ${CONCERNED} AS
  WITH concerned AS (SELECT household_id FROM (
      ${households.paths.map((p) => `SELECT household_id FROM read_parquet(${literal(p)})`).join(' UNION ')}
      UNION SELECT household_id FROM ${households.shown})
    ${households.touched === undefined ? '' : `WHERE household_id IN (SELECT household_id FROM read_parquet(${literal(households.touched)}))`})
  SELECT p.person_id, p.household_id, coalesce(h.hukou_division_id, p.hukou_division_id) AS hukou_division_id,
    coalesce(h.residence_division_id, p.residence_division_id) AS residence_division_id
  FROM (${persons
    .map(
      (p) =>
        `SELECT person_id, household_id, hukou_division_id, residence_division_id FROM read_parquet(${literal(p)})`,
    )
    .join(' UNION ALL ')}) p
  SEMI JOIN concerned c ON c.household_id = p.household_id
  LEFT JOIN read_parquet(${literal(register)}) h ON h.household_id = p.household_id`;

/** SQL of one declared fact over the concerned persons: the columns of registry.fact but period, in the order of FACT_COLUMNS. */
export function factSql(plan: FactPlan, source: FactSource, period: string): string {
  const columns = columnsRead(plan).map((name) => `a."${name}"`);
  const deliveries = source.deliveries
    .map((d) => `(${literal(d.deliveryId)}, last_day(DATE ${literal(`${d.period}-01`)}))`)
    .join(', ');
  const links = source.deliveries
    .map((d) => `SELECT ${literal(d.deliveryId)} AS delivery_id, * FROM (${linksSql(d)})`)
    .join(' UNION ALL ');
  const rows = `
    SELECT c.household_id, c.person_id, c.hukou_division_id, c.residence_division_id, a.delivery_id, a."row" AS row_no,
      l.role AS link_role, l.certain AS link_certain, d.delivered${columns.map((column) => `, ${column}`).join('')}
    FROM (${source.rowsSql}) a
    JOIN (${links}) l ON l.delivery_id = a.delivery_id AND l."row" = a."row"
    JOIN ${CONCERNED} c ON c.person_id = l.person_id
    JOIN (VALUES ${deliveries}) d(delivery_id, delivered) ON d.delivery_id = a.delivery_id`;
  const of = plan.sum ? summed(rows, plan.sum, period) : `SELECT *, 1 AS fact_rows FROM (${rows})`;
  const asOf = plan.asOf && !plan.sum ? `coalesce("${plan.asOf}", delivered)` : 'delivered';
  return `SELECT household_id, person_id, ${literal(plan.kind)} AS kind, ${literal(plan.title)} AS title,
      ${plan.valueSql} AS value, ${literal(plan.feed)} AS feed, delivery_id, row_no, link_role, link_certain,
      ${asOf} AS as_of, ${source.stale} AS stale, ${plan.outsideSql} AS outside, hukou_division_id, residence_division_id FROM (${of})`;
}

/** One row a person: the sum over the twelve months ending with the period, opened down to the largest row of them. */
function summed(rows: string, sum: { column: string; by: string }, period: string): string {
  const first = `DATE ${literal(`${period}-01`)}`;
  return `SELECT household_id, person_id, any_value(hukou_division_id) AS hukou_division_id,
      any_value(residence_division_id) AS residence_division_id,
      arg_max(delivery_id, "${sum.column}") AS delivery_id, arg_max(row_no, "${sum.column}") AS row_no,
      arg_max(link_role, "${sum.column}") AS link_role, bool_and(link_certain) AS link_certain, max("${sum.by}") AS delivered,
      sum("${sum.column}")::BIGINT AS "${sum.column}", count(*) AS fact_rows
    FROM (${rows})
    WHERE "${sum.by}" <= last_day(${first}) AND "${sum.by}" > last_day(${first} - INTERVAL 12 MONTH) AND "${sum.column}" IS NOT NULL
    GROUP BY household_id, person_id`;
}
