import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { migrations } from '../platform/database/migrate.ts';
import { failed, invalid } from '../platform/errors.ts';
import type { Installation } from '../platform/installation.ts';
import { hashFile } from '../platform/lake/index.ts';

interface BackupTable {
  table: string;
  columns: string[];
  rows: number;
  sha256: string;
}

/** What a backup folder holds; every file is named with its hash, so that a damaged copy is refused before anything is written. */
interface BackupIndex {
  format: 1;
  madeAt: string;
  migrations: { name: string; sha256: string }[];
  tables: BackupTable[];
  lake: { path: string; sha256: string }[];
  keys: { path: string; sha256: string }[];
}

/** The job library's bookkeeping is left out: the run's own step rows say what is done. Sessions end with a restore. */
const LEFT_OUT = ['dbos', 'pg_catalog', 'information_schema'];

async function asAdmin(installation: Installation): Promise<pg.Client> {
  const url = new URL(installation.urls.admin);
  url.pathname = new URL(installation.urls.owner).pathname;
  const client = new pg.Client({ connectionString: url.toString(), application_name: 'doudi-backup' });
  await client.connect();
  return client;
}

async function tablesOf(client: pg.Client): Promise<{ table: string; columns: string[] }[]> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `select format('%I.%I', n.nspname, c.relname) as table,
            array_agg(format('%I', a.attname) order by a.attnum)::text[] as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relkind = 'r' and n.nspname <> all ($1::text[]) and n.nspname !~ '^pg_' and format('%I.%I', n.nspname, c.relname) <> 'public.migration'
     group by 1 order by 1`,
    [LEFT_OUT],
  );
  return rows;
}

/**
 * Backs up database, lake and keys of one moment into a new folder (mode 0700: it holds the keys).
 * @returns the folder's index; @throws backup-exists when the folder is there already
 */
export async function backup(
  installation: Installation,
  out: string,
  progress: (text: string) => void,
): Promise<BackupIndex> {
  if (existsSync(out)) throw invalid('backup-exists', `备份目录已存在：${out}`, '请给出一个新的目录名');
  const partial = `${out}.partial-${process.pid}`;
  await mkdir(join(partial, 'tables'), { recursive: true, mode: 0o700 });
  const client = await asAdmin(installation);
  try {
    // One snapshot for all tables; lake files named in it are immutable, so they may be copied after.
    await client.query('begin isolation level repeatable read read only');
    const tables: BackupTable[] = [];
    for (const { table, columns } of await tablesOf(client)) {
      progress(`备份 ${table}`);
      const file = join(partial, 'tables', `${table}.copy`);
      await pipeline(
        client.query(copyTo(`copy ${table} (${columns.join(', ')}) to stdout`)),
        createWriteStream(file, { mode: 0o600 }),
      );
      const count = await client.query<{ n: string }>(`select count(*) as n from ${table}`);
      tables.push({ table, columns, rows: Number(count.rows[0]?.n), sha256: await hashFile(file) });
    }
    const manifest = await client.query<{ path: string; sha256: string }>(
      'select path, sha256 from lake.file order by path',
    );
    await client.query('commit');
    for (const { path } of manifest.rows) {
      const to = join(partial, 'lake', path);
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      await copyFile(installation.lake.path(path), to);
    }
    progress(`备份数据湖 ${manifest.rows.length} 个文件`);
    const keys: BackupIndex['keys'] = [];
    await mkdir(join(partial, 'keys'), { mode: 0o700 });
    for (const name of await readdir(join(installation.dir, 'keys'))) {
      await copyFile(join(installation.dir, 'keys', name), join(partial, 'keys', name));
      keys.push({ path: name, sha256: await hashFile(join(partial, 'keys', name)) });
    }
    await copyFile(join(installation.dir, 'installation.json'), join(partial, 'installation.json'));
    const index: BackupIndex = {
      format: 1,
      madeAt: installation.clock.now().toISOString(),
      migrations: migrations().map(({ name, sha256 }) => ({ name, sha256 })),
      tables,
      lake: manifest.rows,
      keys,
    };
    await writeFile(join(partial, 'index.json'), `${JSON.stringify(index, null, 2)}\n`, { mode: 0o600 });
    await rename(partial, out);
    return index;
  } finally {
    await client.end();
  }
}

/** Reads and checks a backup folder: each file's hash, and that this release knows its migrations. */
export async function readBackup(from: string): Promise<BackupIndex> {
  const text = await readFile(join(from, 'index.json'), 'utf8').catch(() => {
    throw invalid('backup-missing', `不是备份目录：${from}`, '请给出 doudi backup 写出的目录（内有 index.json）');
  });
  const index = JSON.parse(text) as BackupIndex;
  const known = new Map(migrations().map((m) => [m.name, m.sha256]));
  for (const m of index.migrations) {
    if (known.get(m.name) !== m.sha256)
      throw invalid('backup-version', `备份用的迁移 ${m.name} 与本程序不同`, '请用做备份时的程序版本恢复，再升级');
  }
  const check = async (path: string, sha256: string) => {
    const found = await hashFile(join(from, path)).catch(() => 'missing');
    if (found !== sha256) throw failed('backup-damaged', `备份文件缺失或被改动：${path}`, '请改用另一份备份');
  };
  for (const t of index.tables) await check(`tables/${t.table}.copy`, t.sha256);
  for (const f of index.lake) await check(`lake/${f.path}`, f.sha256);
  for (const k of index.keys) await check(`keys/${k.path}`, k.sha256);
  return index;
}

/** Puts keys, settings and lake of a checked backup into an empty data directory; called before it is opened. */
export async function restoreFiles(from: string, data: string, index: BackupIndex): Promise<void> {
  if (existsSync(data) && (await readdir(data)).length > 0) {
    throw invalid('restore-not-empty', `目标目录不是空的：${data}`, '请恢复到一个新目录，核对无误后再换用');
  }
  await mkdir(join(data, 'keys'), { recursive: true, mode: 0o700 });
  for (const k of index.keys) await copyFile(join(from, 'keys', k.path), join(data, 'keys', k.path));
  await copyFile(join(from, 'installation.json'), join(data, 'installation.json'));
  for (const f of index.lake) {
    const to = join(data, 'lake', f.path);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await copyFile(join(from, 'lake', f.path), to);
  }
}

/** Fills the migrated database of the opened directory from the backup, in one transaction. */
export async function restoreTables(
  installation: Installation,
  from: string,
  index: BackupIndex,
  progress: (text: string) => void,
): Promise<void> {
  const client = await asAdmin(installation);
  try {
    await client.query('begin');
    // Rows come in table order, not in the order of their references; the backup was consistent.
    await client.query('set local session_replication_role = replica');
    const now = await tablesOf(client);
    await client.query(`truncate ${now.map((t) => t.table).join(', ')}`);
    for (const { table, columns, rows } of index.tables) {
      progress(`恢复 ${table}`);
      await pipeline(
        createReadStream(join(from, 'tables', `${table}.copy`)),
        client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`)),
      );
      const count = await client.query<{ n: string }>(`select count(*) as n from ${table}`);
      if (Number(count.rows[0]?.n) !== rows)
        throw failed('restore-count', `${table} 恢复的行数不符`, '请改用另一份备份');
    }
    const owned = await client.query<{ sequence: string; table: string; column: string }>(
      `select format('%I.%I', sn.nspname, s.relname) as sequence, format('%I.%I', tn.nspname, t.relname) as table, quote_ident(a.attname) as column
       from pg_class s join pg_namespace sn on sn.oid = s.relnamespace
       join pg_depend d on d.objid = s.oid and d.deptype in ('a', 'i') and d.refclassid = 'pg_class'::regclass
       join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
       join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
       where s.relkind = 'S' and tn.nspname <> all ($1::text[])`,
      [LEFT_OUT],
    );
    for (const { sequence, table, column } of owned.rows) {
      await client.query(`select setval($1::regclass, coalesce((select max(${column}) from ${table}), 0) + 1, false)`, [
        sequence,
      ]);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
}

/** A digest of all rows of all tables, order-independent: a restored copy must have the same. */
export async function tablesDigest(installation: Installation): Promise<string> {
  const client = await asAdmin(installation);
  const hash = createHash('sha256');
  try {
    for (const { table, columns } of await tablesOf(client)) {
      const { rows } = await client.query<{ d: string | null }>(
        `select md5(string_agg(h, '' order by h)) as d from (select md5(row(${columns.join(', ')})::text) as h from ${table}) x`,
      );
      hash.update(`${table}:${rows[0]?.d ?? ''}\n`);
    }
    return hash.digest('hex');
  } finally {
    await client.end();
  }
}
