import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import {
  duckdb,
  type Entity,
  type Facts,
  type Family,
  type Pack,
  type Plan,
  type ResolvedParameters,
  type Scalar,
  type ValueType,
} from '../src/index.ts';

function literal(value: Scalar | null | undefined, type: ValueType): string {
  if (value === null || value === undefined) return 'NULL';
  if (type.kind === 'number') return `${value}`;
  if (type.kind === 'boolean') return value === true ? 'TRUE' : 'FALSE';
  if (type.kind === 'date') return `(DATE '1970-01-01' + INTEGER '${value}')`;
  return `'${String(value).replaceAll("'", "''")}'`;
}

const sqlTypes = { number: 'BIGINT', boolean: 'BOOLEAN', date: 'DATE', enum: 'VARCHAR' } as const;

async function load(
  connection: DuckDBConnection,
  packs: readonly Pack[],
  entity: Entity,
  head: string,
  rows: readonly { head: string; facts: Facts }[],
): Promise<void> {
  const inputs = packs.flatMap((p) => p.inputs).filter((i) => i.entity === entity);
  const columns = inputs.map((i) => `${duckdb.quote(i.name)} ${sqlTypes[i.type.kind]}`);
  await connection.run(`CREATE TABLE ${entity}_input (${[head, ...columns].join(', ')})`);
  for (let i = 0; i < rows.length; i += 200) {
    const values = rows
      .slice(i, i + 200)
      .map((r) => `(${[r.head, ...inputs.map((input) => literal(r.facts[input.name], input.type))].join(', ')})`);
    await connection.run(`INSERT INTO ${entity}_input VALUES ${values.join(', ')}`);
  }
}

export interface SqlDecision {
  household: string;
  person: string | null;
  programme: string;
  outcome: string;
  amountFen: bigint | null;
  missing: string[];
  reasons: string[];
  branch: string | null;
}

export interface SqlRun {
  decisions: SqlDecision[];
  conflicts: Map<string, number>;
  connection: DuckDBConnection;
}

/** Runs a plan over families in an in-memory DuckDB on one thread. */
export async function runInDuckdb(
  packs: readonly Pack[],
  plan: Plan,
  families: readonly Family[],
  given: { divisions?: readonly string[]; parameters?: readonly ResolvedParameters[] },
): Promise<SqlRun> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await load(
    connection,
    packs,
    'household',
    'household_id BIGINT, division VARCHAR',
    families.map((f) => ({ head: `${f.id}, '${f.division}'`, facts: f.household })),
  );
  await load(
    connection,
    packs,
    'person',
    'household_id BIGINT, person_id BIGINT',
    families.flatMap((f) => f.persons.map((p) => ({ head: `${f.id}, ${p.id}`, facts: p.facts }))),
  );
  await load(
    connection,
    packs,
    'obligor',
    'household_id BIGINT, obligor_id BIGINT',
    families.flatMap((f) => (f.obligors ?? []).map((o) => ({ head: `${f.id}, ${o.id}`, facts: o.facts }))),
  );
  const script = plan.sql({
    household: 'household_input',
    person: 'person_input',
    obligor: 'obligor_input',
    ...given,
    faults: true,
  });
  for (const statement of script.statements) {
    try {
      await connection.run(statement);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : ''}\n${statement.slice(0, 3000)}`);
    }
  }
  const result = await connection.runAndReadAll(
    `SELECT household_id::VARCHAR, person_id::VARCHAR, programme, outcome, amount_fen, array_to_string(missing, ','), array_to_string(reasons, ','), branch FROM ${script.relations.decision}`,
  );
  const list = (text: unknown): string[] => (text === '' || text === null ? [] : String(text).split(','));
  const decisions = result.getRows().map(
    (r): SqlDecision => ({
      household: String(r[0]),
      person: r[1] === null ? null : String(r[1]),
      programme: String(r[2]),
      outcome: String(r[3]),
      amountFen: r[4] === null ? null : BigInt(String(r[4])),
      missing: list(r[5]),
      reasons: list(r[6]),
      branch: r[7] === null ? null : String(r[7]),
    }),
  );
  const conflicts = (
    await connection.runAndReadAll(`SELECT variable, rows FROM ${script.relations.conflicts}`)
  ).getRows();
  return { decisions, connection, conflicts: new Map(conflicts.map((r) => [String(r[0]), Number(r[1])])) };
}
