import { sql, type Tx } from '../../../platform/database/index.ts';

export const FACT_COLUMNS = [
  ['household_id', 'bigint'],
  ['person_id', 'bigint'],
  ['kind', 'text'],
  ['title', 'text'],
  ['value', 'text'],
  ['feed', 'text'],
  ['delivery_id', 'uuid'],
  ['row_no', 'bigint'],
  ['role', 'text'],
  ['certain', 'boolean'],
  ['as_of', 'date'],
  ['stale', 'boolean'],
  ['outside', 'text'],
  ['hukou_division_id', 'int'],
  ['residence_division_id', 'int'],
] as const;

/**
 * Replaces the facts of the concerned households; those of other households stay with the month that last concerned them.
 * @returns facts written
 */
export async function replaceFacts(
  tx: Tx,
  period: string,
  households: AsyncIterable<readonly unknown[]>,
  facts: AsyncIterable<readonly unknown[]>,
): Promise<number> {
  const columns = FACT_COLUMNS.map(([name]) => name).join(', ');
  await tx.load(
    'concerned_in',
    [{ name: 'household_id', type: 'bigint' }],
    households,
    'delete from registry.fact f using concerned_in c where c.household_id = f.household_id',
  );
  await tx.load(
    'fact_in',
    FACT_COLUMNS.map(([name, type]) => ({ name, type })),
    facts,
    'analyze fact_in',
  );
  const { rows } = await sql<{ n: string }>`with written as (
      insert into registry.fact (${sql.raw(columns)}, period) select ${sql.raw(columns)}, ${period} from fact_in
      order by household_id, person_id, kind returning 1)
    select count(*) as n from written`.execute(tx.db);
  await sql`analyze registry.fact`.execute(tx.db);
  return Number(rows[0]?.n ?? 0);
}

/**
 * Households whose page already shows facts of the month, so that none is left with what no longer holds.
 * @param within only of these
 */
export async function householdsWithFacts(tx: Tx, period: string, within?: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ household_id: string }>`select distinct household_id from registry.fact
    where period = ${period} ${within ? sql`and household_id = any(${within}::bigint[])` : sql``}`.execute(tx.db);
  return rows.map((r) => r.household_id);
}
