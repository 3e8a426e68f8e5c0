import { literal } from '../../../platform/engine/index.ts';
import type { Certainty } from './certainty.ts';
import { rowsOf } from './feeds-read.ts';
import type { PeriodDays } from './period.ts';
import type { Facts } from './person-facts.ts';
import type { IsFresh } from './person-input.ts';

const DWELLING = "use = 'dwelling' AND kind <> 'public_rental'";
const SHOP_OFFICE = "use IN ('shop', 'office')";

/**
 * Facts of households from linked rows; each relation has one row per household that has any.
 * @param family relation (household_id, person_id, member) of everyone registered, see person-input.ts
 * @param register relation (person_id, household_id) of everyone: whose number a plot names does not hang on whose inputs are made
 * @param death relation (person_id, deceased) of those whom a death feed names, registered or not
 */
export function householdFacts(
  days: PeriodDays,
  certainty: Certainty,
  family: string,
  death: string,
  register: string,
): Facts[] {
  return [
    { name: 'property', sql: property(certainty, family) },
    { name: 'spouse_outside', sql: spouseOutside(days, family, death) },
    { name: 'declared', sql: declared(certainty, family) },
    { name: 'farm', sql: farm(certainty, family, register) },
  ];
}

/** Expressions of the household's inputs over `household h` and the relations of householdFacts. */
export function householdExpressions(isFresh: IsFresh): Record<string, string> {
  const out: Record<string, string> = {
    residence_kind: 'h.residence_kind',
    outside_members: isFresh('marriage') ? 'CASE WHEN spouse_outside.household_id IS NULL THEN 0 END' : 'NULL',
    income_declared: isFresh('assistance')
      ? 'CASE WHEN declared.household_id IS NULL THEN false ELSE declared.income_declared END'
      : 'NULL',
    declared_other_income: isFresh('assistance') ? 'declared.declared_other_income' : 'NULL',
  };
  for (const name of ['dwelling_count', 'dwelling_area', 'shop_office_count'])
    out[name] = isFresh('housing')
      ? `CASE WHEN property.household_id IS NULL THEN 0 ELSE property.${name} END`
      : 'NULL';
  for (const name of ['land_area', 'land_leased', 'land_rent'])
    out[name] = isFresh('land') ? `CASE WHEN farm.household_id IS NULL THEN 0 ELSE farm.${name} END` : 'NULL';
  return out;
}

/** Distinct units that a member owns, each once; unknown when a unit hangs on an uncertain link or membership. */
function property(certainty: Certainty, family: string): string {
  const sure = certainty === 'likely' ? 'bool_or(coalesce(f.member, true))' : 'bool_or(r.certain AND f.member)';
  const known = (unit: string, value: string) =>
    `CASE WHEN bool_or((${unit}) AND sure IS NOT TRUE) THEN NULL ELSE ${value} END`;
  return `WITH units AS (
      SELECT f.household_id, r.unit_no, any_value(r.use) AS use, any_value(r.kind) AS kind, max(r.area) AS area,
        ${sure} AS sure
      FROM ${rowsOf('housing')} r JOIN ${family} f ON f.person_id = r.person_id
      WHERE r.link_role = 'self' AND f.member IS NOT FALSE
      GROUP BY f.household_id, r.unit_no)
    SELECT household_id,
      ${known(DWELLING, `count(*) FILTER (WHERE ${DWELLING})::BIGINT`)} AS dwelling_count,
      ${known(DWELLING, `coalesce(sum(area) FILTER (WHERE ${DWELLING}), 0)::BIGINT`)} AS dwelling_area,
      ${known(SHOP_OFFICE, `count(*) FILTER (WHERE ${SHOP_OFFICE})::BIGINT`)} AS shop_office_count
    FROM units GROUP BY household_id`;
}

/**
 * Households with a member whose last registration is a marriage to somebody of another household or of none that is
 * known; a spouse who died counts no more. Certainty of the links changes nothing: two spouses found in one household
 * confirm each other, and any other answer leaves the family incomplete.
 */
function spouseOutside(days: PeriodDays, family: string, death: string): string {
  return `WITH couple AS (
      SELECT delivery_id, "row", any_value(kind) AS kind, any_value(date) AS date, any_value(period) AS period,
        max(person_id) FILTER (WHERE link_role = 'man') AS man, max(person_id) FILTER (WHERE link_role = 'woman') AS woman
      FROM ${rowsOf('marriage')} WHERE kind IN ('marriage', 'divorce') AND date <= ${literal(days.last)}
      GROUP BY delivery_id, "row"),
    side AS (
      SELECT man AS person_id, woman AS spouse_id, kind, date, period, delivery_id, "row" FROM couple WHERE man IS NOT NULL
      UNION ALL
      SELECT woman, man, kind, date, period, delivery_id, "row" FROM couple WHERE woman IS NOT NULL),
    latest AS (SELECT * FROM (
      SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY date DESC, period DESC, kind, spouse_id) AS rank
      FROM side) WHERE rank = 1 AND kind = 'marriage')
    SELECT DISTINCT f.household_id FROM latest l
    JOIN ${family} f ON f.person_id = l.person_id
    LEFT JOIN ${family} s ON s.person_id = l.spouse_id
    LEFT JOIN ${death} d ON d.person_id = l.spouse_id
    WHERE f.member IS NOT FALSE AND d.deceased IS NOT TRUE AND s.household_id IS DISTINCT FROM f.household_id`;
}

/** What the family on the roll has declared beyond all registers; of several awards the highest. */
function declared(certainty: Certainty, family: string): string {
  const usable = certainty === 'likely' ? 'true' : 'certain';
  return `SELECT household_id, CASE WHEN bool_or(${usable}) THEN true END AS income_declared,
      max(declared_other_income) FILTER (WHERE ${usable})::BIGINT AS declared_other_income
    FROM (SELECT f.household_id, r.certain, r.declared_other_income
      FROM ${rowsOf('assistance')} r JOIN ${family} f ON f.person_id = r.person_id
      WHERE r.link_role = 'member' AND r.status = 'active' AND r.declared_other_income IS NOT NULL
        AND r.programme IN ('subsistence', 'subsistence-margin'))
    GROUP BY household_id`;
}

/** Land of the household number; a number that the register does not hold falls back to the contractor's household. */
function farm(certainty: Certainty, family: string, register: string): string {
  const sure = certainty === 'likely' ? 'true' : 'bool_and(sure)';
  const sum = (value: string) => `CASE WHEN ${sure} THEN coalesce(sum(${value}), 0)::BIGINT END`;
  return `WITH number AS (
      SELECT r.hukou_no, min(f.household_id) AS household_id
      FROM ${rowsOf('population')} r JOIN ${register} f ON f.person_id = r.person_id
      WHERE r.hukou_no IS NOT NULL GROUP BY r.hukou_no),
    plot AS (
      SELECT coalesce(n.household_id, f.household_id) AS household_id, n.household_id IS NOT NULL OR r.certain AS sure,
        r.area, r.leased, r.rent
      FROM ${rowsOf('land')} r LEFT JOIN number n ON n.hukou_no = r.hukou_no LEFT JOIN ${family} f ON f.person_id = r.person_id)
    SELECT household_id, ${sum('area')} AS land_area, ${sum('leased')} AS land_leased, ${sum('rent')} AS land_rent
    FROM plot WHERE household_id IS NOT NULL GROUP BY household_id`;
}
