import { randomBytes } from 'node:crypto';
import { system } from '../../platform/database/index.ts';
import { literal } from '../../platform/engine/index.ts';
import { conflict } from '../../platform/errors.ts';
import type { RunContext, StepOutput } from '../../platform/jobs/step.ts';
import { carry } from '../../platform/lake/carry.ts';
import type { StagedFile } from '../../platform/lake/index.ts';
import { openPersonIndex, personIndexPath, stagePersonIndex } from '../linkage/batch.ts';
import {
  dropStatements,
  FORMER_PARQUET,
  householdParquet,
  PERSON_PARQUET,
  personStatements,
  TABLES,
  unchangedStatements,
} from './plan/persons.ts';
import { townships } from './store/divisions.ts';
import { lastSnapshot, type RegisterSnapshot, writeRegister, writeSnapshot } from './store/persons.ts';

/** The population delivery in force: absolute path of its accepted rows, and its identity to be opened when needed. */
export interface PopulationSource {
  deliveryId: string;
  accepted: string;
  /** Gives the absolute path of a plain Parquet and removes its folder afterwards. */
  openIdentity(): Promise<{ path: string; close(): Promise<void> }>;
}

/**
 * Takes the population register in: persons keep their random ids by number, new ones get one, changed ones are written,
 * and who is not in the register two months running has left it. Stages the sealed person index, and for the other steps
 * registry/<run>/{person,household,former}.parquet.
 * @throws registry-period-past when a later month was already taken in
 */
export async function takeInRegister(
  context: RunContext,
  source: PopulationSource,
  sliceSize?: number,
): Promise<StepOutput> {
  const { engine, lake, runId, period } = context;
  const before = await context.db.withActor(system('读取登记簿'), async (tx) => ({
    snapshot: await lastSnapshot(tx),
    townships: await townships(tx),
  }));
  if (before.snapshot && before.snapshot.period > period)
    throw conflict(
      'registry-period-past',
      `登记簿已更新到 ${before.snapshot.period}，不能再按 ${period} 更新`,
      '请运行更晚的月份；更早月份的更正会随之计入',
    );
  const repeated = before.snapshot?.deliveryId === source.deliveryId;
  if (before.snapshot && repeated && context.before?.everyone === null) return carryRegister(context, before.snapshot);
  await openPersonIndex(context, before.snapshot?.path ?? null, TABLES.before);
  if (repeated) {
    for (const statement of unchangedStatements()) await engine.run(statement);
  } else {
    const identity = await source.openIdentity();
    try {
      const plan = {
        accepted: source.accepted,
        identity: identity.path,
        period,
        salt: randomBytes(32).toString('hex'),
      };
      for (const statement of personStatements(plan)) await engine.run(statement);
    } finally {
      await identity.close();
    }
  }
  const files: StagedFile[] = [];
  if (!repeated) files.push(await stagePersonIndex(context, runId, TABLES.next));
  const path = repeated && before.snapshot ? before.snapshot.path : personIndexPath(runId);
  const places = [...before.townships].map(([division, township]) => `(${division}, ${township})`).join(', ');
  const persons = await stageQuery(context, 'person', PERSON_PARQUET);
  const households = await stageQuery(context, 'household', householdParquet(places || '(NULL, NULL)'));
  files.push(persons, households, await stageQuery(context, 'former', FORMER_PARQUET));
  context.progress('登记簿已比对', persons.rows, persons.rows);
  return {
    files,
    async write(tx) {
      try {
        const changes = await writeRegister(tx, engine, `${period}-01`, sliceSize);
        const counts = { persons: persons.rows, households: households.rows };
        await writeSnapshot(tx, { runId, period, deliveryId: source.deliveryId, path, ...counts });
        return { ...counts, ...changes };
      } finally {
        for (const statement of dropStatements()) await engine.run(statement);
      }
    },
  };

  async function stageQuery(ctx: RunContext, name: string, query: string): Promise<StagedFile> {
    return lake.stage(`registry/${ctx.runId}/${name}.parquet`, async (tmp) => {
      await engine.run(`COPY (${query}) TO ${literal(tmp)} (FORMAT parquet, COMPRESSION zstd)`);
      const rows = await engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM read_parquet(${literal(tmp)})`);
      return Number(rows[0]?.n ?? 0);
    });
  }
}

/** The register is that of an earlier run of the same packs: its files are taken over as they are. */
async function carryRegister(context: RunContext, snapshot: RegisterSnapshot): Promise<StepOutput> {
  const { lake, runId, period } = context;
  const kept = await context.db.withActor(system('读取登记簿'), (tx) => lake.list(tx, `registry/${snapshot.runId}/`));
  const files = await Promise.all(
    ['person', 'household', 'former'].map((name) => {
      const from = kept.find((f) => f.path.endsWith(`/${name}.parquet`));
      if (!from) throw new Error(`the run of the register left no ${name}.parquet`);
      return carry(lake, from, `registry/${runId}/${name}.parquet`);
    }),
  );
  const counts = { persons: files[0]?.rows ?? 0, households: files[1]?.rows ?? 0 };
  return {
    files,
    async write(tx) {
      await writeSnapshot(tx, { ...snapshot, runId, period, ...counts });
      return { ...counts, newPersons: 0, changedPersons: 0, leftRegister: 0 };
    },
  };
}
