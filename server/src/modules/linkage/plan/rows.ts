import { literal } from '../../../platform/engine/index.ts';

/** Engine tables of the link step; they hold names and numbers, live in memory, and are dropped at its end. */
export const TABLES = {
  persons: 'link_persons',
  rows: 'link_rows',
  exact: 'link_exact',
  variants: 'link_variants',
  decided: 'link_decided',
  weighed: 'link_weighed',
  final: 'link_final',
} as const;

export const createRows = (): string => `
  CREATE OR REPLACE TEMP TABLE ${TABLES.rows} (d INTEGER, "row" BIGINT, role VARCHAR, number VARCHAR, number_raw VARCHAR,
    name VARCHAR, sex VARCHAR, birth DATE, division INTEGER, hukou_no VARCHAR, phone VARCHAR, address VARCHAR)`;

/**
 * Reads the opened identity of one delivery into the rows to link.
 * @param d index of the delivery in this step; @param householdOf absolute path of the accepted file when it has hukou_no
 */
export function insertRows(d: number, identity: string, householdOf: string | null): string {
  const household = householdOf
    ? `LEFT JOIN (SELECT "row", hukou_no FROM read_parquet(${literal(householdOf)})) h ON h."row" = i."row"`
    : '';
  return `INSERT INTO ${TABLES.rows}
    SELECT ${d}, i."row", i.role, CASE WHEN i.number_valid THEN i.number END,
      CASE WHEN NOT i.number_valid THEN coalesce(i.number_raw, i.number) END,
      i.name, i.sex, i.birth::DATE, i.division, ${householdOf ? 'h.hukou_no' : 'NULL'}, i.phone, i.address
    FROM read_parquet(${literal(identity)}) i ${household}`;
}

/** Rows whose valid number is somebody's; `same` when the name is letter for letter the person's. */
export const JOIN_NUMBERS = `
  CREATE OR REPLACE TEMP TABLE ${TABLES.exact} AS
  SELECT r.d, r."row", r.role, p.person_id, coalesce(p.name = r.name, false) AS same
  FROM ${TABLES.rows} r JOIN ${TABLES.persons} p ON p.number = r.number`;

/** Rows with a number that is not valid as delivered, for Node to normalise and repair. */
export const WRONG_NUMBERS = `
  SELECT d, "row", role, number_raw FROM ${TABLES.rows} WHERE number IS NULL AND number_raw IS NOT NULL`;

/** @param file CSV of (d, row, role, variant, exact), written from WRONG_NUMBERS */
export const readVariants = (file: string): string => `
  CREATE OR REPLACE TEMP TABLE ${TABLES.variants} AS
  SELECT * FROM read_csv(${literal(file)}, header = false, auto_detect = false, delim = ',',
    columns = {d: 'INTEGER', "row": 'BIGINT', role: 'VARCHAR', variant: 'VARCHAR', exact: 'BOOLEAN'})`;

/** Every doubtful row with every person that one of its keys leads to, row by row. */
export const CANDIDATES = `
  WITH doubtful AS (
    SELECT r.* FROM ${TABLES.rows} r
    ANTI JOIN (SELECT d, "row", role FROM ${TABLES.exact} WHERE same) e USING (d, "row", role)
  ), led AS (
    SELECT d, "row", role, person_id, 'number' AS source FROM ${TABLES.exact} WHERE NOT same
    UNION ALL
    SELECT v.d, v."row", v.role, p.person_id, CASE WHEN v.exact THEN 'number' ELSE 'repair' END
    FROM ${TABLES.variants} v JOIN ${TABLES.persons} p ON p.number = v.variant
    UNION ALL
    SELECT r.d, r."row", r.role, p.person_id, 'household'
    FROM doubtful r JOIN ${TABLES.persons} p ON p.hukou_no = r.hukou_no WHERE r.number IS NULL
    UNION ALL
    -- Whose number it is by the register, when the name is another: perhaps a member of that household used it.
    SELECT e.d, e."row", e.role, m.person_id, 'relative'
    FROM ${TABLES.exact} e JOIN ${TABLES.persons} o USING (person_id)
    JOIN ${TABLES.persons} m ON m.household_id = o.household_id AND m.person_id <> o.person_id
    WHERE NOT e.same
    UNION ALL
    -- A valid number that nobody has, with name, birth date, sex and birthplace of somebody who has another one.
    SELECT r.d, r."row", r.role, p.person_id, 'other-number'
    FROM doubtful r ANTI JOIN ${TABLES.exact} e USING (d, "row", role)
    JOIN ${TABLES.persons} p ON p.name = r.name AND substr(p.number, 1, 14) = substr(r.number, 1, 14)
      AND substr(p.number, 17, 1)::INTEGER % 2 = substr(r.number, 17, 1)::INTEGER % 2
    WHERE r.number IS NOT NULL
  )
  SELECT r.d, r."row", r.role, r.name, r.sex, r.birth, r.division, coalesce(r.number, r.number_raw) AS number, r.phone, r.address,
    r.hukou_no, r.number IS NULL AS unnumbered, l.source, p.person_id, p.household_id, p.name AS person_name, p.birth AS person_birth, p.sex AS person_sex,
    p.hukou_division_id, p.residence_division_id
  FROM doubtful r JOIN led l USING (d, "row", role) JOIN ${TABLES.persons} p USING (person_id)
  ORDER BY r.d, r."row", r.role`;

/** @param file CSV of (d, row, role, person_id, method, certain, reason): no identity in it */
export const readDecided = (file: string, table: string): string => `
  CREATE OR REPLACE TEMP TABLE ${table} AS
  SELECT * FROM read_csv(${literal(file)}, header = false, auto_detect = false, delim = ',', nullstr = '',
    columns = {d: 'INTEGER', "row": 'BIGINT', role: 'VARCHAR', person_id: 'BIGINT', method: 'VARCHAR', certain: 'BOOLEAN',
      reason: 'VARCHAR'})`;

/** Every row of a person once, linked or not. */
export const FINAL = `
  CREATE OR REPLACE TEMP TABLE ${TABLES.final} AS
  SELECT r.d, r."row", r.role, coalesce(e.person_id, v.person_id, w.person_id) AS person_id,
    CASE WHEN e.person_id IS NOT NULL THEN 'number' WHEN v.person_id IS NOT NULL THEN v.method ELSE coalesce(w.method, 'none') END AS method,
    e.person_id IS NOT NULL OR (v.person_id IS NOT NULL AND v.certain) AS certain,
    CASE WHEN e.person_id IS NOT NULL THEN NULL WHEN v.person_id IS NULL AND w.method IS NOT NULL THEN w.reason WHEN v.method IS NOT NULL THEN v.reason
      WHEN r.number IS NOT NULL THEN 'outside-register' WHEN r.number_raw IS NOT NULL THEN 'number-unrepairable'
      ELSE 'no-number' END AS reason
  FROM ${TABLES.rows} r
  LEFT JOIN (SELECT * FROM ${TABLES.exact} WHERE same) e USING (d, "row", role)
  LEFT JOIN ${TABLES.decided} v USING (d, "row", role)
  LEFT JOIN ${TABLES.weighed} w USING (d, "row", role)`;

/** What one delivery's links file holds. */
export const linksOf = (d: number): string => `
  SELECT "row", role, person_id, method, certain, reason FROM ${TABLES.final} WHERE d = ${d} ORDER BY "row", role`;

/** By delivery: rows of persons by method, and how many links are uncertain. */
export const COUNTS = `
  SELECT d, method, count(*) AS n, count(*) FILTER (WHERE person_id IS NOT NULL AND NOT certain) AS uncertain
  FROM ${TABLES.final} GROUP BY d, method ORDER BY d, method`;

/** Rows of each delivery that are somebody's, and those that are nobody's; a row may name several persons. */
export const ROW_COUNTS = `
  SELECT d, count(*) FILTER (WHERE somebody) AS linked, count(*) FILTER (WHERE NOT somebody) AS unlinked
  FROM (SELECT d, "row", bool_or(person_id IS NOT NULL) AS somebody FROM ${TABLES.final} GROUP BY d, "row") GROUP BY d`;

/** Links that need nobody's look, drawn by `drawn` for the blind audit, with what their rows say. */
export const drawnCertain = (d: number, method: string, drawn: string): string => `
  SELECT f.d, f."row", f.role, f.method, r.name, r.sex, r.birth, r.division, coalesce(r.number, r.number_raw) AS number, r.phone,
    r.address, r.hukou_no, p.person_id, p.household_id, p.hukou_division_id, p.residence_division_id
  FROM (SELECT * FROM ${TABLES.final} WHERE d = ${d} AND certain AND method = ${literal(method)} AND ${drawn}) f
  JOIN ${TABLES.rows} r USING (d, "row", role) JOIN ${TABLES.persons} p USING (person_id) ORDER BY f."row", f.role`;

/** Rows that are somebody's but give a phone that the register has for another member of the household. */
export const RELATIVES_PHONES = `
  SELECT f.d, f."row", f.role, r.name, r.sex, r.birth, r.division, coalesce(r.number, r.number_raw) AS number, r.phone, r.address,
    r.hukou_no, p.person_id, p.household_id, min(m.person_id) AS other_person_id, p.hukou_division_id, p.residence_division_id
  FROM ${TABLES.final} f JOIN ${TABLES.rows} r USING (d, "row", role) JOIN ${TABLES.persons} p USING (person_id)
  JOIN ${TABLES.persons} m ON m.household_id = p.household_id AND m.person_id <> p.person_id AND m.phone = r.phone
  WHERE r.phone IS NOT NULL AND p.phone IS DISTINCT FROM r.phone
  GROUP BY ALL ORDER BY f.d, f."row", f.role`;

/** How the links now say it of rows on which people decided before. @param values SQL tuples (i, d, row, role, person id) */
export const standing = (values: string): string => `
  SELECT k.i, f.certain FROM (VALUES ${values}) k(i, d, "row", role, person_id)
  JOIN ${TABLES.final} f ON f.d = k.d AND f."row" = k."row" AND f.role = k.role AND f.person_id = k.person_id`;

/** Leaves no name or number in the engine's memory. */
export const dropStatements = (): string[] => Object.values(TABLES).map((table) => `DROP TABLE IF EXISTS ${table}`);
