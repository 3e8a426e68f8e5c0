import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Keyring } from '../../platform/crypto/index.ts';
import { type Engine, literal } from '../../platform/engine/index.ts';
import type { Lake, StagedFile } from '../../platform/lake/index.ts';

/**
 * The persons to whom rows can be linked: a sealed Parquet in the lake, one per run, written by the registry.
 * Columns: person_id BIGINT, household_id BIGINT, number, name, sex, birth DATE, phone, address, hukou_no, relation,
 * hukou_type, hukou_division_id INTEGER, residence_division_id INTEGER, head BOOLEAN, registered_from DATE,
 * missing_since VARCHAR, registered_to DATE.
 */
export const PERSON_COLUMNS = [
  ['person_id', 'BIGINT'],
  ['household_id', 'BIGINT'],
  ['number', 'VARCHAR'],
  ['name', 'VARCHAR'],
  ['sex', 'VARCHAR'],
  ['birth', 'DATE'],
  ['phone', 'VARCHAR'],
  ['address', 'VARCHAR'],
  ['hukou_no', 'VARCHAR'],
  ['relation', 'VARCHAR'],
  ['hukou_type', 'VARCHAR'],
  ['hukou_division_id', 'INTEGER'],
  ['residence_division_id', 'INTEGER'],
  ['head', 'BOOLEAN'],
  ['registered_from', 'DATE'],
  ['missing_since', 'VARCHAR'],
  ['registered_to', 'DATE'],
] as const;

const columnList = PERSON_COLUMNS.map(([name]) => name).join(', ');

/** Lake path of a run's person index. */
export const personIndexPath = (runId: string): string => `persons/${runId}.sealed`;

interface Place {
  engine: Engine;
  lake: Lake;
  keys: Keyring;
}

/**
 * Seals an engine table with PERSON_COLUMNS into the lake. The plain Parquet lives in a working folder for the moment of
 * sealing and is removed whatever happens.
 */
export async function stagePersonIndex(place: Place, runId: string, table: string): Promise<StagedFile> {
  const path = personIndexPath(runId);
  const work = await place.lake.workDir('persons');
  try {
    const plain = join(work, 'persons.parquet');
    await place.engine.run(
      `COPY (SELECT ${columnList} FROM ${table}) TO ${literal(plain)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    const counted = await place.engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${table}`);
    const sealed = place.keys.seal(await readFile(plain), path);
    return await place.lake.stage(path, async (tmp) => {
      await writeFile(tmp, sealed, { mode: 0o600 });
      return Number(counted[0]?.n ?? 0);
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Opens a person index into a table of the engine's memory; no plain file stays.
 * @param path lake path of a committed index, or null for the first month (an empty table)
 */
export async function openPersonIndex(place: Place, path: string | null, table: string): Promise<void> {
  if (path === null) {
    const columns = PERSON_COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ');
    await place.engine.run(`CREATE OR REPLACE TEMP TABLE ${table} (${columns})`);
    return;
  }
  const work = await place.lake.workDir('persons');
  try {
    const plain = join(work, 'persons.parquet');
    await writeFile(plain, place.keys.open(await readFile(place.lake.path(path)), path), { mode: 0o600 });
    await place.engine.run(
      `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${columnList} FROM read_parquet(${literal(plain)})`,
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
