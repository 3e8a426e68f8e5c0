import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { currentDeliveries, feedStates } from '../../modules/intake/batch.ts';
import { modelInForce } from '../../modules/linkage/batch.ts';
import { sql, system, type Tx } from '../../platform/database/index.ts';
import { migrations } from '../../platform/database/migrate.ts';
import type { Installation } from '../../platform/installation.ts';
import type { Before, Decided } from '../../platform/jobs/step.ts';
import { publishBundle } from '../../platform/packs/index.ts';
import { decidedNow } from './decided.ts';

/** The release of the code, part of every pin: package version and the hash of the schema. */
export function codeVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const schema = createHash('sha256')
    .update(
      migrations()
        .map((m) => m.sha256)
        .join(''),
    )
    .digest('hex')
    .slice(0, 12);
  return `${version}+${schema}`;
}

/** What a run stands on, as platform.run keeps it; the hash of it is the pin. */
export interface Pinned {
  period: string;
  deliveries: string[];
  /** Pin of the last run of an earlier month: the register as that left it. */
  registry: string | null;
  bundle: string;
  model: string;
  code: string;
  /** What people had decided (see decided.ts). */
  decided: Decided;
  /** Feed → fresh, stale or missing. */
  feeds: Record<string, string>;
  /** Pin of the month's last finished run: what this one goes on from, and what it may take over. */
  after: string | null;
  /** Computes everything, whatever an earlier run knew. */
  full: boolean;
}

/** The month's last finished run, and what it stood on; runs of older releases did not say all of it. */
export interface FinishedRun {
  runId: string;
  pin: string;
  pinned: Partial<Pinned>;
}

/**
 * Pins what a run of a month will read: deliveries and how fresh the feeds are, the registry as the last run of an earlier month
 * left it, packs, linkage model, code, and what people decided. The same again, with nothing in between, is the same run.
 * @param period 'YYYY-MM'; @param full a run of its own that takes nothing over, though nothing may have changed
 */
export async function pinRun(
  installation: Installation,
  period: string,
  full = false,
): Promise<{ runId: string; pin: string; finished: boolean }> {
  return installation.db.withActor(system(`月度运行 ${period} 取定输入`), (tx) =>
    pinIn(tx, installation, period, full),
  );
}

async function pinIn(
  tx: Tx,
  { bundle }: Installation,
  period: string,
  full: boolean,
): Promise<{ runId: string; pin: string; finished: boolean }> {
  await publishBundle(tx, bundle);
  const deliveries = (await currentDeliveries(tx, bundle, period)).map((d) => d.deliveryId).sort();
  const last = await lastFinished(tx, period);
  const pinned: Pinned = {
    period,
    deliveries,
    registry: await lastPinBefore(tx, period),
    bundle: bundle.hash,
    model: (await modelInForce(tx, bundle)).hash,
    code: codeVersion(),
    decided: await decidedNow(tx, period, deliveries),
    feeds: Object.fromEntries((await feedStates(tx, bundle, period)).map((s) => [s.feed, s.state])),
    after: last?.pin ?? null,
    full,
  };
  if (last && !full && standsOn(last.pinned) === standsOn(pinned))
    return { runId: last.runId, pin: last.pin, finished: true };
  const pin = createHash('sha256').update(JSON.stringify(pinned)).digest('hex');
  await sql`insert into platform.run (period, pin, pinned, started_at)
    values (${period}, ${pin}, ${JSON.stringify(pinned)}::jsonb, ${tx.clock.now()}) on conflict (pin) do nothing`.execute(
    tx.db,
  );
  const { rows } = await sql<{ id: string }>`select id from platform.run where pin = ${pin}`.execute(tx.db);
  const run = rows[0];
  if (!run) throw new Error('the run just pinned is not there');
  return { runId: run.id, pin, finished: false };
}

/** Everything but what a run goes on from: equal when a run would read the same. */
function standsOn(pinned: Partial<Pinned>): string {
  const { period, deliveries, registry, bundle, model, code, decided, feeds } = pinned;
  return JSON.stringify([
    period,
    deliveries,
    registry,
    bundle,
    model,
    code,
    decided?.links,
    decided?.facts,
    Object.entries(feeds ?? {}).sort(),
  ]);
}

async function lastPinBefore(tx: Tx, period: string): Promise<string | null> {
  const { rows } = await sql<{ pin: string }>`select pin from platform.run
    where period < ${period} and finished_at is not null order by period desc, finished_at desc, id desc limit 1`.execute(
    tx.db,
  );
  return rows[0]?.pin ?? null;
}

/** The month's newest finished run; what it read of people's decisions is what its step kept. */
export async function lastFinished(tx: Tx, period: string): Promise<FinishedRun | undefined> {
  const { rows } = await sql<{
    id: string;
    pin: string;
    pinned: Partial<Pinned>;
  }>`select id, pin, pinned from platform.run
    where period = ${period} and finished_at is not null order by finished_at desc, id desc limit 1`.execute(tx.db);
  const run = rows[0];
  return run && { runId: run.id, pin: run.pin, pinned: run.pinned };
}

/**
 * The run that a pinned run goes on from: the month's last finished one, else that of the month before; undefined in the first.
 * Says why it cannot be taken over from, when it cannot.
 */
export async function runBefore(tx: Tx, runId: string, pinned: Pinned): Promise<Before | undefined> {
  const { rows } = await sql<{ id: string; period: string; pinned: Partial<Pinned>; started_at: Date }>`
    select id, period, pinned, started_at from platform.run where pin = ${pinned.after ?? pinned.registry ?? ''}`.execute(
    tx.db,
  );
  const run = rows[0];
  if (!run) return undefined;
  const differs = (['registry', 'bundle', 'model', 'code'] as const).find((what) => run.pinned[what] !== pinned[what]);
  const everyone =
    pinned.after === null
      ? 'new-month'
      : pinned.full
        ? 'asked'
        : (differs ?? ((await brokenOff(tx, run, runId)) ? 'run-broken-off' : null));
  return { runId: run.id, period: run.period, startedAt: run.started_at, everyone };
}

/** Whether a run between the two wrote for the desk and was never finished: what it wrote is not the base's. */
async function brokenOff(tx: Tx, base: { id: string; period: string }, runId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from platform.run r join platform.run_step s on s.run_id = r.id
    where r.period = ${base.period} and r.finished_at is null and r.id <> ${runId} and r.id > ${base.id}
      and s.step in ('roll', 'leads', 'decisions', 'portraits') limit 1`.execute(tx.db);
  return rows.length > 0;
}
