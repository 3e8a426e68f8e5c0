import { type Engine, literal } from './index.ts';

const AT_A_TIME = 5000;

/** Makes a temporary relation with one BIGINT column of ids that came from the database. */
export async function loadIds(engine: Engine, relation: string, column: string, ids: readonly string[]): Promise<void> {
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${relation} (${column} BIGINT)`);
  for (let at = 0; at < ids.length; at += AT_A_TIME) {
    const rows = ids.slice(at, at + AT_A_TIME).map((id) => `(${BigInt(id)})`);
    await engine.run(`INSERT INTO ${relation} VALUES ${rows.join(', ')}`);
  }
}

/** The ids in a Parquet, as the database takes them. */
export async function idsIn(engine: Engine, path: string, column: string): Promise<string[]> {
  const rows = await engine.all<{ id: bigint }>(`SELECT ${column} AS id FROM read_parquet(${literal(path)})`);
  return rows.map((r) => String(r.id));
}
