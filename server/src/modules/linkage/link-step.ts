import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { system } from '../../platform/database/index.ts';
import { literal } from '../../platform/engine/index.ts';
import { failed } from '../../platform/errors.ts';
import type { RunContext, StepOutput } from '../../platform/jobs/step.ts';
import type { StagedFile } from '../../platform/lake/index.ts';
import { isValidNumber, normaliseNumber, repairsOf } from './domain/citizen-number.ts';
import { type Candidate, decide } from './domain/decide.ts';
import { openPersonIndex } from './person-index.ts';
import {
  CANDIDATES,
  COUNTS,
  createRows,
  dropStatements,
  FINAL,
  insertRows,
  JOIN_NUMBERS,
  linksOf,
  ROW_COUNTS,
  readDecided,
  readVariants,
  TABLES,
  WRONG_NUMBERS,
} from './plan/rows.ts';
import { type DecisionRow, findLinked, findPersonIndex, type LinkedRow, writeDecisions, writeLinked } from './store.ts';

/** The rules by which rows are linked; a run pins it. Change it with every change of what `decide` may say. */
export const MODEL_VERSION = 'rules-1';

/** A delivery to be linked: accepted is an absolute path, openIdentity gives a plain Parquet alone in its folder. */
export interface DeliveryToLink {
  feed: string;
  deliveryId: string;
  period: string;
  accepted: string;
  openIdentity(): Promise<string>;
}

/** Lake path of a delivery's links: row, role, person_id, method, certain, reason. */
export const linksPath = (deliveryId: string): string => `links/${deliveryId}.parquet`;

/**
 * Links each delivery that no run has linked yet to the persons of this run's register.
 * @throws persons-missing when the register step of the run did not commit
 */
export async function linkDeliveries(context: RunContext, deliveries: readonly DeliveryToLink[]): Promise<StepOutput> {
  const { engine, lake, runId } = context;
  const known = await context.db.withActor(system('认人'), async (tx) => ({
    linked: await findLinked(
      tx,
      deliveries.map((d) => d.deliveryId),
    ),
    persons: await findPersonIndex(tx, runId),
  }));
  if (!known.persons)
    throw failed('persons-missing', '本次运行还没有登记人口', '请从头执行 doudi run：人口登记须先于认人');
  const todo = deliveries.filter((d) => !known.linked.has(d.deliveryId));
  if (todo.length === 0) return { files: [], write: async () => ({ deliveries: 0, linked: {}, uncertain: 0 }) };
  await openPersonIndex(context, known.persons, TABLES.persons);
  const work = await lake.workDir('link');
  try {
    await readDeliveries(context, todo);
    await engine.run(JOIN_NUMBERS);
    await engine.run(readVariants(await repairNumbers(context, join(work, 'variants.csv'))));
    const decisions = await decideDoubtful(context, todo, join(work, 'decided.csv'));
    await engine.run(readDecided(join(work, 'decided.csv')));
    await engine.run(FINAL);
    const files = await stageLinks(context, todo);
    const linked = await countLinks(context, todo);
    return {
      files,
      async write(tx) {
        await writeLinked(tx, linked);
        await writeDecisions(tx, decisions);
        return { deliveries: todo.length, ...totals(linked) };
      },
    };
  } finally {
    for (const statement of dropStatements()) await engine.run(statement);
    await rm(work, { recursive: true, force: true });
  }
}

async function readDeliveries(context: RunContext, todo: readonly DeliveryToLink[]): Promise<void> {
  await context.engine.run(createRows());
  for (const [d, delivery] of todo.entries()) {
    context.progress(`认人：读入 ${delivery.feed}`, d, todo.length);
    const identity = await delivery.openIdentity();
    try {
      const columns = await context.engine.all(
        `SELECT name FROM parquet_schema(${literal(delivery.accepted)}) WHERE name = 'hukou_no'`,
      );
      await context.engine.run(insertRows(d, identity, columns.length > 0 ? delivery.accepted : null));
    } finally {
      await rm(dirname(identity), { recursive: true, force: true });
    }
  }
}

/** Writes what each wrong number may have been; the file lies in the step's working folder and goes with it. */
async function repairNumbers(context: RunContext, path: string): Promise<string> {
  const file = createWriteStream(path, { mode: 0o600 });
  for await (const rows of context.engine.stream(WRONG_NUMBERS)) {
    const lines: string[] = [];
    for (const r of rows) {
      const plain = normaliseNumber(String(r.number_raw));
      if (plain === null) continue;
      const key = `${r.d},${r.row},${r.role}`;
      if (isValidNumber(plain)) lines.push(`${key},${plain},true\n`);
      else for (const variant of repairsOf(plain)) lines.push(`${key},${variant},false\n`);
    }
    if (!file.write(lines.join(''))) await new Promise<void>((resolve) => file.once('drain', () => resolve()));
  }
  file.end();
  await finished(file);
  return path;
}

async function decideDoubtful(
  context: RunContext,
  todo: readonly DeliveryToLink[],
  path: string,
): Promise<DecisionRow[]> {
  const kept: DecisionRow[] = [];
  const file = createWriteStream(path, { mode: 0o600 });
  type Led = Candidate & { hukou: number; residence: number };
  let open:
    | { key: string; d: number; row: string; role: string; subject: Parameters<typeof decide>[0]; led: Led[] }
    | undefined;
  const settle = () => {
    if (!open) return;
    const verdict = decide(open.subject, open.led);
    const { d, row, role, led } = open;
    file.write(
      `${d},${row},${role},${verdict.personId ?? ''},${verdict.method},${verdict.certain},${verdict.reason ?? ''}\n`,
    );
    const delivery = todo[d];
    const doubtful = verdict.personId && !verdict.certain ? [verdict.personId] : verdict.review;
    for (const personId of doubtful) {
      const person = led.find((c) => c.personId === personId);
      if (!person || !delivery) continue;
      kept.push({
        deliveryId: delivery.deliveryId,
        feed: delivery.feed,
        row,
        role,
        personId,
        method: verdict.method,
        reason: verdict.reason ?? '',
        kind: verdict.personId ? 'probable' : 'review',
        hukouDivisionId: person.hukou,
        residenceDivisionId: person.residence,
      });
    }
  };
  const text = (value: unknown) => (value === null ? null : String(value));
  for await (const rows of context.engine.stream(CANDIDATES)) {
    for (const r of rows) {
      const key = `${r.d} ${r.row} ${r.role}`;
      if (open?.key !== key) {
        settle();
        const subject = {
          name: text(r.name),
          sex: text(r.sex),
          birth: text(r.birth),
          division: r.division === null ? null : Number(r.division),
        };
        open = { key, d: Number(r.d), row: String(r.row), role: String(r.role), subject, led: [] };
      }
      const hukou = Number(r.hukou_division_id);
      const residence = Number(r.residence_division_id);
      open.led.push({
        personId: String(r.person_id),
        source: r.source as Candidate['source'],
        name: String(r.person_name),
        birth: text(r.person_birth),
        sex: text(r.person_sex),
        divisions: [hukou, residence],
        hukou,
        residence,
      });
    }
  }
  settle();
  file.end();
  await finished(file);
  return kept;
}

async function stageLinks(context: RunContext, todo: readonly DeliveryToLink[]): Promise<StagedFile[]> {
  const files: StagedFile[] = [];
  for (const [d, delivery] of todo.entries()) {
    files.push(
      await context.lake.stage(linksPath(delivery.deliveryId), async (tmp) => {
        await context.engine.run(`COPY (${linksOf(d)}) TO ${literal(tmp)} (FORMAT parquet, COMPRESSION zstd)`);
        const rows = await context.engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM read_parquet(${literal(tmp)})`);
        return Number(rows[0]?.n ?? 0);
      }),
    );
  }
  return files;
}

async function countLinks(context: RunContext, todo: readonly DeliveryToLink[]): Promise<LinkedRow[]> {
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
      path: linksPath(deliveryId),
      model: MODEL_VERSION,
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
