import type { FeedRead } from './feeds-read.ts';
import type { Freshness } from './linked-rows.ts';
import { ROLL_INPUTS } from './person-facts.ts';

/** Whether every one of these feeds is complete and fresh, so that absence in them means "none". */
export type IsFresh = (...feeds: FeedRead[]) => boolean;

/** @param states what feedStates says of the run's month; a feed not named there is missing */
export function freshness(states: ReadonlyMap<string, Freshness>): IsFresh {
  return (...feeds) => feeds.every((feed) => states.get(feed) === 'fresh');
}

/**
 * SQL expressions of the inputs of a person over `person p` and the left-joined facts of person-facts.ts.
 * Absence is zero, false or none only while the feed is fresh; else it is NULL, unknown.
 */
export function personExpressions(isFresh: IsFresh): Record<string, string> {
  const out: Record<string, string> = {
    relation: 'p.relation',
    sex: 'p.sex',
    birth_date: 'p.birth',
    deceased: deceased(isFresh('deaths-police', 'deaths-health', 'deaths-cremation')),
    // The register of the living is the source; a move that it has not yet followed is added by the moves feed.
    moved_out: `CASE WHEN move.person_id IS NOT NULL THEN move.moved_out
      ELSE ${isFresh('population') ? 'false' : 'NULL'} END`,
  };
  const none = "'none'";
  const from = (relation: string, feed: FeedRead, columns: Readonly<Record<string, string>>) => {
    for (const [name, absent] of Object.entries(columns)) {
      out[name] = isFresh(feed)
        ? `CASE WHEN ${relation}.person_id IS NULL THEN ${absent} ELSE ${relation}.${name} END`
        : 'NULL';
    }
  };
  from('custody', 'custody', { custody: none });
  from('school', 'school', {
    school_stage: none,
    school_mode: none,
    school_status: none,
    school_fee: '0',
    school_boarding: '0',
  });
  from('disability', 'disability', {
    disability_category: none,
    disability_level: none,
    disability_status: none,
    disability_expires: "DATE '9999-12-31'",
  });
  from('employment', 'employment', { employed: 'false', wage: '0' });
  from('migrant', 'migrant-work', { migrant_months: '0' });
  from('pension', 'pension', { pension_employee: '0', pension_resident: '0', pension_resident_basic: '0' });
  from('unemployment', 'unemployment', { unemployment_registered: 'false', unemployment_benefit: '0' });
  from('medical', 'medical', { medical_self_pay: '0' });
  from('vehicle', 'vehicle', { car_value: '0', car_count: '0', machine_value: '0' });
  from('company', 'company', { company_officer: 'false', company_capital: '0', self_employed: 'false' });
  from('assistance', 'assistance', {
    ...Object.fromEntries(Object.keys(ROLL_INPUTS).map((name) => [name, 'false'])),
    aid_drawn: '0',
  });
  return out;
}

/** A death that one of the three feeds reports stands though another is late; that nobody reports one says little then. */
function deceased(allFresh: boolean): string {
  return allFresh
    ? 'CASE WHEN death.person_id IS NULL THEN false ELSE death.deceased END'
    : 'CASE WHEN death.deceased THEN true END';
}

/**
 * SQL of family membership for aggregating property (county rule: not dead or declared missing, not in prison or drug
 * rehabilitation, not moved out; 民发〔2021〕57号 Art.7); NULL when it is not known. The policies derive it again from the same inputs.
 */
export const MEMBER = `CASE
  WHEN deceased OR moved_out OR declared_missing OR custody IN ('prison', 'drug_rehabilitation') THEN false
  WHEN deceased IS NULL OR moved_out IS NULL OR declared_missing IS NULL OR custody IS NULL THEN NULL
  ELSE true END`;
