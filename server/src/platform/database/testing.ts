import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Clock, fixedClock } from '../clock.ts';
import { type Keyring, keyringFrom } from '../crypto/index.ts';
import { type Lake, openLake } from '../lake/index.ts';
import { type Database, openDatabase } from './index.ts';
import { migrate, migrations } from './migrate.ts';
import { type ServerUrls, startServer } from './server.ts';

/** What one test file gets: a database of its own cloned from the migrated template, a lake, keys and a fixed clock. */
export interface TestBed {
  db: Database;
  lake: Lake;
  keys: Keyring;
  clock: Clock;
  urls: ServerUrls;
  dir: string;
  /** A connection of the owner role's superuser, to look behind row-level security. */
  admin: pg.Client;
  close(): Promise<void>;
}

/**
 * Opens a test bed. All test files share one server (below the temporary folder, or TEST_DATABASE_URL);
 * the template is named after the migrations' hash and made once.
 */
export async function openTestBed(options: { now?: string } = {}): Promise<TestBed> {
  const home = process.env.DOUDI_TEST_HOME ?? join(tmpdir(), `doudi-test-server-${process.getuid?.() ?? 0}`);
  const databaseUrl = process.env.TEST_DATABASE_URL;
  const server = await startServer(home, databaseUrl ? { databaseUrl, fast: true } : { fast: true });
  const digest = createHash('sha256');
  for (const m of migrations()) digest.update(m.sha256);
  const template = `doudi_template_${digest.digest('hex').slice(0, 12)}`;
  const name = `doudi_test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  const root = new pg.Client({ connectionString: server.urls.admin, application_name: 'doudi-test' });
  await root.connect();
  // One maker of the template at a time; the clone needs that nobody is connected to it.
  await root.query('select pg_advisory_lock(7003)');
  try {
    const exists = await root.query('select 1 from pg_database where datname = $1', [template]);
    if (!exists.rowCount) {
      const making = `${template}_making`;
      await root.query(`drop database if exists ${making} with (force)`);
      await root.query(`create database ${making} owner doudi_owner encoding 'UTF8' template template0`);
      await migrate(inDatabase(server.urls.owner, making));
      await root.query(`alter database ${making} rename to ${template}`);
    }
    await root.query(`create database ${name} owner doudi_owner template ${template}`);
  } finally {
    await root.query('select pg_advisory_unlock(7003)');
  }
  const urls: ServerUrls = {
    admin: inDatabase(server.urls.admin, name),
    owner: inDatabase(server.urls.owner, name),
    app: inDatabase(server.urls.app, name),
    jobs: inDatabase(server.urls.jobs, name),
    auth: inDatabase(server.urls.auth, name),
  };
  const dir = await mkdtemp(join(tmpdir(), 'doudi-test-'));
  const clock = fixedClock(options.now ?? '2026-11-03');
  const keys = keyringFrom(createHash('sha256').update('doudi tests').digest());
  const db = openDatabase({ url: urls.app, clock, keys, max: 4 });
  const admin = new pg.Client({ connectionString: urls.admin, application_name: 'doudi-test' });
  await admin.connect();
  return {
    db,
    lake: await openLake(join(dir, 'lake')),
    keys,
    clock,
    urls,
    dir,
    admin,
    async close() {
      await db.close();
      await admin.end();
      await root.query(`drop database if exists ${name} with (force)`);
      await root.end();
      await rm(dir, { recursive: true, force: true });
      await server.release();
    },
  };
}

function inDatabase(url: string, name: string): string {
  const at = new URL(url);
  at.pathname = `/${name}`;
  return at.toString();
}
