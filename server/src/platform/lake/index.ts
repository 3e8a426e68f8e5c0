import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import { failed } from '../errors.ts';

/** A file that is on disk under its final name but exists for nobody until its manifest row commits. */
export interface StagedFile {
  path: string;
  sha256: string;
  bytes: number;
  rows: number;
}

/** Immutable files below one root. A path is relative to it, e.g. 'accepted/medical/2026-09/<delivery>.parquet'. */
export interface Lake {
  readonly root: string;
  /** Absolute path of a committed file. */
  path(relative: string): string;
  /** A fresh private working folder; removed by `clean` when a killed process left it. */
  workDir(name: string): Promise<string>;
  /**
   * Writes tmp, fsyncs, renames.
   * @param relative final path; a file of a killed attempt at the same path is replaced, a committed one never is
   * @param write gets the temporary absolute path and gives back the number of rows written
   */
  stage(relative: string, write: (tmp: string) => Promise<number>): Promise<StagedFile>;
  /** Writes the manifest rows in the transaction of the step: from its commit on the files exist. */
  commit(tx: Tx, files: StagedFile[], createdBy: string): Promise<void>;
  /** Committed files below a prefix, in path order. */
  list(tx: Tx, prefix: string): Promise<StagedFile[]>;
  /** Removes working folders and files without a manifest row; called before a run, when nobody else writes. */
  clean(tx: Tx): Promise<{ removed: number }>;
}

/** Opens the lake below `root` (made if absent, mode 0700). */
export async function openLake(root: string): Promise<Lake> {
  await mkdir(join(root, 'tmp'), { recursive: true, mode: 0o700 });
  return {
    root,
    path: (relative) => join(root, relative),
    async workDir(name) {
      const dir = join(root, 'tmp', `${name}-${randomUUID()}`);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      return dir;
    },
    async stage(relative, write) {
      const tmp = join(root, 'tmp', randomUUID());
      const final = join(root, relative);
      try {
        const rows = await write(tmp);
        const handle = await open(tmp, 'r');
        await handle.sync();
        await handle.close();
        const { size } = await stat(tmp);
        const sha256 = await hashFile(tmp);
        await mkdir(dirname(final), { recursive: true, mode: 0o700 });
        await rename(tmp, final);
        const dir = await open(dirname(final), 'r');
        await dir.sync();
        await dir.close();
        return { path: relative, sha256, bytes: size, rows };
      } catch (error) {
        await rm(tmp, { force: true });
        throw error;
      }
    },
    async commit(tx, files, createdBy) {
      for (const file of files) {
        const { rows } = await sql<{ sha256: string }>`
          insert into lake.file (path, sha256, bytes, row_count, created_by, created_at)
          values (${file.path}, ${file.sha256}, ${file.bytes}, ${file.rows}, ${createdBy}, ${tx.clock.now()})
          on conflict (path) do nothing returning sha256`.execute(tx.db);
        if (rows.length === 0) {
          throw failed(
            'lake-path-taken',
            `数据湖文件已登记：${file.path}`,
            '同一步骤被执行了两次；请重新运行，已提交的步骤会被跳过',
          );
        }
      }
    },
    async list(tx, prefix) {
      const { rows } = await sql<{ path: string; sha256: string; bytes: string; row_count: string }>`
        select path, sha256, bytes, row_count from lake.file where starts_with(path, ${prefix}) order by path`.execute(
        tx.db,
      );
      return rows.map((r) => ({ path: r.path, sha256: r.sha256, bytes: Number(r.bytes), rows: Number(r.row_count) }));
    },
    async clean(tx) {
      const { rows } = await sql<{ path: string }>`select path from lake.file`.execute(tx.db);
      const known = new Set(rows.map((r) => r.path));
      let removed = 0;
      for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const relative = join(entry.parentPath, entry.name).slice(root.length + 1);
        if (known.has(relative)) continue;
        await rm(join(root, relative), { force: true });
        removed++;
      }
      for (const name of await readdir(join(root, 'tmp')))
        await rm(join(root, 'tmp', name), { recursive: true, force: true });
      return { removed };
    },
  };
}

/** SHA-256 of a file's bytes, in hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  // Read in large pieces: with the usual 64 KB more than half of the time goes into the stream itself.
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
