import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** A value as the engine gives it: BIGINT as bigint, DATE and UUID as text. */
export type Cell = string | number | bigint | boolean | null;
export type Row = Record<string, Cell>;

/** The batch engine: SQL over Parquet. DuckDB today; the same plan must also run on Spark SQL (see ADR 0003). */
export interface Engine {
  /** Runs statements and gives nothing back. */
  run(sql: string): Promise<void>;
  /** Runs one query and gives all its rows. */
  all<T extends Row = Row>(sql: string): Promise<T[]>;
  /** Runs one query and gives its rows in batches, for results too large to hold. */
  stream<T extends Row = Row>(sql: string): AsyncIterable<T[]>;
  close(): void;
}

/** Text as an SQL string literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Opens an engine of its own in memory.
 * @param options.tempDir where it may spill; @param options.memoryMb limit (default 8192); @param options.threads default 2.
 */
export async function openEngine(options: { tempDir: string; memoryMb?: number; threads?: number }): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', {
    temp_directory: options.tempDir,
    memory_limit: `${options.memoryMb ?? 8192}MB`,
    threads: String(options.threads ?? 2),
    // Nothing may be fetched at run time, whatever a query names.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection: DuckDBConnection = await instance.connect();
  return {
    async run(sql) {
      await connection.run(sql);
    },
    async all<T extends Row>(sql: string) {
      const reader = await connection.runAndReadAll(sql);
      return reader.getRowObjectsJS().map(plain) as T[];
    },
    async *stream<T extends Row>(sql: string) {
      const result = await connection.stream(sql);
      const names = result.columnNames();
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        const rows = chunk.getRows().map((cells) => {
          const row: Record<string, unknown> = {};
          for (let i = 0; i < names.length; i++) row[names[i] as string] = cells[i];
          return plain(row);
        });
        yield rows as T[];
      }
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Dates, UUIDs and decimals become text, so that no module depends on the engine's value classes. */
function plain(row: Record<string, unknown>): Row {
  const out: Row = {};
  for (const [name, value] of Object.entries(row)) out[name] = cell(value);
  return out;
}

function cell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value;
    default:
      return String(value);
  }
}
