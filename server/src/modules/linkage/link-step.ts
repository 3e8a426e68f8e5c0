import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { system } from '../../platform/database/index.ts';
import { literal } from '../../platform/engine/index.ts';
import { DoudiError, failed } from '../../platform/errors.ts';
import type { RunContext, StepOutput } from '../../platform/jobs/step.ts';
import type { StagedFile } from '../../platform/lake/index.ts';
import { drawnSql } from './domain/audit-sample.ts';
import { type ReviewSettings, reviewSettings } from './domain/review-settings.ts';
import { decideDoubtful, identityOf, repairNumbers } from './doubtful.ts';
import { loadModel, pinnedModel } from './model.ts';
import { openPersonIndex } from './person-index.ts';
import {
  COUNTS,
  createRows,
  drawnCertain,
  dropStatements,
  FINAL,
  insertRows,
  JOIN_NUMBERS,
  linksOf,
  RELATIVES_PHONES,
  ROW_COUNTS,
  readDecided,
  readVariants,
  standing,
  TABLES,
} from './plan/rows.ts';
import { settleWeighed } from './settle-weighed.ts';
import { type ConflictRow, writeConflicts } from './store/conflicts.ts';
import {
  carryDecisions,
  type Decided,
  type DecisionRow,
  findDecided,
  writeDecisions,
  writeStanding,
} from './store/decisions.ts';
import { findLinked, findPersonIndex, findSettled, type LinkedRow, writeLinked } from './store/linked.ts';
import { weighRows } from './weigh.ts';

/** A delivery to be linked: accepted is an absolute path, openIdentity gives a plain Parquet alone in its folder. */
export interface DeliveryToLink {
  feed: string;
  deliveryId: string;
  period: string;
  accepted: string;
  openIdentity(): Promise<string>;
}

/** Lake path of a delivery's links to one register by one model: row, role, person_id, method, certain, reason. */
export function linksPath(deliveryId: string, by: { personsPath: string; model: string }): string {
  const version = createHash('sha256').update(`${by.personsPath}\0${by.model}`).digest('hex').slice(0, 12);
  return `links/${deliveryId}/${version}.parquet`;
}

/**
 * Links each delivery to the persons of this run's register, unless that was done before: what a row was found to be depends on
 * the delivery, the register and the model, and not on which of them came first.
 * @throws persons-missing when the register step of the run did not commit
 */
export async function linkDeliveries(context: RunContext, deliveries: readonly DeliveryToLink[]): Promise<StepOutput> {
  const { engine, lake, runId } = context;
  const ids = deliveries.map((d) => d.deliveryId);
  const known = await context.db.withActor(system('认人'), async (tx) => {
    const personsPath = await findPersonIndex(tx, runId);
    if (!personsPath)
      throw failed('persons-missing', '本次运行还没有登记人口', '请从头执行 doudi run：人口登记须先于认人');
    const model = await pinnedModel(tx, context.bundle, runId);
    const settled = await findSettled(tx, ids, { personsPath, model });
    return { personsPath, model, settled, linked: await findLinked(tx, ids), decided: await findDecided(tx, ids) };
  });
  const due = deliveries.filter((d) => !known.settled.has(d.deliveryId));
  if (due.length === 0) return { files: [], write: async () => ({ deliveries: 0, linked: {}, uncertain: 0 }) };
  const by = { personsPath: known.personsPath, model: known.model };
  const settings = reviewSettings(context.bundle);
  await openPersonIndex(context, known.personsPath, TABLES.persons);
  const work = await lake.workDir('link');
  try {
    const todo = await readDeliveries(context, due, known.linked);
    await engine.run(JOIN_NUMBERS);
    await engine.run(readVariants(await repairNumbers(context, join(work, 'variants.csv'))));
    const found = await decideDoubtful(context, todo, settings, join(work, 'decided.csv'));
    await engine.run(readDecided(join(work, 'decided.csv'), TABLES.decided));
    const weighed = await weighRows(context, await loadModel(context, known.model), settings, work);
    const asked = await settleWeighed(todo, found.decisions, weighed, settings, join(work, 'weighed.csv'));
    await engine.run(readDecided(join(work, 'weighed.csv'), TABLES.weighed));
    await engine.run(FINAL);
    const files = await stageLinks(context, todo, by);
    const linked = await countLinks(context, todo, by);
    const decisions = [...asked, ...(await drawCertain(context, todo, settings))];
    const conflicts = [...found.conflicts, ...(await relativesPhones(context, todo))];
    const kinds = await standingOf(context, todo, known.decided);
    return {
      files,
      async write(tx) {
        const own = todo.map((d) => d.deliveryId);
        await writeLinked(tx, linked);
        await writeStanding(tx, kinds);
        await writeDecisions(tx, own, decisions, known.model);
        await writeConflicts(tx, own, conflicts);
        const carried = await carryDecisions(tx, own);
        return { deliveries: todo.length, ...totals(linked), carried };
      },
    };
  } finally {
    for (const statement of dropStatements()) await engine.run(statement);
    await rm(work, { recursive: true, force: true });
  }
}

/** Links that nobody has to look at, drawn for the blind audit. */
async function drawCertain(
  context: RunContext,
  todo: readonly DeliveryToLink[],
  settings: ReviewSettings,
): Promise<DecisionRow[]> {
  const drawn: DecisionRow[] = [];
  for (const [d, { deliveryId, feed }] of todo.entries()) {
    // The register itself says who its rows are.
    if (feed === 'population') continue;
    for (const [method, every] of Object.entries(settings.audit.every)) {
      const query = drawnCertain(d, method, drawnSql(every, settings.audit.seed, deliveryId));
      for (const r of await context.engine.all(query))
        drawn.push({
          ...{ deliveryId, feed, row: String(r.row), role: String(r.role), subject: identityOf(r), score: null },
          ...{ personId: String(r.person_id), householdId: String(r.household_id), method, reason: '' },
          ...{ kind: 'certain', blind: true },
          hukouDivisionId: Number(r.hukou_division_id),
          residenceDivisionId: Number(r.residence_division_id),
        });
    }
  }
  return drawn;
}

async function relativesPhones(context: RunContext, todo: readonly DeliveryToLink[]): Promise<ConflictRow[]> {
  const rows = await context.engine.all(RELATIVES_PHONES);
  return rows.flatMap((r): ConflictRow[] => {
    const delivery = todo[Number(r.d)];
    if (!delivery) return [];
    return [
      {
        kind: 'relative-phone',
        ...{ deliveryId: delivery.deliveryId, feed: delivery.feed, row: String(r.row), role: String(r.role) },
        ...{ personId: String(r.person_id), householdId: String(r.household_id), subject: identityOf(r) },
        otherPersonId: String(r.other_person_id),
        hukouDivisionId: Number(r.hukou_division_id),
        residenceDivisionId: Number(r.residence_division_id),
      },
    ];
  });
}

/** What the links say now of the rows on which people decided: linked to that person, probably, or not. */
async function standingOf(
  context: RunContext,
  todo: readonly DeliveryToLink[],
  decided: readonly Decided[],
): Promise<{ id: string; kind: DecisionRow['kind'] }[]> {
  const index = new Map(todo.map((d, i) => [d.deliveryId, i]));
  const own = decided.filter((d) => index.has(d.deliveryId));
  if (own.length === 0) return [];
  const values = own.map((k, i) => `(${i}, ${index.get(k.deliveryId)}, ${k.row}, ${literal(k.role)}, ${k.personId})`);
  const rows = await context.engine.all<{ i: number; certain: boolean }>(standing(values.join(', ')));
  const now = new Map(rows.map((r) => [r.i, r.certain]));
  return own.map((k, i) => ({
    id: k.id,
    kind: now.has(i) ? (now.get(i) ? 'certain' : 'probable') : 'review',
  }));
}

/**
 * Opens the deliveries' identities into the engine's memory, one after another.
 * @param linked ids of deliveries that have links: when their identities were destroyed in time, the links of before stay
 * @returns the deliveries that were read, in the order of `d`
 */
export async function readDeliveries(
  context: Pick<RunContext, 'engine' | 'progress'>,
  due: readonly DeliveryToLink[],
  linked: ReadonlyMap<string, string> = new Map(),
): Promise<DeliveryToLink[]> {
  await context.engine.run(createRows());
  const read: DeliveryToLink[] = [];
  for (const [n, delivery] of due.entries()) {
    context.progress(`认人：读入 ${delivery.feed}`, n, due.length);
    const identity = await delivery.openIdentity().catch((error: unknown) => {
      if (error instanceof DoudiError && error.code === 'key-destroyed' && linked.has(delivery.deliveryId))
        return undefined;
      throw error;
    });
    if (identity === undefined) continue;
    try {
      const columns = await context.engine.all(
        `SELECT name FROM parquet_schema(${literal(delivery.accepted)}) WHERE name = 'hukou_no'`,
      );
      await context.engine.run(insertRows(read.length, identity, columns.length > 0 ? delivery.accepted : null));
      read.push(delivery);
    } finally {
      await rm(dirname(identity), { recursive: true, force: true });
    }
  }
  return read;
}

async function stageLinks(
  context: RunContext,
  todo: readonly DeliveryToLink[],
  by: { personsPath: string; model: string },
): Promise<StagedFile[]> {
  const files: StagedFile[] = [];
  for (const [d, delivery] of todo.entries()) {
    files.push(
      await context.lake.stage(linksPath(delivery.deliveryId, by), async (tmp) => {
        await context.engine.run(`COPY (${linksOf(d)}) TO ${literal(tmp)} (FORMAT parquet, COMPRESSION zstd)`);
        const rows = await context.engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM read_parquet(${literal(tmp)})`);
        return Number(rows[0]?.n ?? 0);
      }),
    );
  }
  return files;
}

async function countLinks(
  context: RunContext,
  todo: readonly DeliveryToLink[],
  by: { personsPath: string; model: string },
): Promise<LinkedRow[]> {
  const rows = await context.engine.all<{ d: number; method: string; n: bigint; uncertain: bigint }>(COUNTS);
  const whole = await context.engine.all<{ d: number; linked: bigint; unlinked: bigint }>(ROW_COUNTS);
  return todo.map((delivery, d) => {
    const counts: Record<string, number> = { uncertain: 0 };
    for (const r of rows.filter((row) => row.d === d)) {
      counts[r.method] = Number(r.n);
      counts.uncertain = (counts.uncertain ?? 0) + Number(r.uncertain);
    }
    const { deliveryId, feed, period } = delivery;
    return {
      deliveryId,
      feed,
      period,
      path: linksPath(deliveryId, by),
      ...by,
      runId: context.runId,
      counts,
      rowsLinked: Number(whole.find((row) => row.d === d)?.linked ?? 0),
      rowsUnlinked: Number(whole.find((row) => row.d === d)?.unlinked ?? 0),
    };
  });
}

/** Rows of persons by method over all deliveries of the step, uncertain links apart. */
function totals(linked: readonly LinkedRow[]): { linked: Record<string, number>; uncertain: number } {
  const sum: Record<string, number> = {};
  for (const { counts } of linked)
    for (const [method, n] of Object.entries(counts)) sum[method] = (sum[method] ?? 0) + n;
  const { uncertain = 0, ...rest } = sum;
  return { linked: rest, uncertain };
}
