import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql, system } from '../../platform/database/index.ts';
import { openTestBed, type TestBed } from '../../platform/database/testing.ts';
import { type Engine, literal, openEngine } from '../../platform/engine/index.ts';
import type { RunContext } from '../../platform/jobs/step.ts';
import { type Bundle, publishBundle, readBundle } from '../../platform/packs/index.ts';
import { importDivisions } from '../registry/batch.ts';
import { formerPath, householdPath, linksPath, personPath } from './commands/feed-rows.ts';
import { type FeedRead, feedsRead } from './plan/feeds-read.ts';
import { type FixtureFeed, writeFeeds } from './plan/fixture.ts';
import { isStanding } from './plan/standing.ts';

const packs = fileURLToPath(new URL('../../../../packs', import.meta.url));

/** A registered person of a test; the first of a household is its head. */
export interface TestPerson {
  id: number;
  household: number;
  birth: string;
}

/** A database with Sihong's divisions and packs, an engine, and the means to deliver a month. */
export interface AssessmentBed extends TestBed {
  engine: Engine;
  bundle: Bundle;
  /** Two villages of two towns, by registry id. */
  villages: [number, number];
  /** Registers a run of a month, its persons and the feeds that were delivered; feeds not given are delivered empty. */
  month(options: {
    period: string;
    persons: readonly TestPerson[];
    feeds: Partial<Record<FeedRead, FixtureFeed>>;
    bundle?: Bundle;
  }): Promise<RunContext>;
}

/** Opens a test bed; everything in it is made from what the test gives. */
export async function openAssessmentBed(): Promise<AssessmentBed> {
  const bed = await openTestBed();
  const bundle = readBundle([packs]);
  await bed.db.withActor(system('test'), async (tx) => {
    await importDivisions(tx, bundle);
    await publishBundle(tx, bundle);
  });
  const villages = await bed.db.withActor(system('test'), async (tx) => {
    const { rows } = await sql<{ id: number }>`select min(v.id) as id from registry.division v
      join registry.division t on t.id = v.parent_id where v.level = 'village' group by t.id order by t.id limit 2`.execute(
      tx.db,
    );
    return rows.map((r) => r.id) as [number, number];
  });
  const engine = await openEngine({ tempDir: bed.dir, threads: 1, memoryMb: 1024 });
  return {
    ...bed,
    engine,
    bundle,
    villages,
    async month({ period, persons, feeds, bundle: given = bundle }) {
      const runId = randomUUID();
      await bed.db.withActor(system('test'), async (tx) => {
        await publishBundle(tx, given);
        await sql`insert into platform.run (id, period, pin, pinned, started_at)
          values (${runId}, ${period}, ${runId}, ${JSON.stringify({ bundle: given.hash })}::jsonb, now())`.execute(
          tx.db,
        );
      });
      await writeRegister(bed, engine, runId, persons, villages);
      await deliver(bed, engine, period, feeds);
      const { db, lake, clock, keys } = bed;
      return { runId, period, db, lake, engine, clock, keys, bundle: given, progress: () => undefined };
    },
    async close() {
      engine.close();
      await bed.close();
    },
  };
}

/** Households with an even number live in the first village, the others in the second. */
async function writeRegister(
  bed: TestBed,
  engine: Engine,
  runId: string,
  persons: readonly TestPerson[],
  villages: [number, number],
): Promise<void> {
  const heads = new Set([...Map.groupBy(persons, (p) => p.household).values()].map(([head]) => head?.id));
  const place = (household: number) => villages[household % 2] ?? villages[0];
  const rows = persons.map(
    (
      p,
    ) => `(${p.id}::BIGINT, ${p.household}::BIGINT, '${heads.has(p.id) ? 'head' : 'child'}', 'male', DATE '${p.birth}',
      'rural', ${place(p.household)}, ${place(p.household)}, ${heads.has(p.id)})`,
  );
  const columns =
    'person_id, household_id, relation, sex, birth, hukou_type, hukou_division_id, residence_division_id, head';
  const at = (path: string) => {
    const file = bed.lake.path(path);
    mkdirSync(dirname(file), { recursive: true });
    return `${literal(file)} (FORMAT parquet)`;
  };
  const register = `SELECT * FROM (VALUES ${rows.join(', ')}) t(${columns})`;
  await engine.run(`COPY (${register}) TO ${at(personPath(runId))}`);
  await engine.run(`COPY (SELECT person_id, household_id FROM (${register}) WHERE false) TO ${at(formerPath(runId))}`);
  await engine.run(`COPY (SELECT household_id, min(hukou_division_id) AS hukou_division_id,
      min(residence_division_id) AS residence_division_id,
      -- Each village of the bed stands for a township of its own.
      min(residence_division_id) AS township_id FROM (${register}) GROUP BY household_id)
    TO ${at(householdPath(runId))}`);
}

/** Leaves the feeds of a month as intake and linkage do; an earlier delivery of the same month is superseded. */
async function deliver(
  bed: TestBed,
  engine: Engine,
  period: string,
  feeds: Partial<Record<FeedRead, FixtureFeed>>,
): Promise<void> {
  const kinds = ['moves', 'deaths-police', 'deaths-health', 'deaths-cremation', 'marriage', 'medical'];
  const all = Object.fromEntries(
    // What is agreed one by one was never delivered unless the test says so.
    feedsRead
      .filter((feed) => feeds[feed] !== undefined || !isStanding(feed))
      .map((feed): [FeedRead, FixtureFeed] => [
        feed,
        feeds[feed] ?? { kind: kinds.includes(feed) ? 'events' : 'snapshot', deliveries: [{ period, rows: [] }] },
      ]),
  );
  const inLake = (path: string) => {
    mkdirSync(dirname(bed.lake.path(path)), { recursive: true });
    return bed.lake.path(path);
  };
  const written = await writeFeeds(engine, bed.dir, all, (feed, month) => {
    const deliveryId = randomUUID();
    const accepted = inLake(join('accepted', feed, month, `${deliveryId}.parquet`));
    return { deliveryId, period: month, accepted, links: inLake(linksPath(deliveryId)) };
  });
  for (const { feed, kind, deliveries } of written)
    for (const d of deliveries) {
      await bed.admin.query(`update intake.delivery set status = 'superseded' where feed = $1 and period = $2`, [
        feed,
        d.period,
      ]);
      // Each file also spoke of others, who are of no family here: a whole state that is empty counts as suspicious.
      await bed.admin.query(
        `insert into intake.delivery (id, feed, kind, period, file_name, form, encoding, sha256, bytes, received_at, created_at,
          created_by, status, contract_sha256, received, accepted, unchanged, quarantined, refused, reasons, unknown_headers,
          absent_columns, accepted_path, identity_path, raw_path)
         values ($1, $2, $3, $4, 'x.csv', 'csv', 'utf-8', $5, 0, now(), now(), '00000000-0000-7000-8000-000000000001', 'current', '',
          1000, 1000, 0, 0, 0, '{}', '{}', '{}', $6, '', '')`,
        [d.deliveryId, feed, kind, d.period, d.deliveryId, join('accepted', feed, d.period, `${d.deliveryId}.parquet`)],
      );
    }
}
