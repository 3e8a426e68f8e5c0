import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InputDefinition, readPacks } from '@doudi/policy';
import { type Engine, literal, openEngine, type Row } from '../../../platform/engine/index.ts';
import { readBundle } from '../../../platform/packs/index.ts';
import { feedContracts } from '../../intake/batch.ts';
import type { Certainty } from './certainty.ts';
import { type FeedRead, feedsRead } from './feeds-read.ts';
import { type FixtureFeed, type FixtureRow, writeFeeds } from './fixture.ts';
import { buildInputs, dropSources, findDoubtful, type InputSources, loadSources } from './inputs.ts';
import type { FeedRows } from './linked-rows.ts';
import { isStanding, standingMonths } from './standing.ts';

const packs = new URL('../../../../../packs', import.meta.url).pathname;

/** Registered persons of a test as (person_id, household_id, relation, sex, birth, head, hukou_type). */
const REGISTER = `(1::BIGINT, 10::BIGINT, 'head', 'male', DATE '1980-05-06', true, 'rural'),
  (2, 10, 'spouse', 'female', DATE '1982-05-06', false, 'rural'),
  (3, 20, 'head', 'female', DATE '1950-01-01', true, 'urban')`;
/** A child of the first household, for the tests that need one. */
export const CHILD = "(4, 10, 'child', 'female', DATE '2015-05-06', false, 'rural')";

/** An engine and a place for files, in which tests make inputs of a month of the national vocabulary. */
export interface InputsBed {
  vocabulary: readonly InputDefinition[];
  /**
   * The inputs of household 10 (man 1, head, born 1980, and woman 2) and household 20 (person 3). Feeds not given came empty
   * and fresh; those agreed one by one never came.
   */
  inputsOf(
    feeds: Partial<Record<FeedRead, FixtureFeed>>,
    options?: { certainty?: Certainty; period?: string; more?: string },
  ): Promise<{ person: Row[]; household: Row[] }>;
  close(): void;
}

const quietFeeds = (period: string) =>
  Object.fromEntries(
    feedsRead.filter((feed) => !isStanding(feed)).map((feed) => [feed, { deliveries: [{ period, rows: [] }] }]),
  );

export async function openInputsBed(): Promise<InputsBed> {
  const dir = mkdtempSync(join(tmpdir(), 'doudi-inputs-'));
  const engine: Engine = await openEngine({ tempDir: dir, threads: 1, memoryMb: 512 });
  const bundle = readBundle([packs]);
  const vocabulary = readPacks(bundle.files).packs.flatMap((pack) => pack.inputs);
  const standing = standingMonths(feedContracts(bundle));
  /** The empty files of a month are written once. */
  const quiet = new Map<string, FeedRows[]>();
  return {
    vocabulary,
    async inputsOf(feeds, { certainty = 'strict', period = '2026-09', more } = {}) {
      const personPath = join(dir, 'person.parquet');
      const householdPath = join(dir, 'household.parquet');
      await engine.run(`COPY (SELECT * FROM (VALUES ${REGISTER}${more === undefined ? '' : `, ${more}`})
        t(person_id, household_id, relation, sex, birth, head, hukou_type)) TO ${literal(personPath)} (FORMAT parquet)`);
      await engine.run(`COPY (SELECT * FROM (VALUES (10::BIGINT, 7, 7), (20, 7, 8))
        t(household_id, hukou_division_id, residence_division_id)) TO ${literal(householdPath)} (FORMAT parquet)`);
      const empty = quiet.get(period) ?? (await writeFeeds(engine, dir, quietFeeds(period)));
      quiet.set(period, empty);
      const given = await writeFeeds(engine, dir, feeds, (feed, month) => {
        const name = join(dir, `given-${feed}-${month}`);
        return {
          deliveryId: `${feed}-${month}`,
          period: month,
          accepted: `${name}.accepted.parquet`,
          links: `${name}.links.parquet`,
        };
      });
      const rows = [...empty.filter((feed) => !given.some((other) => other.feed === feed.feed)), ...given];
      const sources: InputSources = {
        period,
        feeds: rows,
        personPath,
        householdPath,
        divisionCodes: new Map([[7, '321324']]),
        vocabulary,
        standing,
        verified: [],
      };
      await loadSources(engine, sources);
      await findDoubtful(engine);
      const relations = await buildInputs(engine, sources, new Map(rows.map((r) => [r.feed, r.state])), certainty);
      const made = {
        person: await engine.all<Row>(`SELECT * FROM ${relations.person} ORDER BY person_id`),
        household: await engine.all<Row>(`SELECT * FROM ${relations.household} ORDER BY household_id`),
      };
      await dropSources(engine);
      return made;
    },
    close() {
      engine.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Feeds and rows in few words. */
export const events = (rows: FixtureRow[]): FixtureFeed => ({
  kind: 'events',
  deliveries: [{ period: '2026-09', rows }],
});
export const snapshot = (rows: FixtureRow[]): FixtureFeed => ({ deliveries: [{ period: '2026-09', rows }] });
export const own = (values: FixtureRow['values'], person: number, certain = true): FixtureRow => ({
  values,
  links: { self: { person, certain } },
});
