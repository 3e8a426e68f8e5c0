import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Decision,
  duckdb,
  type Entity,
  type Facts,
  type Family,
  type Pack,
  type Plan,
  type ResolvedParameters,
  type Scalar,
  type ValueType,
} from '@doudi/policy';
import { type Engine, openEngine } from '../../platform/engine/index.ts';

const SQL_TYPES = { number: 'BIGINT', boolean: 'BOOLEAN', date: 'DATE', enum: 'VARCHAR' } as const;

/**
 * Decides given families by the SQL backend, for `doudi assess --engine sql` and for the cases beside the policies.
 * @param parameters one per family, in their order; families keep their order in the answer
 */
export async function decideInSql(
  packs: readonly Pack[],
  plan: Plan,
  families: readonly Family[],
  parameters: readonly ResolvedParameters[],
): Promise<Decision[][]> {
  const tempDir = await mkdtemp(join(tmpdir(), 'doudi-assess-'));
  const engine = await openEngine({ tempDir, threads: 2 });
  try {
    // Each family may have parameters of its own (`--set`, a case): it becomes a division of its own.
    const own = families.map((f, i) => ({ ...f, id: String(i), division: `family-${i}` }));
    await table(
      engine,
      packs,
      'household',
      'household_id BIGINT, division VARCHAR',
      own.map((f) => ({ head: `${f.id}, '${f.division}'`, facts: f.household })),
    );
    await table(
      engine,
      packs,
      'person',
      'household_id BIGINT, person_id BIGINT',
      own.flatMap((f) => f.persons.map((p, n) => ({ head: `${f.id}, ${n}`, facts: p.facts }))),
    );
    await table(
      engine,
      packs,
      'obligor',
      'household_id BIGINT, obligor_id BIGINT',
      own.flatMap((f) => (f.obligors ?? []).map((o, n) => ({ head: `${f.id}, ${n}`, facts: o.facts }))),
    );
    const script = plan.sql({
      household: 'household_input',
      person: 'person_input',
      obligor: 'obligor_input',
      parameters: parameters.map((p, i) => ({ ...p, division: `family-${i}` })),
    });
    for (const statement of script.statements) await engine.run(statement);
    const rows = await engine.all<{
      household: string;
      person: string | null;
      programme: string;
      outcome: string;
      amount: string | null;
      missing: string;
      reasons: string;
      branch: string | null;
    }>(
      `select household_id::varchar as household, person_id::varchar as person, programme, outcome, amount_fen::varchar as amount,
         array_to_string(missing, ',') as missing, array_to_string(reasons, ',') as reasons, branch from ${script.relations.decision}`,
    );
    const list = (text: string | null) => (text ? text.split(',') : []);
    return families.map((family, i) =>
      rows
        .filter((r) => r.household === String(i))
        .map((r) => ({
          household: family.id,
          person: r.person === null ? null : (family.persons[Number(r.person)]?.id ?? null),
          programme: r.programme,
          outcome: r.outcome as Decision['outcome'],
          amountFen: r.amount === null ? null : BigInt(r.amount),
          missing: list(r.missing),
          reasons: list(r.reasons),
          branch: r.branch,
        })),
    );
  } finally {
    engine.close();
    await rm(tempDir, { recursive: true, force: true });
  }
}

async function table(
  engine: Engine,
  packs: readonly Pack[],
  entity: Entity,
  head: string,
  rows: readonly { head: string; facts: Facts }[],
): Promise<void> {
  const inputs = packs.flatMap((p) => p.inputs).filter((i) => i.entity === entity);
  await engine.run(
    `create table ${entity}_input (${[head, ...inputs.map((i) => `${duckdb.quote(i.name)} ${SQL_TYPES[i.type.kind]}`)].join(', ')})`,
  );
  for (let at = 0; at < rows.length; at += 200) {
    const values = rows
      .slice(at, at + 200)
      .map((r) => `(${[r.head, ...inputs.map((i) => cell(r.facts[i.name], i.type))].join(', ')})`);
    await engine.run(`insert into ${entity}_input values ${values.join(', ')}`);
  }
}

function cell(value: Scalar | null | undefined, type: ValueType): string {
  if (value === null || value === undefined) return 'NULL';
  if (type.kind === 'number') return String(value);
  if (type.kind === 'boolean') return value === true ? 'TRUE' : 'FALSE';
  if (type.kind === 'date') return `(DATE '1970-01-01' + INTEGER '${value}')`;
  return `'${String(value).replaceAll("'", "''")}'`;
}
