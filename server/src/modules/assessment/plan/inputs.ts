import type { InputDefinition } from '@doudi/policy';
import { type Engine, literal } from '../../../platform/engine/index.ts';
import type { VerifiedInput } from '../domain/verified.ts';
import { addedToHouseholds, addedToPersons, householdAdditions, personAdditions } from './added-facts.ts';
import type { Certainty } from './certainty.ts';
import { FEEDS_READ, feedsRead, rowsOf } from './feeds-read.ts';
import { householdExpressions, householdFacts } from './household-facts.ts';
import { type FeedRows, type Freshness, linkedRows } from './linked-rows.ts';
import { type PeriodDays, periodDays } from './period.ts';
import { type Facts, personFacts } from './person-facts.ts';
import { freshness, MEMBER, personExpressions } from './person-input.ts';
import { loadScope, REGISTERED_IN_SCOPE, SCOPES, scopeOf, TOUCHED_HOUSEHOLDS } from './scope.ts';
import { standingRows } from './standing.ts';
import { loadVerified, verifiedOf } from './verified-inputs.ts';
import { inputColumns } from './vocabulary.ts';

/** Everything that one month's inputs are built from. */
export interface InputSources {
  period: string;
  feeds: readonly FeedRows[];
  personPath: string;
  householdPath: string;
  /** Registry division → code under which parameters are resolved. */
  divisionCodes: ReadonlyMap<number, string>;
  vocabulary: readonly InputDefinition[];
  /** Months for which the facts of a feed stand that was agreed one by one (see standing.ts). */
  standing: ReadonlyMap<string, number>;
  /** What visits found; it stands before what the registers say, and fills what they leave unknown. */
  verified: readonly VerifiedInput[];
  /** Absolute path of a Parquet with household_id, to which an increment is limited. */
  touched?: string | undefined;
}

/** Names of the relations that buildInputs leaves in the engine. */
export interface InputRelations {
  person: string;
  household: string;
}

/** Loads the linked rows of every feed, the register and the divisions into the engine; the inputs are made from these. */
export async function loadSources(engine: Engine, sources: InputSources): Promise<void> {
  const byFeed = new Map(sources.feeds.map((feed) => [feed.feed, feed]));
  const limited = sources.touched !== undefined;
  if (sources.touched !== undefined) await loadScope(engine, sources.touched, sources.feeds, sources.personPath);
  for (const feed of feedsRead) {
    const rows = byFeed.get(feed) ?? { feed, kind: 'snapshot', state: 'missing', deliveries: [] };
    const linked = linkedRows(rows, FEEDS_READ[feed], limited ? scopeOf(feed) : undefined);
    await create(engine, rowsOf(feed), standingRows(feed, linked, sources.standing, periodDays(sources.period)));
  }
  await engine.run(`CREATE OR REPLACE TEMP TABLE register AS
    SELECT person_id, household_id, relation, sex, birth, head, hukou_type FROM read_parquet(${literal(sources.personPath)})
    ${limited ? `WHERE person_id IN (SELECT person_id FROM ${REGISTERED_IN_SCOPE})` : ''}`);
  await engine.run('CREATE OR REPLACE TEMP TABLE division_code (division_id INTEGER, code VARCHAR)');
  const codes = [...sources.divisionCodes].map(([id, code]) => `(${id}, ${literal(code)})`);
  if (codes.length > 0) await engine.run(`INSERT INTO division_code VALUES ${codes.join(', ')}`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE dwelling_place AS
    SELECT h.household_id, h.hukou_division_id, h.residence_division_id, c.code AS division
    FROM read_parquet(${literal(sources.householdPath)}) h
    LEFT JOIN division_code c ON c.division_id = h.hukou_division_id`);
}

/**
 * Households in which a value hangs on an uncertain link: of these alone the likely inputs differ from the strict ones.
 * @returns how many
 */
export async function findDoubtful(engine: Engine): Promise<number> {
  const rows = feedsRead
    .filter((feed) => feed !== 'population')
    .map((feed) => `SELECT person_id FROM ${rowsOf(feed)} WHERE person_id IS NOT NULL AND NOT certain`)
    .join(' UNION ALL ');
  await engine.run(`CREATE OR REPLACE TEMP TABLE doubtful_household AS
    SELECT DISTINCT r.household_id FROM (${rows}) d JOIN register r USING (person_id)`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE doubtful_person AS
    SELECT r.person_id FROM register r JOIN doubtful_household USING (household_id)`);
  const [count] = await engine.all<{ n: bigint }>('SELECT count(*) AS n FROM doubtful_household');
  return Number(count?.n ?? 0n);
}

/**
 * Makes the relations person_input and household_input of one certainty, columns exactly as the vocabulary says;
 * person_input holds everyone registered in the household, members of the family or not.
 */
export async function buildInputs(
  engine: Engine,
  sources: InputSources,
  states: ReadonlyMap<string, Freshness>,
  certainty: Certainty,
): Promise<InputRelations> {
  const days: PeriodDays = periodDays(sources.period);
  const isFresh = freshness(states);
  const name = (relation: string) => `${certainty}_${relation}`;
  const only = certainty === 'likely' ? 'doubtful_person' : undefined;
  const facts = [...personFacts(days, certainty, only), ...personAdditions(days, certainty, only)];
  for (const fact of facts) await create(engine, name(fact.name), fact.sql);
  const verified = await loadVerified(engine, sources.verified);
  const derived = personExpressions(isFresh);
  await create(
    engine,
    name('person_input'),
    `SELECT p.household_id, p.person_id,
      ${inputColumns(sources.vocabulary, 'person', derived, verified.person, addedToPersons)}
    FROM register p ${only ? 'JOIN doubtful_person USING (person_id)' : ''} ${joined(facts, name, 'person_id', 'p')}
    LEFT JOIN ${verifiedOf('person')} found ON found.person_id = p.person_id`,
  );
  await create(
    engine,
    name('family'),
    `SELECT household_id, person_id, ${MEMBER} AS member FROM ${name('person_input')}`,
  );
  const about = [
    ...householdFacts(days, certainty, name('family'), name('death'), 'register'),
    ...householdAdditions(days, certainty, name('family')),
  ];
  for (const fact of about) await create(engine, name(fact.name), fact.sql);
  await create(
    engine,
    name('household_input'),
    `WITH household AS (
      SELECT household_id, coalesce(max(hukou_type) FILTER (WHERE head), min(hukou_type)) AS residence_kind
      FROM register ${only ? 'JOIN doubtful_person USING (person_id)' : ''} GROUP BY household_id)
    SELECT h.household_id, d.division,
      ${inputColumns(sources.vocabulary, 'household', householdExpressions(isFresh), verified.household, addedToHouseholds)}
    FROM household h LEFT JOIN dwelling_place d ON d.household_id = h.household_id
    ${joined(about, name, 'household_id', 'h')}
    LEFT JOIN ${verifiedOf('household')} found ON found.household_id = h.household_id`,
  );
  for (const fact of [...facts, ...about]) await engine.run(`DROP TABLE ${name(fact.name)}`);
  await engine.run(`DROP TABLE ${name('family')}`);
  // What stands beside the touched households was read only for their sake.
  if (sources.touched !== undefined)
    for (const relation of ['person_input', 'household_input'])
      await engine.run(`DELETE FROM ${name(relation)}
        WHERE household_id NOT IN (SELECT household_id FROM ${TOUCHED_HOUSEHOLDS})`);
  return { person: name('person_input'), household: name('household_input') };
}

/** Frees what loadSources and findDoubtful made. */
export async function dropSources(engine: Engine): Promise<void> {
  const relations = [...feedsRead.map(rowsOf), 'register', 'division_code', 'dwelling_place', verifiedOf('person')];
  for (const relation of [...relations, ...SCOPES, verifiedOf('household'), 'doubtful_household', 'doubtful_person'])
    await engine.run(`DROP TABLE IF EXISTS ${relation}`);
}

const create = (engine: Engine, relation: string, sql: string) =>
  engine.run(`CREATE OR REPLACE TEMP TABLE ${relation} AS ${sql}`);

const joined = (facts: readonly Facts[], name: (relation: string) => string, key: string, to: string) =>
  facts.map((f) => `LEFT JOIN ${name(f.name)} AS ${f.name} ON ${f.name}.${key} = ${to}.${key}`).join('\n    ');
