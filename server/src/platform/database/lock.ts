import pg from 'pg';

/** Who may write lake files: intake shares the lock, cleaning wants it alone. */
export const LAKE_WRITERS = 7011;

/**
 * Runs `work` while this process holds an advisory lock of the database.
 * @param mode 'shared' waits; 'alone' does not: when others hold the lock, `work` is not run and undefined is given back
 */
export async function withLock<T>(
  url: string,
  key: number,
  mode: 'shared' | 'alone',
  work: () => Promise<T>,
): Promise<T | undefined> {
  const client = new pg.Client({ connectionString: url, application_name: 'doudi-lock' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    if (mode === 'shared') await client.query('select pg_advisory_lock_shared($1)', [key]);
    else {
      const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [key]);
      if (!rows[0]?.taken) return undefined;
    }
    return await work();
  } finally {
    // Closing the connection gives the lock back.
    await client.end();
  }
}
