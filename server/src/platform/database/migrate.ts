import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { failed } from '../errors.ts';

const folder = fileURLToPath(new URL('../../../migrations/', import.meta.url));

/** The migrations in order, with their hash: an applied file that was changed later is an error, not a silent difference. */
export function migrations(): { name: string; text: string; sha256: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const text = readFileSync(`${folder}/${name}`, 'utf8');
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
    });
}

/**
 * Applies what is missing, each migration in a transaction of its own, as the owner role.
 * @returns names of the migrations applied now
 */
export async function migrate(ownerUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'doudi-migrate' });
  await client.connect();
  const applied: string[] = [];
  try {
    await client.query('select pg_advisory_lock(7002)');
    await client.query(
      `create table if not exists public.migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
    );
    const known = await client.query<{ name: string; sha256: string }>('select name, sha256 from public.migration');
    const before = new Map(known.rows.map((r) => [r.name, r.sha256]));
    for (const { name, text, sha256 } of migrations()) {
      const old = before.get(name);
      if (old === sha256) continue;
      if (old) throw failed('migration-changed', `迁移文件 ${name} 在执行之后被改动`, '请还原该文件，另写一个新的迁移');
      await client.query('begin');
      try {
        await client.query(text);
        await client.query('insert into public.migration (name, sha256) values ($1, $2)', [name, sha256]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw failed(
          'migration-failed',
          `迁移 ${name} 失败：${error instanceof Error ? error.message : String(error)}`,
          '请把本行报告给开发者；数据库仍停在上一版本',
        );
      }
      applied.push(name);
    }
  } finally {
    await client.end();
  }
  return applied;
}
