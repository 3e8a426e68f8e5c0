import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { system } from '../../../platform/database/index.ts';
import { type Engine, literal } from '../../../platform/engine/index.ts';
import type { Json, RunContext, Step } from '../../../platform/jobs/step.ts';
import type { StagedFile } from '../../../platform/lake/index.ts';
import { type DeliveryRead, differences, type Everyone, type Read, turnedFeeds } from '../domain/difference.ts';
import type { VerifiedLine } from '../domain/verified.ts';
import {
  BY_HUKOU,
  besideSql,
  byNumberSql,
  changedHouseholds,
  changedRows,
  createRows,
  everyoneOf,
  numbersSql,
  type Register,
  siblingsSql,
  TOUCHED,
} from '../plan/touched.ts';
import { deliveriesInForce, formerPath, householdPath, personPath } from './feed-rows.ts';

/** What a run read, and whom its change touches. */
export const readPath = (runId: string): string => `increment/${runId}/read.json`;
export const touchedPath = (runId: string): string => `increment/${runId}/touched.parquet`;
export const correctedPath = (runId: string): string => `increment/${runId}/corrected.parquet`;

/** Above this share of the households (as a quotient) an increment would cost more than computing everyone. */
const MOST = 3;

/** What the step says of itself; `increment` null when everyone is computed, `everyone` then says why. */
export interface TouchedResult {
  increment: { base: string; touchedHouseholds: number; of: number; changed: string[] } | null;
  everyone: Everyone[];
  corrected: number;
}

/**
 * Step of the month: whom the differences to the run before touch (DESIGN, decision 9): persons of rows that came, went or changed,
 * of links found or decided otherwise, of households registered otherwise, of facts verified, and those who stand on a row with
 * one of them or share a household number. Everyone, when a feed, the packs or the code turned. Gives a TouchedResult.
 */
export const touchedStep: Step = async (context) => {
  const { engine, lake, runId, before } = context;
  const now = await readNow(context);
  const files: StagedFile[] = [
    await lake.stage(readPath(runId), async (tmp) => {
      await writeFile(tmp, JSON.stringify(now), { mode: 0o600 });
      return now.deliveries.length;
    }),
  ];
  const result: TouchedResult = { increment: null, everyone: [], corrected: 0 };
  const was = before && (await readThen(context, before.runId));
  if (!before || !was) {
    result.everyone.push({ why: before?.everyone ?? 'first-run' });
    return { files, write: async () => json(result) };
  }
  try {
    result.corrected = await findCorrected(context, was, now);
    files.push(await stageHouseholds(context, correctedPath(runId), TOUCHED.corrected));
    if (before.everyone !== null) result.everyone.push({ why: before.everyone });
    else result.everyone.push(...turnedFeeds(was, now));
    if (result.everyone.length === 0) {
      const { touched, changed } = await findTouched(context, before.runId, was, now);
      const of = await count(engine, `read_parquet(${literal(lake.path(householdPath(runId)))})`);
      if (touched * MOST > of) result.everyone.push({ why: 'most-households' });
      else {
        files.push(await stageHouseholds(context, touchedPath(runId), TOUCHED.household));
        result.increment = { base: before.runId, touchedHouseholds: touched, of, changed };
      }
    }
  } finally {
    for (const table of Object.values(TOUCHED)) await engine.run(`DROP TABLE IF EXISTS ${table}`);
  }
  return { files, write: async () => json(result) };
};

const json = (result: TouchedResult): Json => JSON.parse(JSON.stringify(result)) as Json;

async function readNow(context: RunContext): Promise<Read> {
  const { deliveries, states } = await deliveriesInForce(context);
  const within = (path: string) => relative(context.lake.root, path);
  return {
    deliveries: deliveries.map(({ feed, kind, deliveryId, period, accepted, links, decided }) => ({
      ...{ feed, kind, deliveryId, period, accepted: within(accepted), links: within(links) },
      ...(decided === undefined ? {} : { decided: within(decided) }),
    })),
    states: Object.fromEntries(states),
    facts: context.decided?.facts ?? null,
  };
}

/** What an earlier run read; undefined for one of a release that did not keep it. */
async function readThen({ lake }: RunContext, runId: string): Promise<Read | undefined> {
  const text = await readFile(lake.path(readPath(runId)), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Read);
}

/** The deliveries that a run read, by absolute paths; undefined for a run of a release that did not keep it. */
export async function readOf(context: RunContext, runId: string): Promise<DeliveryRead[] | undefined> {
  const read = await readThen(context, runId);
  const absolute = (path: string) => context.lake.path(path);
  return read?.deliveries.map((d) => ({
    ...d,
    accepted: absolute(d.accepted),
    links: absolute(d.links),
    decided: d.decided === undefined ? undefined : absolute(d.decided),
  }));
}

/** Households of whom people decided a link otherwise since the run before (`undone`: what was held is held no more). @returns how many */
async function findCorrected(context: RunContext, was: Read, now: Read): Promise<number> {
  const { engine, lake } = context;
  const absolute = (path: string) => lake.path(path);
  await engine.run(createRows);
  for (const difference of differences(was, now)) {
    const decided = { ...difference, before: [], now: [] };
    for (const statement of changedRows(decided, absolute)) await engine.run(statement);
  }
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${TOUCHED.corrected} AS
    SELECT e.household_id, bool_or(r.undone) AS undone FROM (${everyoneOf([registerOf(context, context.runId)])}) e
    JOIN ${TOUCHED.row} r ON r.person_id = e.person_id GROUP BY e.household_id`);
  return count(engine, TOUCHED.corrected);
}

async function findTouched(
  context: RunContext,
  baseId: string,
  was: Read,
  now: Read,
): Promise<{ touched: number; changed: string[] }> {
  const { engine, lake } = context;
  const absolute = (path: string) => lake.path(path);
  const registers = [registerOf(context, baseId), registerOf(context, context.runId)] as const;
  const everyone = everyoneOf(registers);
  await engine.run(createRows);
  const changed = differences(was, now);
  for (const difference of changed)
    for (const statement of changedRows(difference, absolute)) await engine.run(statement);
  const sameRegister = (await snapshotOf(context, baseId)) === (await snapshotOf(context, context.runId));
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${TOUCHED.household} AS ${
      sameRegister ? 'SELECT NULL::BIGINT AS household_id WHERE false' : changedHouseholds(registers[0], registers[1])
    }`,
  );
  const said = await factsSaid(context, was, now);
  for (const id of said.households) await engine.run(`INSERT INTO ${TOUCHED.household} VALUES (${BigInt(id)})`);
  const named = [...said.persons].map((id) => `UNION SELECT ${BigInt(id)}`).join(' ');
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${TOUCHED.person} AS
    SELECT person_id FROM ${TOUCHED.row} WHERE person_id IS NOT NULL
    UNION SELECT person_id FROM (${everyone}) WHERE household_id IN (SELECT household_id FROM ${TOUCHED.household}) ${named}`);

  const all = unique([...was.deliveries, ...now.deliveries]);
  const add = (sql: string) =>
    engine.run(
      `INSERT INTO ${TOUCHED.person} SELECT person_id FROM (${sql}) EXCEPT SELECT person_id FROM ${TOUCHED.person}`,
    );
  for (const { feed, kind } of changed.filter((d) => d.kind === 'events'))
    await add(
      siblingsSql(
        feed,
        all.filter((d) => d.feed === feed && d.kind === kind),
        absolute,
      ),
    );
  if (!sameRegister || changed.some((d) => BY_HUKOU.includes(d.feed))) await addByNumber(engine, all, absolute, add);
  // One step over shared rows is enough: what a household's inputs read of another is who and where the other is.
  const beside = all.filter((d) => d.feed !== 'population').map((d) => besideSql(d, absolute));
  if (beside.length > 0) await add(beside.map((sql) => `(${sql})`).join(' UNION '));
  await engine.run(`INSERT INTO ${TOUCHED.household}
    (SELECT household_id FROM (${everyone}) WHERE person_id IN (SELECT person_id FROM ${TOUCHED.person}))
    EXCEPT SELECT household_id FROM ${TOUCHED.household}`);
  return {
    touched: await count(engine, `(SELECT DISTINCT household_id FROM ${TOUCHED.household})`),
    changed: [...changed.map((d) => d.feed), ...(sameRegister ? [] : ['register'])],
  };
}

/** Whose land stands under a number that changed hands, and who holds the number of a plot that changed. */
async function addByNumber(
  engine: Engine,
  all: readonly DeliveryRead[],
  absolute: (path: string) => string,
  add: (sql: string) => Promise<void>,
): Promise<void> {
  const population = all.filter((d) => d.feed === 'population');
  const land = all.filter((d) => d.feed === 'land');
  if (population.length + land.length === 0) return;
  const persons = `(SELECT person_id FROM ${TOUCHED.person})`;
  const numbers = population.map((d) => `UNION (${numbersSql(d, persons, absolute)})`);
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${TOUCHED.hukou} AS
    SELECT hukou_no FROM ${TOUCHED.row} WHERE hukou_no IS NOT NULL ${numbers.join(' ')}`);
  if ((await count(engine, TOUCHED.hukou)) === 0) return;
  for (const d of [...population, ...land]) await add(byNumberSql(d, TOUCHED.hukou, absolute));
}

const unique = (deliveries: readonly DeliveryRead[]): DeliveryRead[] => [
  ...new Map(deliveries.map((d) => [`${d.deliveryId} ${d.links} ${d.decided}`, d])).values(),
];

function registerOf({ lake }: RunContext, runId: string): Register {
  return {
    person: lake.path(personPath(runId)),
    former: lake.path(formerPath(runId)),
    household: lake.path(householdPath(runId)),
  };
}

/** Hashes of the register's files: equal when a run took the register of another over. */
async function snapshotOf({ db, lake }: RunContext, runId: string): Promise<string> {
  return db.withActor(system('比较登记簿'), async (tx) =>
    (await lake.list(tx, `registry/${runId}/`)).map((f) => f.sha256).join(),
  );
}

/** Whom a verified fact is about that only one of the two runs knew. */
async function factsSaid(
  { lake }: RunContext,
  was: Read,
  now: Read,
): Promise<{ households: Set<string>; persons: Set<string> }> {
  const lines = async (path: string | null) =>
    path === null ? [] : (await readFile(lake.path(path), 'utf8')).split('\n').filter((line) => line !== '');
  const [before, after] = was.facts === now.facts ? [[], []] : [await lines(was.facts), await lines(now.facts)];
  const [known, knownNow] = [new Set(before), new Set(after)];
  const said = [...before.filter((line) => !knownNow.has(line)), ...after.filter((line) => !known.has(line))].map(
    (line) => JSON.parse(line) as VerifiedLine,
  );
  return {
    households: new Set(said.map((line) => line.household_id)),
    persons: new Set(said.flatMap((line) => line.person_id ?? [])),
  };
}

async function stageHouseholds({ engine, lake }: RunContext, path: string, relation: string): Promise<StagedFile> {
  return lake.stage(path, async (tmp) => {
    await engine.run(`COPY (SELECT DISTINCT * FROM ${relation} WHERE household_id IS NOT NULL ORDER BY household_id)
      TO ${literal(tmp)} (FORMAT parquet)`);
    return count(engine, `read_parquet(${literal(tmp)})`);
  });
}

async function count(engine: Engine, relation: string): Promise<number> {
  const [row] = await engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${relation}`);
  return Number(row?.n ?? 0n);
}
