import { type DuckDBConnection, DuckDBDateValue } from '@duckdb/node-api';
import type { Entity, Facts, Family, Pack, Scalar, ValueType } from '../../policy/src/index.ts';
import { literal } from '../../server/src/platform/engine/index.ts';

const SQL_TYPES = { number: 'BIGINT', boolean: 'BOOLEAN', date: 'DATE', enum: 'VARCHAR' } as const;

/**
 * Families as tables `household_input`, `person_input`, `obligor_input` of a DuckDB connection, the form of
 * docs/policy-language/inputs.md, and as Parquet files `<dir>/<table>.parquet`.
 */
export async function writeFamilies(
  connection: DuckDBConnection,
  packs: readonly Pack[],
  families: readonly Family[],
  dir: string,
): Promise<void> {
  const rows: Record<Entity, { ids: (bigint | string)[]; facts: Facts }[]> = {
    household: families.map((f) => ({ ids: [BigInt(f.id), f.division], facts: f.household })),
    person: families.flatMap((f) => f.persons.map((p) => ({ ids: [BigInt(f.id), BigInt(p.id)], facts: p.facts }))),
    obligor: families.flatMap((f) =>
      (f.obligors ?? []).map((o) => ({ ids: [BigInt(f.id), BigInt(o.id)], facts: o.facts })),
    ),
  };
  const heads = {
    household: 'household_id BIGINT, division VARCHAR',
    person: 'household_id BIGINT, person_id BIGINT',
    obligor: 'household_id BIGINT, obligor_id BIGINT',
  };
  for (const entity of ['household', 'person', 'obligor'] as const) {
    const inputs = packs.flatMap((pack) => pack.inputs).filter((input) => input.entity === entity);
    const columns = inputs.map((input) => `"${input.name}" ${SQL_TYPES[input.type.kind]}`);
    await connection.run(`CREATE TABLE ${entity}_input (${[heads[entity], ...columns].join(', ')})`);
    const appender = await connection.createAppender(`${entity}_input`);
    for (const row of rows[entity]) {
      for (const id of row.ids) {
        if (typeof id === 'bigint') appender.appendBigInt(id);
        else appender.appendVarchar(id);
      }
      for (const input of inputs) append(row.facts[input.name], input.type);
      appender.endRow();
    }
    appender.closeSync();
    await connection.run(`COPY ${entity}_input TO ${literal(`${dir}/${entity}_input.parquet`)} (FORMAT parquet)`);

    function append(value: Scalar | null | undefined, type: ValueType): void {
      if (value === null || value === undefined) appender.appendNull();
      else if (type.kind === 'number') appender.appendBigInt(BigInt(value));
      else if (type.kind === 'boolean') appender.appendBoolean(value === true);
      else if (type.kind === 'date') appender.appendDate(new DuckDBDateValue(Number(value)));
      else appender.appendVarchar(String(value));
    }
  }
}
