import { sql, type Tx } from '../../platform/database/index.ts';

const columns = [
  { name: 'request_id', type: 'uuid' },
  { name: 'household_id', type: 'bigint' },
  { name: 'person_id', type: 'bigint' },
  { name: 'programme', type: 'text' },
  { name: 'change', type: 'text' },
  { name: 'before', type: 'text' },
  { name: 'after', type: 'text' },
  { name: 'before_fen', type: 'bigint' },
  { name: 'after_fen', type: 'bigint' },
  { name: 'difference_fen', type: 'bigint' },
  { name: 'kind', type: 'text' },
  { name: 'in_conflict', type: 'boolean' },
  { name: 'on_roll', type: 'boolean' },
  { name: 'township_id', type: 'int' },
  { name: 'hukou_division_id', type: 'int' },
  { name: 'residence_division_id', type: 'int' },
] as const;

type Cells = Readonly<Record<string, string | number | bigint | boolean | null>>;

/** Writes what a simulation changed. @returns how many rows */
export async function insertSimulationChanges(tx: Tx, requestId: string, rows: AsyncIterable<Cells>): Promise<number> {
  const names = columns.map((c) => c.name).join(', ');
  async function* lines(): AsyncGenerator<readonly unknown[]> {
    for await (const row of rows) yield columns.map((c) => (c.name === 'request_id' ? requestId : row[c.name]));
  }
  return tx.load(
    'simulation_load',
    columns,
    lines(),
    `insert into assessment.simulation_change (${names}) select ${names} from simulation_load`,
  );
}

/** Forgets the lists of somebody's older simulations; their totals stay with the requests. */
export async function deleteOldSimulations(tx: Tx, askedBy: string, kept: number): Promise<void> {
  await sql`delete from assessment.simulation_change where request_id in (
    select id from platform.request where asked_by = ${askedBy} and kind = 'policy-simulate' and state = 'done'
    order by id desc offset ${kept - 1})`.execute(tx.db);
}

/** A changed decision as stored; ids and fen as text. */
export interface ChangeRow {
  id: string;
  household_id: string;
  person_id: string | null;
  programme: string;
  change: 'enters' | 'leaves' | 'gains' | 'loses' | 'opens' | 'settles';
  before: string | null;
  after: string | null;
  before_fen: string | null;
  after_fen: string | null;
  difference_fen: string;
  kind: string;
  in_conflict: boolean;
  on_roll: boolean;
  township_id: number | null;
  residence_division_id: number;
  head_person_id: string | null;
}

/** Changed decisions of a simulation under the actor's sight, largest amounts first, after `cursor` (a row's id). */
export async function findSimulationChanges(
  tx: Tx,
  requestId: string,
  filter: {
    programme?: string | undefined;
    change?: string | undefined;
    townshipId?: number | undefined;
    kind?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<ChangeRow[]> {
  const { programme = null, change = null, townshipId = null, kind = null, cursor = null } = filter;
  const { rows } = await sql<ChangeRow>`
    select c.id, c.household_id, c.person_id, c.programme, c.change, c.before, c.after, c.before_fen, c.after_fen,
      c.difference_fen, c.kind, c.in_conflict, c.on_roll, c.township_id, c.residence_division_id, h.head_person_id
    from assessment.simulation_change c left join registry.household h on h.id = c.household_id
    where c.request_id = ${requestId}
      and (${programme}::text is null or c.programme = ${programme}) and (${change}::text is null or c.change = ${change})
      and (${townshipId}::int is null or c.township_id = ${townshipId}) and (${kind}::text is null or c.kind = ${kind})
      and (${cursor}::bigint is null or c.id > ${cursor}::bigint)
    order by c.id limit ${filter.limit}`.execute(tx.db);
  return rows;
}

/** Removes what an earlier attempt of the run's step counted. */
export async function deleteCoverage(tx: Tx, runId: string): Promise<void> {
  await sql`delete from assessment.coverage where run_id = ${runId}`.execute(tx.db);
}

/** Writes how many each programme covers and pays in each village. */
export async function insertCoverage(
  tx: Tx,
  run: { runId: string; period: string },
  rows: readonly { programme: string; division_id: number; outcome: string; decisions: bigint; paid: bigint }[],
): Promise<void> {
  const own = [
    { name: 'programme', type: 'text' },
    { name: 'division_id', type: 'int' },
    { name: 'outcome', type: 'text' },
    { name: 'decisions', type: 'int' },
    { name: 'paid', type: 'int' },
  ] as const;
  const names = own.map((c) => c.name).join(', ');
  await tx.load(
    'coverage_load',
    own,
    rows.map((r) => own.map((c) => r[c.name])),
    `insert into assessment.coverage (run_id, period, ${names})
     select '${run.runId}'::uuid, '${run.period}', ${names} from coverage_load`,
  );
}
