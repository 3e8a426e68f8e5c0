import { literal } from '../../../platform/engine/index.ts';
import { declaredDeaths } from './added-facts.ts';
import { anyRow, type Certainty, chosenRow, countRows, maxRow, sumRows } from './certainty.ts';
import { type FeedRead, rowsOf } from './feeds-read.ts';
import type { PeriodDays } from './period.ts';

/** A relation of facts with one row per person (or household) that has a row in the feeds it is made from. */
export interface Facts {
  name: string;
  sql: string;
}

const OWN_CARS = "status = 'normal' AND type IN ('car', 'van', 'truck')";
const FARM_MACHINES = "status = 'normal' AND type IN ('tractor', 'farm_machine')";
const COMPANY = "status = 'active' AND kind IN ('limited', 'sole', 'partnership')";

/** Programmes whose roll membership the vocabulary knows, by input name. */
export const ROLL_INPUTS = {
  on_subsistence: 'subsistence',
  on_subsistence_single: 'subsistence-single',
  on_subsistence_margin: 'subsistence-margin',
  on_destitute: 'destitute',
  on_rigid_expenditure: 'rigid-expenditure',
  on_disability_living: 'disability-living',
  on_disability_nursing: 'disability-nursing',
  on_orphan: 'orphan',
  on_unattended_child: 'unattended-child',
  on_old_age: 'old-age',
} as const;

/**
 * The facts of persons from the feeds' linked rows, as docs/policy-language/inputs.md defines each.
 * @param only relation of person_id to which the work is limited, or undefined for everyone
 */
export function personFacts(days: PeriodDays, certainty: Certainty, only?: string): Facts[] {
  const last = literal(days.last);
  const rows = (feed: FeedRead, role = 'self') =>
    `(SELECT * FROM ${rowsOf(feed)} WHERE link_role = ${literal(role)} AND person_id IS NOT NULL
      ${only ? `AND person_id IN (SELECT person_id FROM ${only})` : ''})`;
  const grouped = (relation: string, columns: Readonly<Record<string, string>>) =>
    `SELECT person_id, ${Object.entries(columns)
      .map(([name, expression]) => `${expression} AS ${name}`)
      .join(', ')} FROM ${relation} GROUP BY person_id`;
  const any = (condition: string) => anyRow(condition, certainty);
  const sum = (value: string, condition: string) => sumRows(value, condition, certainty);
  const max = (value: string, condition: string) => maxRow(value, condition, certainty);

  // Of everyone, also when the work is limited: a spouse of another household may be the one who died.
  const deaths = (['deaths-police', 'deaths-health', 'deaths-cremation'] as const)
    .map(
      (feed) => `SELECT person_id, certain, ${feed === 'deaths-cremation' ? 'cremated' : 'died'} AS day
      FROM ${rowsOf(feed)} WHERE person_id IS NOT NULL`,
    )
    .concat(declaredDeaths(days))
    .join(' UNION ALL ');
  const inForce = `(SELECT * FROM ${rows('custody')} WHERE started <= ${last} AND (released IS NULL OR released > ${last}))`;
  const moved = `(SELECT * FROM ${rows('moves')} WHERE date <= ${last})`;
  const usable = `(status = 'valid' AND (expires IS NULL OR expires >= ${literal(days.first)}))`;

  return [
    { name: 'death', sql: grouped(`(${deaths})`, { deceased: any(`day <= ${last}`) }) },
    {
      name: 'custody',
      sql: chosenRow(
        inForce,
        { custody: 'kind' },
        "CASE kind WHEN 'prison' THEN 1 WHEN 'drug_rehabilitation' THEN 2 ELSE 3 END, kind, started",
        certainty,
      ),
    },
    {
      name: 'move',
      sql: chosenRow(moved, { moved_out: "kind = 'out'" }, 'date DESC, period DESC, kind', certainty),
    },
    {
      name: 'school',
      sql: chosenRow(
        rows('school'),
        {
          // The feed does not tell master from doctor; both are beyond the bachelor up to which students are members.
          school_stage: "CASE stage WHEN 'postgraduate' THEN 'master' ELSE stage END",
          school_mode: 'mode',
          school_status: 'status',
          school_fee: 'coalesce(fee, 0)',
          school_boarding: 'coalesce(boarding, 0)',
        },
        "CASE status WHEN 'enrolled' THEN 1 WHEN 'suspended' THEN 2 ELSE 3 END, mode, stage, status, fee, boarding",
        certainty,
      ),
    },
    {
      name: 'disability',
      sql: chosenRow(
        rows('disability'),
        {
          disability_category: 'category',
          disability_level: 'level',
          disability_status: 'status',
          disability_expires: "coalesce(expires, DATE '9999-12-31')",
        },
        `CASE WHEN ${usable} THEN 0 ELSE 1 END, CASE WHEN ${usable} THEN level ELSE '9' END, issued DESC, category, level, status, expires`,
        certainty,
      ),
    },
    {
      name: 'employment',
      sql: grouped(rows('employment'), { employed: any("status = 'active'"), wage: sum('wage', "status = 'active'") }),
    },
    { name: 'migrant', sql: grouped(rows('migrant-work'), { migrant_months: max('months', 'true') }) },
    {
      name: 'pension',
      sql: grouped(rows('pension'), {
        pension_employee: sum('amount', "kind IN ('employee', 'public')"),
        pension_resident: sum('amount', "kind = 'resident'"),
        pension_resident_basic: sum('basic', "kind = 'resident'"),
      }),
    },
    {
      name: 'unemployment',
      sql: grouped(rows('unemployment'), {
        unemployment_registered: any('true'),
        unemployment_benefit: sum('benefit', 'true'),
      }),
    },
    {
      name: 'medical',
      sql: grouped(rows('medical'), {
        medical_self_pay: sum('self_pay', `settled BETWEEN ${literal(days.yearStart)} AND ${last}`),
      }),
    },
    {
      name: 'vehicle',
      sql: grouped(rows('vehicle'), {
        car_value: max('value', OWN_CARS),
        car_count: countRows(OWN_CARS, certainty),
        machine_value: max('value', FARM_MACHINES),
      }),
    },
    {
      name: 'company',
      sql: grouped(rows('company'), {
        company_officer: any(`${COMPANY} AND role IN ('legal_representative', 'executive')`),
        company_capital: max('capital', `${COMPANY} AND role = 'shareholder'`),
        self_employed: any(
          "status = 'active' AND kind = 'self_employed' AND role IN ('operator', 'legal_representative')",
        ),
      }),
    },
    {
      name: 'assistance',
      sql: grouped(rows('assistance', 'member'), {
        ...Object.fromEntries(
          Object.entries(ROLL_INPUTS).map(([name, programme]) => [
            name,
            any(`status = 'active' AND programme = ${literal(programme)}`),
          ]),
        ),
        // The feed repeats the household's amount on each insured member: a person's share is the even part of it.
        aid_drawn: sum(
          'amount // greatest(persons, 1)',
          "status = 'active' AND programme IN ('subsistence', 'subsistence-single', 'destitute', 'disability-living')",
        ),
      }),
    },
  ];
}
