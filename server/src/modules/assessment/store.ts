import { sql, type Tx } from '../../platform/database/index.ts';
import type { Explanation, Frame } from './domain/explained.ts';
import type { DivisionRow } from './domain/parameter-divisions.ts';

/** A stored decision; ids and fen as text, as PostgreSQL gives BIGINT. */
export interface DecisionRow {
  id: string;
  run_id: string;
  period: string;
  bundle_hash: string;
  household_id: string;
  person_id: string | null;
  programme: string;
  outcome: 'eligible' | 'ineligible' | 'undetermined';
  amount_fen: string | null;
  reasons: string[];
  missing: string[];
  branch: string | null;
  explanation: Explanation;
}

const columns = [
  { name: 'run_id', type: 'uuid' },
  { name: 'period', type: 'text' },
  { name: 'bundle_hash', type: 'text' },
  { name: 'input_hash', type: 'text' },
  { name: 'household_id', type: 'bigint' },
  { name: 'person_id', type: 'bigint' },
  { name: 'programme', type: 'text' },
  { name: 'outcome', type: 'text' },
  { name: 'amount_fen', type: 'bigint' },
  { name: 'reasons', type: 'text[]' },
  { name: 'missing', type: 'text[]' },
  { name: 'branch', type: 'text' },
  { name: 'division', type: 'text' },
  { name: 'explanation', type: 'jsonb' },
  { name: 'decided_at', type: 'timestamptz' },
  { name: 'hukou_division_id', type: 'int' },
  { name: 'residence_division_id', type: 'int' },
] as const;

/** Names of the columns that insertDecisions takes, in order. */
export const decisionColumns: readonly string[] = columns.map((column) => column.name);

const figureColumns = [
  { name: 'run_id', type: 'uuid' },
  { name: 'period', type: 'text' },
  { name: 'household_id', type: 'bigint' },
  { name: 'family_size', type: 'int' },
  { name: 'income_fen', type: 'bigint' },
  { name: 'standard_fen', type: 'bigint' },
  { name: 'hukou_division_id', type: 'int' },
  { name: 'residence_division_id', type: 'int' },
] as const;

/** A household's figures of one run; fen as BIGINT, null is unknown. */
export type FigureRow = Readonly<Record<(typeof figureColumns)[number]['name'], unknown>>;

/** Writes figures of a run. @returns how many */
export async function insertFigures(tx: Tx, rows: readonly FigureRow[]): Promise<number> {
  const names = figureColumns.map((column) => column.name);
  return tx.load(
    'figures_load',
    figureColumns,
    rows.map((row) => names.map((name) => row[name])),
    `insert into assessment.figures (${names.join(', ')}) select ${names.join(', ')} from figures_load`,
  );
}

/** The newest figures of a household, under the actor's sight. */
export async function findFigures(
  tx: Tx,
  householdId: string,
): Promise<
  { period: string; family_size: number | null; income_fen: string | null; standard_fen: string | null } | undefined
> {
  const { rows } = await sql<{
    period: string;
    family_size: number | null;
    income_fen: string | null;
    standard_fen: string | null;
  }>`select f.period, f.family_size, f.income_fen, f.standard_fen
    from assessment.figures f join platform.run r on r.id = f.run_id
    where f.household_id = ${householdId} order by f.period desc, r.started_at desc, r.id desc limit 1`.execute(tx.db);
  return rows[0];
}

/**
 * Households of which a run of the month already showed decisions, so that no page is left with what no longer holds.
 * @param within only of these
 */
export async function householdsShown(tx: Tx, period: string, within?: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ household_id: string }>`
    select distinct household_id from assessment.figures where period = ${period}
    ${within ? sql`and household_id = any(${within}::bigint[])` : sql``}`.execute(tx.db);
  return rows.map((r) => r.household_id);
}

/** Removes what an earlier attempt of the run's step wrote. */
export async function deleteDecisions(tx: Tx, runId: string): Promise<void> {
  await sql`delete from assessment.decision where run_id = ${runId}`.execute(tx.db);
  await sql`delete from assessment.figures where run_id = ${runId}`.execute(tx.db);
}

/** Writes decisions of a run. @returns how many */
export async function insertDecisions(tx: Tx, rows: AsyncIterable<readonly unknown[]>): Promise<number> {
  const list = decisionColumns.join(', ');
  return tx.load(
    'decision_load',
    columns,
    rows,
    `insert into assessment.decision (${list}) select ${list} from decision_load`,
  );
}

/** Keeps a frame; frames of a published bundle never change. */
export async function keepFrame(
  tx: Tx,
  key: { bundle: string; period: string; division: string; programme: string },
  frame: Frame,
): Promise<void> {
  await sql`insert into assessment.frame (bundle_hash, period, division, programme, frame)
    values (${key.bundle}, ${key.period}, ${key.division}, ${key.programme}, ${JSON.stringify(frame)}::jsonb)
    on conflict do nothing`.execute(tx.db);
}

/** Decisions about a household as the latest run of each month made them, newest month first, under the actor's sight. */
export async function findDecisions(tx: Tx, householdId: string): Promise<(DecisionRow & { frame: Frame })[]> {
  const { rows } = await sql<DecisionRow & { frame: Frame }>`
    select d.id, d.run_id, d.period, d.bundle_hash, d.household_id, d.person_id, d.programme, d.outcome, d.amount_fen,
      d.reasons, d.missing, d.branch, d.explanation, f.frame
    from assessment.decision d
    join assessment.frame f using (bundle_hash, period, division, programme)
    where d.household_id = ${householdId} and d.run_id = (
      select x.run_id from assessment.decision x where x.household_id = ${householdId} and x.period = d.period
      order by x.decided_at desc, x.id desc limit 1)
    order by d.period desc, d.id`.execute(tx.db);
  return rows;
}

/** A sample of past decisions: the same seed over the same decisions gives the same sample. */
export async function sampleDecisions(
  tx: Tx,
  options: { sample: number; seed: number; period?: string | undefined },
): Promise<DecisionRow[]> {
  const { rows } = await sql<DecisionRow>`
    select id, run_id, period, bundle_hash, household_id, person_id, programme, outcome, amount_fen, reasons, missing,
      branch, explanation
    from assessment.decision where ${options.period ?? null}::text is null or period = ${options.period ?? null}
    order by md5(id::text || '/' || ${String(options.seed)}), id limit ${options.sample}`.execute(tx.db);
  return rows;
}

/** Every division with the code it has now (the last one it had, if it was abolished). */
export async function listDivisions(tx: Tx): Promise<DivisionRow[]> {
  const { rows } = await sql<{ id: number; level: string; parent_id: number | null; code: string }>`
    select distinct on (d.id) d.id, d.level, d.parent_id, n.code
    from registry.division d join registry.division_name n on n.division_id = d.id
    order by d.id, n.valid_from desc`.execute(tx.db);
  return rows.map((r) => ({ id: r.id, level: r.level, parentId: r.parent_id, code: r.code }));
}
