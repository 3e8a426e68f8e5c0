import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import pg from 'pg';
import { type Acting, type Database, sql, system, type Tx } from '../database/index.ts';
import { LAKE_WRITERS, withLock } from '../database/lock.ts';
import { openEngine } from '../engine/index.ts';
import { DoudiError, failed, forbidden } from '../errors.ts';
import type { Installation } from '../installation.ts';
import type { Json } from './json.ts';
import { REQUEST_CHANNEL } from './request.ts';
import type { RequestKind } from './request-kind.ts';
import type { StepOutput } from './step.ts';

/** The lock of whoever works requests: held by its connection, so that a killed worker's is free at once. */
const REQUEST_WORKER = 7012;
/** A request that was begun this often and never came to an end takes its worker with it. */
const MOST_ATTEMPTS = 3;
const PROGRESS_EVERY_MS = 400;

interface Taken {
  id: string;
  kind: string;
  input: Json;
  asked_by: string;
  purpose: string;
  attempts: number;
}

type Home = Omit<Installation, 'close' | 'dir' | 'demo'>;

/**
 * Does requests one after another until `signal`, or, with `untilEmpty`, until none waits. Waits for the worker that is
 * there already; whoever comes next takes up what a killed one had begun. A request given back by `signal` counts as never begun.
 * @throws when the connection that holds the lock is lost: somebody else may be working then
 */
export async function workRequests(
  installation: Home,
  kinds: readonly RequestKind[],
  options: { signal: AbortSignal; untilEmpty?: boolean },
): Promise<{ worked: number }> {
  const { signal } = options;
  const client = new pg.Client({
    connectionString: installation.urls.app,
    application_name: `doudi-requests-${randomUUID().slice(0, 8)}`,
    keepAlive: true,
  });
  const stopped = Promise.withResolvers<'stopped'>();
  const lost = Promise.withResolvers<never>();
  // Each is waited for in races only; a loss between two of them must not end the process by itself.
  lost.promise.catch(() => undefined);
  signal.addEventListener('abort', () => stopped.resolve('stopped'), { once: true });
  if (signal.aborted) stopped.resolve('stopped');
  let ending = false;
  client.on('error', (error) => lost.reject(error));
  client.on('end', () => {
    if (!ending) lost.reject(failed('requests-disconnected', '与数据库的连接断了', '服务会自动重新连接'));
  });
  let told = Promise.withResolvers<'told'>();
  client.on('notification', () => told.resolve('told'));
  let worked = 0;
  try {
    await client.connect();
    await client.query(`listen ${REQUEST_CHANNEL}`);
    if ((await Promise.race([lock(client), stopped.promise, lost.promise])) === 'stopped') return { worked };
    while (!signal.aborted) {
      told = Promise.withResolvers();
      const taken = await take(installation.db);
      if (taken) {
        await workOne(installation, kinds, taken, Promise.race([stopped.promise, lost.promise]));
        worked++;
      } else if (options.untilEmpty) break;
      else await Promise.race([told.promise, stopped.promise, lost.promise]);
    }
    return { worked };
  } finally {
    ending = true;
    await client.end().catch(() => undefined);
  }
}

async function lock(client: pg.Client): Promise<'locked'> {
  await client.query('select pg_advisory_lock($1)', [REQUEST_WORKER]);
  return 'locked';
}

/** The oldest request that is not finished; one that is running was left by a worker that is gone. */
async function take(db: Database): Promise<Taken | undefined> {
  return db.withActor(system('办理网页提交的任务'), async (tx) => {
    const { rows } = await sql<Taken>`
      update platform.request set state = 'running', attempts = attempts + 1
      where id = (select id from platform.request where state in ('waiting', 'running') order by id limit 1)
      returning id, kind, input, asked_by, purpose, attempts`.execute(tx.db);
    return rows[0];
  });
}

async function workOne(
  installation: Home,
  kinds: readonly RequestKind[],
  taken: Taken,
  interrupted: Promise<'stopped'>,
): Promise<void> {
  const { db } = installation;
  const work = attempt(installation, kinds, taken).then(
    () => undefined,
    (error: unknown) => fail(db, taken, error),
  );
  const end = await Promise.race([work, interrupted]);
  if (end !== 'stopped') return;
  // What is still computing can no longer finish: its token is taken back here.
  await db.withActor(system('交还任务'), async (tx) => {
    await sql`update platform.request set state = 'waiting', attempts = ${taken.attempts - 1}
      where id = ${taken.id} and attempts = ${taken.attempts} and state = 'running'`.execute(tx.db);
  });
}

async function attempt(installation: Home, kinds: readonly RequestKind[], taken: Taken): Promise<void> {
  const { db, lake, urls, clock, keys, bundle } = installation;
  const kind = kinds.find((k) => k.kind === taken.kind);
  if (!kind) throw failed('request-kind-unknown', `没有这种任务：${taken.kind}`, '请升级后台程序后重新提交');
  if (taken.attempts > MOST_ATTEMPTS)
    throw failed('request-abandoned', `任务中断了 ${MOST_ATTEMPTS} 次，没有完成`, '请缩小范围后重新提交');
  const asker = { id: taken.asked_by, purpose: taken.purpose };
  // What a killed process left in the lake is not swept away under one that works.
  await withLock(urls.app, LAKE_WRITERS, 'shared', async () => {
    const acting = await db.withActor<Acting>(asker, async (tx) => tx.actor);
    if (acting.role === 'none') throw forbidden('no-role', '提交人已停用或没有角色', '请由有此职责的账号重新提交');
    const tempDir = await lake.workDir('request-engine');
    const engine = await openEngine({ tempDir });
    try {
      const progress = progressOf(db, taken);
      const output = await kind.run(
        {
          requestId: taken.id,
          asker: acting,
          asAsker: (work) => db.withActor(asker, work),
          ...{ db, lake, engine, clock, keys, bundle, progress: progress.tell },
        },
        taken.input,
      );
      await progress.told();
      await finish(installation, taken, output);
    } finally {
      engine.close();
      await rm(tempDir, { recursive: true, force: true });
    }
  });
}

/** Files, rows and the end of the request in one commit; refused when another attempt was begun meanwhile. */
async function finish({ db, lake }: Home, taken: Taken, output: StepOutput): Promise<void> {
  await db.withActor(system(taken.purpose), async (tx) => {
    await lake.commit(tx, output.files, `request/${taken.id}`);
    const result = await output.write(tx);
    await settle(tx, taken, 'done', result, null);
  });
}

async function fail(db: Database, taken: Taken, error: unknown): Promise<void> {
  const known =
    error instanceof DoudiError
      ? { code: error.code, message: error.message, cure: error.cure }
      : { code: 'request-failed', message: '任务出错，没有完成', cure: '请把任务编号告诉系统管理员' };
  // The frames say where; a message may hold a value of a row.
  if (!(error instanceof DoudiError)) {
    const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
    process.stderr.write(
      `${JSON.stringify({ level: 'error', event: 'request', id: taken.id, stack: frames.slice(0, 8) })}\n`,
    );
  }
  await db.withActor(system(taken.purpose), (tx) => settle(tx, taken, 'failed', null, known));
}

async function settle(
  tx: Tx,
  taken: Taken,
  state: 'done' | 'failed',
  result: Json,
  error: { code: string; message: string; cure: string } | null,
): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update platform.request set state = ${state}, finished_at = ${tx.clock.now()}, progress = null, progress_done = null,
      progress_total = null, result = ${result === null ? null : JSON.stringify(result)}::jsonb,
      error = ${error === null ? null : JSON.stringify(error)}::jsonb
    where id = ${taken.id} and attempts = ${taken.attempts} and state = 'running' returning id`.execute(tx.db);
  if (rows.length === 0) throw new Error('another attempt was begun meanwhile');
  tx.audit({ action: `request.${state}`, object: `request/${taken.id}`, details: { kind: taken.kind } });
}

/** Progress in transactions of its own, one at a time and not more often than anybody looks. */
function progressOf(db: Database, taken: Taken) {
  let last = Number.NEGATIVE_INFINITY;
  let writing = Promise.resolve();
  return {
    tell(text: string, done?: number, total?: number): void {
      const now = performance.now();
      if (now - last < PROGRESS_EVERY_MS) return;
      last = now;
      writing = writing
        .then(() =>
          db.withActor(system('任务进度'), async (tx) => {
            await sql`update platform.request set progress = ${text}, progress_done = ${done ?? null}, progress_total = ${total ?? null}
              where id = ${taken.id} and attempts = ${taken.attempts} and state = 'running'`.execute(tx.db);
          }),
        )
        .catch(() => undefined);
    },
    told: () => writing,
  };
}
