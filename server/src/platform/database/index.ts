import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { type AuditEntry, appendAudit } from '../audit/index.ts';
import type { Clock } from '../clock.ts';
import type { Keyring } from '../crypto/index.ts';

/** Who acts: an account or the named system actor, and for what purpose (kept in the audit trail). */
export interface ActorRef {
  id: string;
  purpose?: string;
}

/** The system actor under which batch work runs; seeded by migration. */
export const SYSTEM_ACTOR = '00000000-0000-7000-8000-000000000001';
export const system = (purpose: string): ActorRef => ({ id: SYSTEM_ACTOR, purpose });

/** What the database found the actor to be. */
export interface Acting {
  id: string;
  role: string;
  divisionIds: number[];
}

/** One transaction of one actor: every statement sees only what that actor may see. */
export interface Tx {
  /** Kysely on this transaction's connection; stores narrow it with `withTables<…>()`. */
  db: Kysely<object>;
  actor: Acting;
  clock: Clock;
  keys: Keyring;
  /** Collects an audit entry; all are chained and written right before commit. */
  audit(entry: AuditEntry): void;
  /** COPY rows into a temporary table made here, then run `insert` from it (COPY is refused under row-level security). */
  load(
    table: string,
    columns: readonly LoadColumn[],
    rows: Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>,
    insert: string,
  ): Promise<number>;
  /** COPY a query's rows out as text lines (PostgreSQL's text format). */
  copyOut(query: string): AsyncIterable<Buffer>;
}

export interface LoadColumn {
  name: string;
  /** PostgreSQL type, e.g. 'bigint', 'text', 'bytea', 'date', 'jsonb'. */
  type: string;
}

export interface Database {
  /** Runs `work` in one transaction as the actor; no actor, no rows. Rolls back on any throw. */
  withActor<T>(actor: ActorRef, work: (tx: Tx) => Promise<T>, options?: { isolation?: 'repeatable read' }): Promise<T>;
  close(): Promise<void>;
}

pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

/** A pool of the application role, which owns nothing and is subject to forced row-level security. */
export function openDatabase(options: {
  url: string;
  clock: Clock;
  keys: Keyring;
  max?: number;
  name?: string;
}): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max ?? 8,
    application_name: options.name ?? 'doudi',
  });
  // A server that stops under an idle connection must not take the process with it.
  pool.on('error', () => undefined);
  return {
    async withActor(actor, work, opts) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query(opts?.isolation ? 'begin isolation level repeatable read' : 'begin');
        const acted = await client.query<{ role: string; divisions: number[] }>(
          'select role, divisions from platform.act_as($1::uuid, $2::date)',
          [actor.id, options.clock.today()],
        );
        const found = acted.rows[0];
        const acting: Acting = { id: actor.id, role: found?.role ?? 'none', divisionIds: found?.divisions ?? [] };
        const entries: AuditEntry[] = [];
        const db = onOneConnection(client);
        const tx: Tx = {
          db,
          actor: acting,
          clock: options.clock,
          keys: options.keys,
          audit: (entry) => {
            entries.push(entry);
          },
          load: (table, columns, rows, insert) => load(client, table, columns, rows, insert),
          copyOut: (query) => client.query(copyTo(`copy (${query}) to stdout`)),
        };
        const result = await work(tx);
        if (entries.length > 0) await appendAudit(tx, entries, actor.purpose);
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((lost: Error) => {
          broken = lost;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

/** Kysely bound to a connection that is already inside a transaction. */
function onOneConnection(client: pg.PoolClient): Kysely<object> {
  return new Kysely<object>({
    dialect: new PostgresDialect({
      pool: {
        connect: async () => ({
          query: client.query.bind(client) as pg.PoolClient['query'],
          release: () => undefined,
        }),
        end: async () => undefined,
      },
    }),
  });
}

async function load(
  client: pg.PoolClient,
  table: string,
  columns: readonly LoadColumn[],
  rows: Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>,
  insert: string,
): Promise<number> {
  await client.query(`drop table if exists pg_temp.${table}`);
  await client.query(
    `create temp table ${table} (${columns.map((c) => `${c.name} ${c.type}`).join(', ')}) on commit drop`,
  );
  await pipeline(
    Readable.from(copyLines(rows)),
    client.query(copyFrom(`copy ${table} (${columns.map((c) => c.name).join(', ')}) from stdin`)),
  );
  const result = await client.query(insert);
  return result.rowCount ?? 0;
}

async function* copyLines(
  rows: Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>,
): AsyncGenerator<string> {
  let lines: string[] = [];
  for await (const row of rows) {
    lines.push(row.map(copyField).join('\t'));
    if (lines.length === 1000) {
      yield `${lines.join('\n')}\n`;
      lines = [];
    }
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

function copyField(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return escapeCopy(`{${value.map((v) => JSON.stringify(String(v))).join(',')}}`);
  if (typeof value === 'object') return escapeCopy(JSON.stringify(value));
  return escapeCopy(String(value));
}

const escapeCopy = (text: string) =>
  text.replace(/[\\\n\r\t]/g, (c) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[c] as string);

export { sql };
