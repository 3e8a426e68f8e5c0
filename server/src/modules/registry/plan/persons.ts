import { literal } from '../../../platform/engine/index.ts';

/** Tables of the engine that the registry step makes and drops again; all hold identity and live in memory only. */
export const TABLES = {
  before: 'registry_before',
  now: 'registry_now',
  next: 'registry_next',
  householdsBefore: 'registry_households_before',
  households: 'registry_households',
} as const;

export interface PersonPlan {
  /** Absolute paths of the population delivery: accepted rows, and their identity opened in a working folder. */
  accepted: string;
  identity: string;
  /** 'YYYY-MM'. */
  period: string;
  /** Fresh random text, thrown away afterwards: ids say nothing about the numbers they were made beside. */
  salt: string;
}

/** A random positive BIGINT of 60 bits for a text, by the salt of this attempt. */
const newId = (salt: string, text: string) => `('0x' || substr(sha256(${literal(salt)} || ${text}), 1, 15))::BIGINT`;

/** Households of a person table: head, divisions, size, and a hash over everything the registry says of the members. */
const householdsOf = (persons: string) => `
  SELECT household_id,
    any_value(hukou_no) AS hukou_no,
    arg_min(person_id, (NOT head, person_id)) AS head_person_id,
    arg_min(hukou_division_id, (NOT head, person_id)) AS hukou_division_id,
    arg_min(residence_division_id, (NOT head, person_id)) AS residence_division_id,
    count(*)::INTEGER AS size,
    sha256(string_agg(concat_ws('|', person_id, relation, sex, birth, hukou_type, hukou_division_id,
      residence_division_id, missing_since), ';' ORDER BY person_id)) AS input_hash
  FROM ${persons} WHERE registered_to IS NULL GROUP BY household_id`;

/** Statements that make `next` (every person known so far, as of this register) from `before` and the delivery. */
export function personStatements(plan: PersonPlan): string[] {
  const first = `DATE ${literal(`${plan.period}-01`)}`;
  const period = literal(plan.period);
  return [
    // The register as delivered: a row counts when its number is valid (strict in the contract of the feed).
    `CREATE OR REPLACE TEMP TABLE ${TABLES.now} AS
      SELECT i.number, i.name, i.sex, i.birth::DATE AS birth, i.phone, i.address, a.hukou_no, a.relation, a.hukou_type,
        a.division AS hukou_division_id, coalesce(a.residence_division, a.division) AS residence_division_id
      FROM read_parquet(${literal(plan.accepted)}) a
      JOIN read_parquet(${literal(plan.identity)}) i ON i."row" = a."row" AND i.role = 'self'
      WHERE i.number_valid AND i.number IS NOT NULL AND a.division IS NOT NULL
      QUALIFY row_number() OVER (PARTITION BY i.number ORDER BY a."row") = 1`,
    `CREATE OR REPLACE TEMP TABLE registry_hukou AS
      SELECT n.hukou_no, coalesce(any_value(b.household_id), any_value(${newId(plan.salt, "'h' || n.hukou_no")})) AS household_id
      FROM (SELECT DISTINCT hukou_no FROM ${TABLES.now}) n
      LEFT JOIN (SELECT hukou_no, max(household_id) AS household_id FROM ${TABLES.before} GROUP BY hukou_no) b USING (hukou_no)
      GROUP BY n.hukou_no`,
    `CREATE OR REPLACE TEMP TABLE registry_joined AS
      SELECT coalesce(b.person_id, ${newId(plan.salt, "'p' || n.number")}) AS person_id,
        coalesce(h.household_id, b.household_id) AS household_id,
        coalesce(n.number, b.number) AS number,
        CASE WHEN n.number IS NULL THEN b.name ELSE n.name END AS name,
        CASE WHEN n.number IS NULL THEN b.sex ELSE n.sex END AS sex,
        CASE WHEN n.number IS NULL THEN b.birth ELSE n.birth END AS birth,
        CASE WHEN n.number IS NULL THEN b.phone ELSE n.phone END AS phone,
        CASE WHEN n.number IS NULL THEN b.address ELSE n.address END AS address,
        CASE WHEN n.number IS NULL THEN b.hukou_no ELSE n.hukou_no END AS hukou_no,
        CASE WHEN n.number IS NULL THEN b.relation ELSE n.relation END AS relation,
        CASE WHEN n.number IS NULL THEN b.hukou_type ELSE n.hukou_type END AS hukou_type,
        CASE WHEN n.number IS NULL THEN b.hukou_division_id ELSE n.hukou_division_id END AS hukou_division_id,
        CASE WHEN n.number IS NULL THEN b.residence_division_id ELSE n.residence_division_id END AS residence_division_id,
        CASE WHEN b.person_id IS NULL OR (b.registered_to IS NOT NULL AND n.number IS NOT NULL) THEN ${first}
          ELSE b.registered_from END AS registered_from,
        CASE WHEN n.number IS NULL THEN coalesce(b.missing_since, ${period}) END AS missing_since,
        CASE WHEN n.number IS NOT NULL THEN NULL
          WHEN b.registered_to IS NOT NULL THEN b.registered_to
          WHEN b.missing_since < ${period} THEN (b.missing_since || '-01')::DATE END AS registered_to
      FROM ${TABLES.before} b FULL JOIN ${TABLES.now} n ON n.number = b.number
      LEFT JOIN registry_hukou h ON h.hukou_no = n.hukou_no`,
    // One head a household: the one named so and still in the register, else the eldest.
    `CREATE OR REPLACE TEMP TABLE ${TABLES.next} AS
      SELECT * EXCLUDE (place), registered_to IS NULL AND place = 1 AS head
      FROM (SELECT *, row_number() OVER (PARTITION BY household_id ORDER BY registered_to IS NOT NULL,
        relation <> 'head', missing_since IS NOT NULL, birth, person_id) AS place FROM registry_joined)`,
    `CREATE OR REPLACE TEMP TABLE ${TABLES.householdsBefore} AS ${householdsOf(TABLES.before)}`,
    `CREATE OR REPLACE TEMP TABLE ${TABLES.households} AS ${householdsOf(TABLES.next)}`,
    'DROP TABLE registry_joined',
    'DROP TABLE registry_hukou',
    `DROP TABLE ${TABLES.now}`,
  ];
}

/** Statements for a run whose register was already taken in by an earlier run: everything stays. */
export function unchangedStatements(): string[] {
  return [
    `CREATE OR REPLACE TEMP TABLE ${TABLES.next} AS SELECT * FROM ${TABLES.before}`,
    `CREATE OR REPLACE TEMP TABLE ${TABLES.householdsBefore} AS ${householdsOf(TABLES.before)}`,
    `CREATE OR REPLACE TEMP TABLE ${TABLES.households} AS SELECT * FROM ${TABLES.householdsBefore}`,
  ];
}

/**
 * Persons whose row in PostgreSQL must be written, with the sight of their household and what about them changed. Dates and
 * ids leave the engine as text: a million of its value objects cost more than the sealing.
 */
export const CHANGED_PERSONS = `
  SELECT person_id::VARCHAR AS person_id, household_id::VARCHAR AS household_id, relation, sex, birth::VARCHAR AS birth,
    hukou_type, sight_hukou, sight_residence, registered_from::VARCHAR AS registered_from, missing_since,
    registered_to::VARCHAR AS registered_to, is_new, membership_changed, identity_changed, tokens_changed, number, name, phone,
    address, name_before
  FROM (
    SELECT n.*, h.hukou_division_id IS DISTINCT FROM g.hukou_division_id
        OR h.residence_division_id IS DISTINCT FROM g.residence_division_id AS sight_changed,
      coalesce(h.hukou_division_id, n.hukou_division_id) AS sight_hukou,
      coalesce(h.residence_division_id, n.residence_division_id) AS sight_residence,
      b.person_id IS NULL AS is_new,
      b.name AS name_before,
      is_new OR b.household_id <> n.household_id OR b.relation IS DISTINCT FROM n.relation
        OR b.registered_to IS DISTINCT FROM n.registered_to AS membership_changed,
      is_new OR b.name IS DISTINCT FROM n.name OR b.phone IS DISTINCT FROM n.phone
        OR b.address IS DISTINCT FROM n.address OR sight_changed AS identity_changed,
      is_new OR b.name IS DISTINCT FROM n.name OR sight_changed AS tokens_changed,
      membership_changed OR b.sex IS DISTINCT FROM n.sex OR b.birth IS DISTINCT FROM n.birth
        OR b.hukou_type IS DISTINCT FROM n.hukou_type OR b.missing_since IS DISTINCT FROM n.missing_since
        OR sight_changed AS person_changed
    FROM ${TABLES.next} n
    LEFT JOIN ${TABLES.before} b USING (person_id)
    LEFT JOIN ${TABLES.households} h ON h.household_id = n.household_id
    LEFT JOIN ${TABLES.householdsBefore} g ON g.household_id = b.household_id
  ) WHERE person_changed OR identity_changed`;

/** Households to be written: new or changed ones, and those without a member left (size 0). */
export const CHANGED_HOUSEHOLDS = `
  SELECT coalesce(h.household_id, g.household_id) AS household_id,
    coalesce(h.hukou_no, g.hukou_no) AS hukou_no,
    coalesce(h.head_person_id, g.head_person_id) AS head_person_id,
    coalesce(h.hukou_division_id, g.hukou_division_id) AS hukou_division_id,
    coalesce(h.residence_division_id, g.residence_division_id) AS residence_division_id,
    coalesce(h.size, 0) AS size, coalesce(h.input_hash, '') AS input_hash
  FROM ${TABLES.households} h FULL JOIN ${TABLES.householdsBefore} g USING (household_id)
  WHERE h.input_hash IS DISTINCT FROM g.input_hash OR h.head_person_id IS DISTINCT FROM g.head_person_id`;

/** What a run's other steps read: persons in the register, without identity. */
export const PERSON_PARQUET = `
  SELECT person_id, household_id, relation, sex, birth, hukou_type, hukou_division_id, residence_division_id, head
  FROM ${TABLES.next} WHERE registered_to IS NULL ORDER BY household_id, person_id`;

/** Persons who left the register: a roll may still pay them. */
export const FORMER_PARQUET = `
  SELECT person_id, household_id, relation, sex, birth, hukou_type, hukou_division_id, residence_division_id, registered_to
  FROM ${TABLES.next} WHERE registered_to IS NOT NULL ORDER BY household_id, person_id`;

/** Households with the township of their residence. @param townships VALUES list of (division id, township id) */
export const householdParquet = (townships: string) => `
  SELECT h.household_id, h.head_person_id, h.size, h.hukou_division_id, h.residence_division_id, t.township_id
  FROM ${TABLES.households} h
  LEFT JOIN (VALUES ${townships}) t(division_id, township_id) ON t.division_id = h.residence_division_id
  ORDER BY h.household_id`;

/** Leaves nothing of the register in the engine's memory. */
export const dropStatements = (): string[] => Object.values(TABLES).map((table) => `DROP TABLE IF EXISTS ${table}`);
