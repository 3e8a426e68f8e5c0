import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, fixedClock, systemClock } from './clock.ts';
import { type Keyring, openKeyring } from './crypto/index.ts';
import { type Database, openDatabase } from './database/index.ts';
import { migrate } from './database/migrate.ts';
import { type RunningServer, type ServerUrls, startServer } from './database/server.ts';
import { type Lake, openLake } from './lake/index.ts';
import { type Bundle, readBundle } from './packs/index.ts';

/** The packs that come with the product. */
export const BUILTIN_PACKS = fileURLToPath(new URL('../../../packs', import.meta.url));

/** What a data directory remembers of how it is run. */
interface Remembered {
  /** Set in a demonstration only: the day at which its clock stands. */
  now?: string;
  demo?: boolean;
  packs?: string[];
}

export interface InstallationOptions {
  data: string;
  packs?: string[] | undefined;
  now?: string | undefined;
  /** Written to installation.json, for later commands on the same directory. */
  remember?: Remembered;
}

/** One data directory, opened: database, lake, keys, packs and clock together. */
export interface Installation {
  dir: string;
  urls: ServerUrls;
  db: Database;
  lake: Lake;
  keys: Keyring;
  clock: Clock;
  bundle: Bundle;
  demo: boolean;
  close(): Promise<void>;
}

/**
 * Opens (and, when absent, makes) a data directory: server started or joined, migrations applied, keys read.
 * `DATABASE_URL` in the environment points at a bureau's own server.
 */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const dir = resolve(options.data);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'installation.json');
  const before: Remembered = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Remembered) : {};
  const remembered = {
    ...before,
    ...options.remember,
    ...(options.packs ? { packs: options.packs.map((p) => resolve(p)) } : {}),
  };
  writeFileSync(file, `${JSON.stringify(remembered, null, 2)}\n`, { mode: 0o600 });

  // Packs are read first: a broken pack must not leave a server behind.
  const bundle = readBundle([BUILTIN_PACKS, ...(remembered.packs ?? [])]);
  const now = options.now ?? remembered.now;
  const clock = now ? fixedClock(now) : systemClock;
  const keys = openKeyring(join(dir, 'keys', 'master.hex'));
  const databaseUrl = process.env.DATABASE_URL;
  const server: RunningServer = await startServer(dir, databaseUrl ? { databaseUrl } : {});
  let db: Database | undefined;
  try {
    await migrate(server.urls.owner);
    db = openDatabase({ url: server.urls.app, clock, keys });
    const lake = await openLake(join(dir, 'lake'));
    const opened = db;
    return {
      dir,
      urls: server.urls,
      db: opened,
      lake,
      keys,
      clock,
      bundle,
      demo: remembered.demo ?? false,
      async close() {
        await opened.close();
        await server.release();
      },
    };
  } catch (error) {
    await db?.close();
    await server.release();
    throw error;
  }
}
