import { TABLES } from './rows.ts';

/** Engine tables of the weighing, beside those of the linker; they live in memory and are dropped with the step. */
export const WEIGH = {
  codes: 'weigh_codes',
  persons: 'weigh_persons',
  rows: 'weigh_rows',
  pairs: 'weigh_pairs',
} as const;

/** The person index as the linker's left side, or as much of it as `where` keeps. */
export const persons = (where = 'true'): string => `
  CREATE OR REPLACE TEMP TABLE ${WEIGH.persons} AS
  SELECT row_number() OVER (ORDER BY p.person_id) AS rid, p.person_id, p.household_id, p.number, p.name, p.sex,
    p.birth::VARCHAR AS birth, p.phone, p.address, p.hukou_no, h.code AS hukou_code, r.code AS residence_code,
    p.hukou_division_id, p.residence_division_id
  FROM ${TABLES.persons} p LEFT JOIN ${WEIGH.codes} h ON h.id = p.hukou_division_id
  LEFT JOIN ${WEIGH.codes} r ON r.id = p.residence_division_id WHERE ${where}`;

/** Only those whom a row may be: a daily file of some hundred rows must not have a million persons made comparable. */
export const CONCERNED = `p.person_id IN (SELECT person_id FROM ${WEIGH.pairs})`;

/** A value that more persons share leads nowhere. */
const CAP = 500;
const digits = `regexp_replace(upper(r.number), '[^0-9X]', '', 'g')`;
const sameSurname = 'substr(p.name, 1, 1) = substr(r.name, 1, 1)';
/** By what a row finds whom it may be; each alone, so that what one row finds does not depend on the others of the step. */
const LEADS = [
  'p.birth = TRY_CAST(r.birth AS DATE)',
  'p.name = r.name',
  'p.phone = r.phone',
  'p.hukou_no = r.hukou_no',
  'p.address = r.address',
  `substr(p.number, 1, 14) = substr(${digits}, 1, 14)`,
  `substr(p.number, 7, 12) = right(${digits}, 12) AND length(${digits}) >= 15`,
  `p.hukou_division_id = r.division AND ${sameSurname}`,
  `p.residence_division_id = r.division AND ${sameSurname}`,
];

/** Rows with the persons that one of their values, or a rule before, leads to. */
export const PAIRS = `
  CREATE OR REPLACE TEMP TABLE ${WEIGH.pairs} AS SELECT DISTINCT rid, person_id FROM (
    ${LEADS.map(
      (on) => `SELECT * FROM (SELECT r.rid, p.person_id FROM ${WEIGH.rows} r JOIN ${TABLES.persons} p ON ${on})
      QUALIFY count(*) OVER (PARTITION BY rid) <= ${CAP}`,
    ).join('\n    UNION ALL ')}
    UNION ALL SELECT r.rid, x.person_id FROM ${WEIGH.rows} r JOIN ${TABLES.exact} x USING (d, "row", role)
    UNION ALL SELECT r.rid, m.person_id FROM ${WEIGH.rows} r JOIN ${TABLES.exact} x USING (d, "row", role)
      JOIN ${TABLES.persons} o ON o.person_id = x.person_id JOIN ${TABLES.persons} m ON m.household_id = o.household_id
    UNION ALL SELECT r.rid, p.person_id FROM ${WEIGH.rows} r JOIN ${TABLES.variants} v USING (d, "row", role)
      JOIN ${TABLES.persons} p ON p.number = v.variant)`;

/** The pairs, for the linker to score, with its two sides prepared. */
export const scoredFrom = (left: string, right: string): string =>
  `${WEIGH.pairs} AS q JOIN ${WEIGH.persons} AS w ON w.person_id = q.person_id JOIN ${left} AS l ON l.rid = w.rid
    JOIN ${right} AS r ON r.rid = q.rid`;

const COLUMNS = `r.name, r.sex, r.birth::VARCHAR AS birth, coalesce(r.number, r.number_raw) AS number, r.phone, r.address, r.hukou_no,
  c.code AS division_code`;

/**
 * The rows that an equal number and name did not settle, as the right side. A valid number that nobody in the register has
 * is settled: it is a stranger's.
 */
export const ROWS = `
  CREATE OR REPLACE TEMP TABLE ${WEIGH.rows} AS
  SELECT row_number() OVER (ORDER BY r.d, r."row", r.role) AS rid, r.d, r."row", r.role, r.number IS NULL AND v.person_id IS NULL AS open,
    r.division, ${COLUMNS}
  FROM ${TABLES.rows} r ANTI JOIN (SELECT d, "row", role FROM ${TABLES.exact} WHERE same) e USING (d, "row", role)
  LEFT JOIN ${TABLES.decided} v USING (d, "row", role) LEFT JOIN ${WEIGH.codes} c ON c.id = r.division
  WHERE r.name IS NOT NULL AND (r.number IS NULL OR EXISTS (SELECT 1 FROM ${TABLES.exact} x WHERE x.d = r.d AND x."row" = r."row" AND x.role = r.role))`;

/**
 * What a model is learnt from: every row of a department, half of those that say more than a name without their number, so
 * that the weights are also those of rows that have none. The register's own delivery would only teach that copies agree.
 */
export const TRAINING_ROWS = `
  CREATE OR REPLACE TEMP TABLE ${WEIGH.rows} AS
  SELECT row_number() OVER (ORDER BY r.d, r."row", r.role) AS rid, ${COLUMNS.replace(
    'coalesce(r.number, r.number_raw)',
    `CASE WHEN hash(r.d, r."row", r.role) % 2 = 0 OR coalesce(r.birth::VARCHAR, r.phone, r.address, r.hukou_no, r.division::VARCHAR) IS NULL
      THEN coalesce(r.number, r.number_raw) END`,
  )}
  FROM ${TABLES.rows} r LEFT JOIN ${WEIGH.codes} c ON c.id = r.division WHERE r.name IS NOT NULL`;

/** @param scored the linker's table of scored pairs; @param k how many comparisons it has */
export function pairsOf(scored: string, k: number): string {
  const each = Array.from({ length: k }, (_, i) => `s.g${i}, s.b${i}`).join(', ');
  return `SELECT s.l, s.r, r.d, r."row", r.role, r.open, coalesce(r.hukou_no, r."row"::VARCHAR) AS "group", r.name, r.sex, r.birth, r.number,
      r.phone, r.address, r.hukou_no, r.division, p.person_id, p.household_id, p.hukou_division_id, p.residence_division_id,
      s.bits, s.shared, ${each}
    FROM ${scored} s JOIN ${WEIGH.rows} r ON r.rid = s.r JOIN ${WEIGH.persons} p ON p.rid = s.l
    ORDER BY r.d, "group", s.r, s.bits DESC, s.l`;
}

/** Leaves no name or number of the weighing in the engine's memory. */
export const dropWeighing = (): string[] => Object.values(WEIGH).map((table) => `DROP TABLE IF EXISTS ${table}`);
