import { literal } from '../../../platform/engine/index.ts';
import { anyRow, type Certainty, chosenRow, maxRow, sumRows } from './certainty.ts';
import { type FeedRead, rowsOf } from './feeds-read.ts';
import { MONTHS_OF_A_YEAR, type PeriodDays } from './period.ts';
import type { Facts } from './person-facts.ts';

/**
 * Facts of feeds agreed one by one: what their standing rows (standing.ts) say is added to what the other feeds say. That
 * somebody is not in them says nothing, so that without rows every input is what it was.
 */
type Added = Readonly<Record<string, (base: string) => string>>;

/** What people are given besides the roll: charity, red cross, union and women's federation. */
const AID = ['charity-aid', 'red-cross-aid', 'hardship-worker', 'women-aid'] as const;
/** Where money lies, by the column that counts. Only the bank says that somebody's accounts were looked up at all. */
const ASSETS = {
  bank: 'balance',
  securities: 'value',
  insurance: 'cash_value',
  payment: 'balance',
  'housing-fund': 'balance',
} as const;

/** SQL of the deaths that a court declared and did not take back: person_id, certain, day (民法典第四十六、五十条). */
export const declaredDeaths = (days: PeriodDays): string => `SELECT d.person_id, d.certain, d.effective AS day
  FROM ${rowsOf('declared')} d WHERE d.person_id IS NOT NULL AND d.kind = 'death' AND NOT EXISTS (
    SELECT 1 FROM ${rowsOf('declared')} r WHERE r.person_id = d.person_id AND r.kind = 'death_revoked'
      AND r.certain AND r.effective BETWEEN d.effective AND ${literal(days.last)})`;

/** Relations of the facts of persons, one row for each who has any. @param only as in personFacts */
export function personAdditions(days: PeriodDays, certainty: Certainty, only?: string): Facts[] {
  const last = literal(days.last);
  const rows = (feed: FeedRead) => `(SELECT * FROM ${rowsOf(feed)} WHERE link_role = 'self' AND person_id IS NOT NULL
    ${only ? `AND person_id IN (SELECT person_id FROM ${only})` : ''})`;
  const inForce = (feed: FeedRead) =>
    `(SELECT * FROM ${rows(feed)} WHERE started <= ${last} AND (released IS NULL OR released > ${last}))`;
  const grouped = (relation: string, column: string, expression: string) =>
    `SELECT person_id, ${expression} AS ${column} FROM ${relation} GROUP BY person_id`;
  return [
    { name: 'detained', sql: grouped(inForce('drug-detention'), 'detained', anyRow('true', certainty)) },
    { name: 'corrected', sql: grouped(inForce('correction'), 'corrected', anyRow('true', certainty)) },
    {
      name: 'missing',
      sql: chosenRow(
        `(SELECT * FROM ${rows('declared')} WHERE kind IN ('missing', 'missing_revoked'))`,
        { missing: "kind = 'missing'" },
        'effective DESC, period DESC, kind',
        certainty,
      ),
    },
    {
      name: 'nursed',
      sql: grouped(
        `(SELECT * FROM ${rows('work-injury')} WHERE started <= ${last})`,
        'nursed',
        anyRow('coalesce(care_amount, 0) > 0', certainty),
      ),
    },
    { name: 'boat', sql: grouped(rows('vessel'), 'boat', maxRow('value', "status <> 'cancelled'", certainty)) },
    {
      name: 'taxed',
      sql: grouped(
        latestYear(rows('income-tax'), days),
        'wage',
        `CASE WHEN bool_or(item = 'wage') THEN (${sumRows('income', "item = 'wage'", certainty)}) // ${MONTHS_OF_A_YEAR} END`,
      ),
    },
    { name: 'unguarded', sql: unguarded(certainty, only) },
  ];
}

/** What the facts of personAdditions add to the inputs of a person. */
export const addedToPersons: Added = {
  // Correction in the community takes nobody out of the family (民发〔2021〕57号第七条); prison and rehabilitation do.
  custody: (base) => `CASE WHEN ${base} IN ('prison', 'drug_rehabilitation') THEN ${base}
    WHEN detained.detained THEN 'drug_rehabilitation' WHEN detained.person_id IS NOT NULL THEN NULL
    WHEN corrected.corrected AND (custody.person_id IS NULL OR ${base} = 'none') THEN 'community_correction' ELSE ${base} END`,
  declared_missing: (base) => `CASE WHEN missing.person_id IS NULL THEN ${base} ELSE missing.missing END`,
  work_injury_nursing: (base) => `CASE WHEN nursed.person_id IS NULL THEN ${base} ELSE nursed.nursed END`,
  machine_value: (base) =>
    `CASE WHEN boat.person_id IS NULL THEN ${base} WHEN boat.boat > ${base} THEN boat.boat
      WHEN boat.boat IS NOT NULL THEN ${base} END`,
  // What was taxed last year stands in only where nobody says what is earned now.
  wage: (base) => `coalesce(${base}, taxed.wage)`,
  father_state: revoked('father'),
  mother_state: revoked('mother'),
};

/** Relations of the facts of households. @param family relation (household_id, person_id, member), see person-input.ts */
export function householdAdditions(days: PeriodDays, certainty: Certainty, family: string): Facts[] {
  const assets = Object.entries(ASSETS).map(
    ([feed, value]) => `SELECT person_id, certain, ${value} AS value, ${feed === 'bank'} AS bank
      FROM ${rowsOf(feed as FeedRead)} WHERE link_role = 'self'${feed === 'housing-fund' ? " AND status <> 'closed'" : ''}`,
  );
  const aid = AID.map(
    (feed) => `SELECT person_id, certain, amount AS value FROM ${rowsOf(feed)}
      WHERE link_role = 'self' AND date BETWEEN ${literal(days.yearStart)} AND ${literal(days.last)}`,
  );
  const tax = `SELECT person_id, certain, tax AS value FROM ${latestYear(rowsOf('income-tax'), days)}
    WHERE link_role = 'self' AND tax IS NOT NULL`;
  const sum = (relation: string) => `SELECT household_id, ${sumRows('value', 'true', certainty)} AS value
    FROM (SELECT f.household_id, r.value, r.certain AND f.member IS TRUE AS certain
      FROM (${relation}) r JOIN ${family} f ON f.person_id = r.person_id WHERE f.member IS NOT FALSE)
    GROUP BY household_id`;
  const sure = certainty === 'likely' ? 'true' : 'bool_and(h.certain AND f.member)';
  return [
    {
      // The family's total is known once the bank answered for each of its members: who was not asked is not a zero.
      name: 'financial',
      sql: `WITH held AS (SELECT person_id, sum(coalesce(value, 0)) AS value, bool_and(certain) AS certain,
          bool_or(bank) AS asked FROM (${assets.join(' UNION ALL ')}) WHERE person_id IS NOT NULL GROUP BY person_id)
        SELECT f.household_id, CASE WHEN bool_and(coalesce(h.asked, false)) AND ${sure} THEN sum(h.value)::BIGINT END AS value
        FROM ${family} f LEFT JOIN held h ON h.person_id = f.person_id WHERE f.member IS NOT FALSE GROUP BY f.household_id`,
    },
    { name: 'aided', sql: sum(aid.join(' UNION ALL ')) },
    { name: 'taxes', sql: sum(tax) },
  ];
}

/** What the facts of householdAdditions add to the inputs of a household. */
export const addedToHouseholds: Added = {
  financial_assets: (base) => `coalesce(financial.value, ${base})`,
  aid_received: (base) => `CASE WHEN aided.household_id IS NULL THEN ${base} ELSE aided.value END`,
  transfers_paid: (base) =>
    `CASE WHEN taxes.household_id IS NULL THEN ${base} ELSE taxes.value // ${MONTHS_OF_A_YEAR} END`,
};

/** Tax rows of a person's newest year, when that is the year of the month or the one before. */
const latestYear = (rows: string, days: PeriodDays): string => `(SELECT * FROM ${rows}
  WHERE person_id IS NOT NULL AND year BETWEEN ${Number(days.last.slice(0, 4)) - 1} AND ${Number(days.last.slice(0, 4))}
  QUALIFY year = max(year) OVER (PARTITION BY person_id))`;

/** Children of whom a court took a parent's guardianship and did not give it back (未成年人保护法第一百零八条). */
function unguarded(certainty: Certainty, only?: string): string {
  const of = (sex: string) => anyRow(`sex = ${literal(sex)} AND kind = 'revoked'`, certainty);
  return `WITH pair AS (
      SELECT delivery_id, "row", any_value(kind) AS kind, any_value(effective) AS effective, any_value(period) AS period,
        max(person_id) FILTER (WHERE link_role = 'child') AS child,
        max(person_id) FILTER (WHERE link_role = 'guardian') AS guardian, bool_and(certain) AS certain
      FROM ${rowsOf('guardianship')} WHERE kind IN ('revoked', 'restored') GROUP BY delivery_id, "row"),
    -- Only the register of one household says who is whose parent; a grandparent's guardianship says nothing of the parents.
    parent AS (
      SELECT p.child AS person_id, g.sex, p.kind, p.certain FROM pair p
      JOIN register c ON c.person_id = p.child
      JOIN register g ON g.person_id = p.guardian AND g.household_id = c.household_id
      WHERE (c.relation = 'child' AND g.relation IN ('head', 'spouse') OR c.relation = 'head' AND g.relation = 'parent')
        ${only ? `AND p.child IN (SELECT person_id FROM ${only})` : ''}
      QUALIFY row_number() OVER (PARTITION BY p.child, p.guardian ORDER BY p.effective DESC, p.period DESC, p.kind) = 1)
    SELECT person_id, ${of('male')} AS father, ${of('female')} AS mother FROM parent GROUP BY person_id`;
}

/** Nothing else that is known of a parent gives way. */
function revoked(parent: 'father' | 'mother'): (base: string) => string {
  return (base) => `CASE WHEN ${base} = 'able' AND unguarded.person_id IS NOT NULL THEN
      CASE WHEN unguarded.${parent} THEN 'guardianship_revoked' WHEN NOT unguarded.${parent} THEN ${base} END
    ELSE ${base} END`;
}
