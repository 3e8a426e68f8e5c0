import type { Clock } from '../clock.ts';
import type { Keyring } from '../crypto/index.ts';
import { type Database, sql, system, type Tx } from '../database/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Lake, StagedFile } from '../lake/index.ts';
import type { Bundle } from '../packs/index.ts';
import type { Json } from './json.ts';

/** What people had decided when a run was pinned: lake paths of JSON lines, null where nobody had decided anything. */
export interface Decided {
  /** Links of rows, {delivery_id, row, role, person_id}: confirmed to be the person's, or nobody's where person_id is null. */
  links: string | null;
  /** Facts verified at the door, {household_id, person_id, input, value, as_of, valid_until}. */
  facts: string | null;
}

/** The finished run that a run goes on from. */
export interface Before {
  runId: string;
  period: string;
  startedAt: Date;
  /** Why nothing of it can be taken over ('packs', 'model', 'asked' …); null when only rows and decisions may differ. */
  everyone: string | null;
}

/** What an increment computes: the touched households; everything else is taken over from the run it goes on from. */
export interface Touched {
  baseRunId: string;
  /** Absolute path of a Parquet with household_id. */
  households: string;
  /** Feeds of which files, links or decisions changed; 'register' when the register did. */
  changed: readonly string[];
}

/** What every step of a monthly run is given. */
export interface RunContext {
  runId: string;
  period: string;
  db: Database;
  lake: Lake;
  engine: Engine;
  clock: Clock;
  keys: Keyring;
  bundle: Bundle;
  /** Absent only where no run was pinned (a step tried by itself): then nobody decided anything. */
  decided?: Decided;
  /** Absent in the first run of all. */
  before?: Before;
  /** Set once the touched households are known, and only when the run is an increment. */
  touched?: Touched;
  /**
   * Absolute path of a Parquet with household_id of whom people decided a link otherwise since the run before, and whether one
   * that was held is held no more (undone).
   */
  corrected?: string;
  /** Tells people how far a step is; `done` of `total` in any unit. */
  progress(text: string, done?: number, total?: number): void;
}

export type { Json } from './json.ts';

/** A finished computation that waits for its commit: lake files staged, rows still to be written. */
export interface StepOutput {
  files: StagedFile[];
  /** Writes the step's rows; runs inside the transaction that also commits manifest and step row. */
  write(tx: Tx): Promise<Json>;
}

/** A step computes outside any transaction, then commits everything it made at once. It must not depend on how often it was begun. */
export type Step = (context: RunContext) => Promise<StepOutput>;

/**
 * Runs a step once for a run, whatever is killed when: a step whose row is there is skipped and its result given back.
 * Lake files, rows and the step's row commit in one transaction (two stores, one commit).
 */
export async function runStep(
  context: RunContext,
  name: string,
  step: Step,
): Promise<{ result: Json; seconds: number; skipped: boolean }> {
  const actor = system(`月度运行 ${context.period} ${name}`);
  const done = await context.db.withActor(actor, async (tx) => {
    const found = await sql<{
      result: Json;
      seconds: string;
    }>`select result, seconds from platform.run_step where run_id = ${context.runId} and step = ${name}`.execute(tx.db);
    return found.rows[0];
  });
  if (done) return { result: done.result, seconds: Number(done.seconds), skipped: true };
  const started = performance.now();
  const output = await step(context);
  let result: Json = null;
  let seconds = 0;
  await context.db.withActor(actor, async (tx) => {
    await context.lake.commit(tx, output.files, `${context.runId}/${name}`);
    result = await output.write(tx);
    seconds = Math.round(performance.now() - started) / 1000;
    await sql`insert into platform.run_step (run_id, step, finished_at, seconds, result)
      values (${context.runId}, ${name}, ${context.clock.now()}, ${seconds}, ${JSON.stringify(result)}::jsonb)`.execute(
      tx.db,
    );
    tx.audit({ action: 'run.step', object: `run/${context.runId}/${name}` });
  });
  return { result, seconds, skipped: false };
}
