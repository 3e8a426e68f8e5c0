import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { intakeFile } from '../../modules/intake/batch.ts';
import { divisionCodes } from '../../modules/registry/batch.ts';
import { openDatabase } from '../../platform/database/index.ts';
import type { ServerUrls } from '../../platform/database/server.ts';
import { openTestBed } from '../../platform/database/testing.ts';
import { openEngine } from '../../platform/engine/index.ts';
import { BUILTIN_PACKS, type Installation } from '../../platform/installation.ts';
import { openLake } from '../../platform/lake/index.ts';
import { readBundle } from '../../platform/packs/index.ts';
import { carryOutMonth, type MonthRun } from './month.ts';
import { pinRun } from './pin.ts';
import { ready } from './ready.ts';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));
export const PERIOD = '2026-10';

/** A delivered CSV as text cells; the first row is the header. */
export type Table = string[][];

/** A county with its deliveries taken in, and a month that can be run again and again in one process. */
export interface MonthBed {
  installation: Installation;
  /** Looks behind row-level security, on a connection of its own. */
  query<T extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>;
  /** Deliveries of the synthetic county that are CSV, by feed. */
  tables: Map<string, Table>;
  deliver(feed: string, table: Table, period?: string): Promise<void>;
  run(options?: { full?: boolean; until?: string; period?: string }): Promise<MonthRun>;
  /** A copy of everything as it is now, in a database and a lake of its own. */
  copy(): Promise<MonthBed>;
  close(): Promise<void>;
}

/** Opens a test bed with a synthetic county of so many persons; feeds named in `hold` are not delivered. */
export async function openMonthBed(persons: number, seed: number): Promise<MonthBed> {
  const bed = await openTestBed();
  const out = join(bed.dir, 'county');
  const args = ['--division', '321324', '--months', '1', '--end', PERIOD, '--persons', String(persons)];
  const made = spawnSync(process.execPath, [CLI, 'synth', ...args, '--seed', String(seed), '--out', out, '--json'], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(made.stderr);
  const bundle = readBundle([BUILTIN_PACKS]);
  const { db, lake, keys, clock, urls, dir } = bed;
  const installation: Installation = {
    ...{ dir, urls, db, lake, keys, clock, bundle, demo: true },
    close: async () => undefined,
  };
  await ready(installation);
  const folder = join(out, 'deliveries', PERIOD);
  const tables = new Map<string, Table>();
  const files = readdirSync(folder).sort();
  for (const file of files) {
    const [feed = '', form] = file.split('.');
    if (form === 'csv') tables.set(feed, read(readFileSync(join(folder, file))));
  }
  const engine = await openEngine({ tempDir: dir, threads: 1, memoryMb: 512 });
  try {
    for (const file of files)
      await intakeFile(
        { ...installation, engine, divisionCodes },
        { file: join(folder, file), feed: file.split('.')[0] ?? '', period: PERIOD, receivedAt: clock.now() },
      );
  } finally {
    engine.close();
  }
  await bed.admin.end();
  return monthBed(installation, tables, () => bed.close());
}

function monthBed(installation: Installation, tables: Map<string, Table>, close: () => Promise<void>): MonthBed {
  return {
    installation,
    tables,
    close,
    async query<T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) {
      const admin = new pg.Client({ connectionString: installation.urls.admin, application_name: 'doudi-test' });
      await admin.connect();
      try {
        return (await admin.query<T>(sql, values)).rows;
      } finally {
        await admin.end();
      }
    },
    async deliver(feed, table, period = PERIOD) {
      const file = join(installation.dir, `${feed}-${randomUUID()}.csv`);
      await writeFile(file, written(table));
      const engine = await openEngine({ tempDir: installation.dir, threads: 1, memoryMb: 512 });
      try {
        const deps = { ...installation, engine, divisionCodes };
        await intakeFile(deps, { file, feed, period, receivedAt: installation.clock.now() });
      } finally {
        engine.close();
      }
    },
    async run({ full = false, until, period = PERIOD } = {}) {
      const { pin, finished, runId } = await pinRun(installation, period, full);
      const none = { increment: null, everyone: [], steps: [] };
      if (finished) return { runId, period, pin, repeated: true, ...none };
      return carryOutMonth(installation, pin, () => undefined, until);
    },
    async copy() {
      const name = `doudi_test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
      const dir = `${installation.dir}-${name}`;
      const database = new URL(installation.urls.admin).pathname.slice(1);
      const root = new pg.Client({ connectionString: inDatabase(installation.urls.admin, 'postgres') });
      await root.connect();
      // A database is copied while nobody works on it: idle connections of the pool are closed by the server.
      await root.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, [database]);
      await root.query(`create database ${name} owner doudi_owner template ${database}`);
      await root.end();
      cpSync(join(installation.dir, 'lake'), join(dir, 'lake'), { recursive: true });
      const urls = Object.fromEntries(
        Object.entries(installation.urls).map(([role, url]) => [role, inDatabase(url, name)]),
      ) as unknown as ServerUrls;
      const { clock, keys } = installation;
      const db = openDatabase({ url: urls.app, clock, keys, max: 4 });
      const copied: Installation = { ...installation, dir, urls, db, lake: await openLake(join(dir, 'lake')) };
      return monthBed(copied, tables, async () => {
        await db.close();
        const last = new pg.Client({ connectionString: inDatabase(installation.urls.admin, 'postgres') });
        await last.connect();
        await last.query(`drop database if exists ${name} with (force)`);
        await last.end();
        await rm(dir, { recursive: true, force: true });
      });
    },
  };
}

function inDatabase(url: string, name: string): string {
  const at = new URL(url);
  at.pathname = `/${name}`;
  return at.toString();
}

/** Cells of a delivered CSV in whichever encoding it has; quoted cells are taken as they are written. */
function read(bytes: Buffer): Table {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder('gb18030').decode(bytes);
  }
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => cell.replace(/^"|"$/g, '')));
}

const written = (table: Table): string => `${table.map((row) => row.join(',')).join('\n')}\n`;
