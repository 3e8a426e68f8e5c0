import { DBOS } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import type { ServerUrls } from '../database/server.ts';
import { conflict } from '../errors.ts';

/** Durable workflows: what was begun is finished by the next process when this one is killed. */
export interface Jobs {
  /**
   * Starts the workflow under an id, or joins the one that already has it (running, finished, or left by a killed process).
   * @param id the pin: the same pin again is a no-op
   */
  run<T>(workflow: (id: string) => Promise<T>, id: string): Promise<T>;
  close(): Promise<void>;
}

const silent = () => undefined;

/**
 * Opens the job library on its own role, which reaches the schema `dbos` and nothing else.
 * Workflows must have been registered before (`registerWorkflow`), since recovery begins at once.
 * @param alone runs once this process holds the lock of jobs and before any workflow is resumed
 * @throws run-in-progress when another process of this data directory is running jobs: recovering its live workflow would run it twice
 */
export async function openJobs(urls: ServerUrls, version: string, alone: () => Promise<void>): Promise<Jobs> {
  const lock = new pg.Client({ connectionString: urls.jobs, application_name: 'doudi-jobs' });
  lock.on('error', silent);
  await lock.connect();
  const { rows } = await lock.query<{ taken: boolean }>('select pg_try_advisory_lock(7010) as taken');
  if (!rows[0]?.taken) {
    await lock.end();
    throw conflict(
      'run-in-progress',
      '另一个进程正在执行月度运行',
      '请等它结束，或结束该进程后重试（已完成的步骤会保留）',
    );
  }
  await alone();
  const pool = new pg.Pool({ connectionString: urls.jobs, max: 4, application_name: 'doudi-jobs' });
  pool.on('error', silent);
  DBOS.setConfig({
    name: 'doudi',
    applicationVersion: version,
    systemDatabasePool: pool,
    systemDatabaseUrl: urls.jobs,
    systemDatabaseSchemaName: 'dbos',
    // Workflow errors reach the caller; the library's own log would mix with `--json` on stdout.
    logger: { info: silent, debug: silent, warn: silent, error: silent },
  });
  await lendingSchema(urls, lock, () => DBOS.launch());
  return {
    async run<T>(workflow: (id: string) => Promise<T>, id: string): Promise<T> {
      const known = await DBOS.getWorkflowStatus(id);
      if (known && known.status !== 'ERROR' && known.status !== 'CANCELLED') {
        return (await DBOS.retrieveWorkflow<T>(id).getResult()) as T;
      }
      // A failed run may be tried again once its cause is mended; finished steps are skipped by their own rows.
      if (known) await DBOS.deleteWorkflow(id);
      const handle = await DBOS.startWorkflow(workflow, { workflowID: id })(id);
      return (await handle.getResult()) as T;
    },
    async close() {
      await DBOS.shutdown();
      await pool.end();
      await lock.end();
    },
  };
}

/** Registers a workflow under a name that stays the same across releases. */
export function registerWorkflow<T>(name: string, work: (id: string) => Promise<T>): (id: string) => Promise<T> {
  return DBOS.registerWorkflow(work, { name });
}

/** The library's first migration is `create schema`: its role is lent that right for the first launch only. */
async function lendingSchema(urls: ServerUrls, jobs: pg.Client, launch: () => Promise<void>): Promise<void> {
  const { rows } = await jobs.query(`select 1 from pg_namespace where nspname = 'dbos'`);
  if (rows.length > 0) return launch();
  const admin = new URL(urls.admin);
  admin.pathname = new URL(urls.jobs).pathname;
  const client = new pg.Client({ connectionString: admin.toString(), application_name: 'doudi-jobs-schema' });
  await client.connect();
  const database = client.escapeIdentifier(admin.pathname.slice(1));
  try {
    await client.query(`grant create on database ${database} to doudi_jobs`);
    await launch();
  } finally {
    await client.query(`revoke create on database ${database} from doudi_jobs`);
    await client.end();
  }
}
