import { formatLocatedError } from '@doudi/policy';
import { type Database, sql, system, type Tx } from '../../../platform/database/index.ts';
import { type Engine, literal } from '../../../platform/engine/index.ts';
import { notFound } from '../../../platform/errors.ts';
import type { Lake } from '../../../platform/lake/index.ts';
import { type Bundle, publishedBundle } from '../../../platform/packs/index.ts';
import { householdKinds } from '../domain/household-kinds.ts';
import { mustStand, type Reform, readReform } from '../domain/reform.ts';
import { rulebookOf } from '../domain/rulebook.ts';
import { yuan } from '../domain/yuan.ts';
import { type CHANGES, kindsOfChanged, SIMULATION, type SimulationSources, simulate } from '../plan/simulate.ts';
import { assessmentPath, householdPath } from './feed-rows.ts';

/** Where the run's roll lies; read by path alone, since entitlements come later in the flow. */
const rollPath = (runId: string): string => `entitlements/${runId}/roll.parquet`;

export type Change = (typeof CHANGES)[number];

/** Money is yuan as decimal text, for one month (or, for a programme paid once, each time). */
export interface SimulatedProgramme {
  programme: string;
  title: string;
  scope: 'person' | 'household';
  period: 'month' | 'once';
  /** Whether the reform can reach it; else after is before. */
  affected: boolean;
  before: Standing;
  after: Standing;
  difference: string;
  /** Twelve months of the difference; null for a programme paid once. */
  yearlyDifference: string | null;
}
interface Standing {
  /** Families (or persons, by the programme's scope) that fulfil the conditions by the registers. */
  eligible: number;
  undetermined: number;
  amount: string;
  /** Of those eligible, who is paid by this programme now. */
  onRoll: number;
  onRollAmount: string;
}

/** How many decisions change in one way, for one programme, township and kind of household. */
export interface ChangeCell {
  programme: string;
  townshipId: number;
  kind: string;
  change: Change;
  count: number;
  amount: string;
  onRoll: number;
  onRollAmount: string;
  conflicts: number;
}

/** What a reform would have made of one month. */
export interface SimulatedMonth {
  period: string;
  runId: string;
  bundle: string;
  reform: { title: string; changed: Reform['changed']; divisions: string[]; programmes: string[] };
  programmes: SimulatedProgramme[];
  cells: ChangeCell[];
  kinds: { id: string; title: string; en: string }[];
  /** Rules of which two exceptions give different results under the reform; their families are undetermined. */
  conflicts: { variable: string; rows: number }[];
  households: number;
}

interface SimulationHome {
  db: Database;
  lake: Lake;
  engine: Engine;
  /** The packs of today, which name the kinds of household; the rules are those of the run. */
  bundle: Bundle;
}

/** The finished run that speaks for a month, with the packs that it was decided by. @throws month-not-run */
export async function runOfMonth(tx: Tx, period: string): Promise<{ runId: string; bundle: Bundle }> {
  const { rows } = await sql<{ id: string; bundle: string }>`select id, pinned ->> 'bundle' as bundle from platform.run
    where period = ${period} and finished_at is not null order by finished_at desc, id desc limit 1`.execute(tx.db);
  const [run] = rows;
  if (!run) throw notFound('month-not-run', `${period} 还没有测算过`, '请选已经跑完的月份，或先执行 doudi run');
  return { runId: run.id, bundle: await publishedBundle(tx, run.bundle) };
}

/**
 * Lays a reform over one month's stored inputs and decisions. What changed stays in the engine as SIMULATION.change, with
 * a kind, until the next simulation on it.
 * @param options.sight divisions whose households are counted; undefined for all
 * @throws reform-invalid with each fault as file:line:column; month-not-run
 */
export async function simulateMonth(
  { db, lake, engine, bundle: today }: SimulationHome,
  options: { period: string; reform: { path: string; text: string }; sight?: readonly number[] | undefined },
): Promise<SimulatedMonth> {
  const { period } = options;
  const { runId, bundle } = await db.withActor(system(`试算 ${period}`), (tx) => runOfMonth(tx, period));
  const input = lake.path(assessmentPath(runId, 'household_input'));
  const divisions = await engine.all<{ division: string }>(
    `SELECT DISTINCT division FROM read_parquet(${literal(input)}) WHERE division IS NOT NULL ORDER BY division`,
  );
  const reform = readReform(
    bundle,
    period,
    options.reform,
    divisions.map((d) => d.division),
  );
  mustStand(reform.errors, formatLocatedError);
  const sources: SimulationSources = {
    personInput: lake.path(assessmentPath(runId, 'person_input')),
    householdInput: input,
    decision: lake.path(assessmentPath(runId, 'decision')),
    household: lake.path(householdPath(runId)),
    roll: lake.path(rollPath(runId)),
    sight: options.sight,
  };
  await simulate(engine, reform.plan, reform.divisions, sources);
  const kinds = householdKinds(today, rulebookOf(bundle, period).plan);
  await kindsOfChanged(engine, kinds, sources);
  const cells = await changeCells(engine);
  const conflicts = await engine.all<{ variable: string; rows: bigint }>(
    `SELECT variable, rows FROM ${SIMULATION.conflict} WHERE rows > 0 ORDER BY variable`,
  );
  const [households] = await engine.all<{ n: bigint }>(
    `SELECT count(DISTINCT household_id) AS n FROM ${SIMULATION.change}`,
  );
  return {
    period,
    runId,
    bundle: bundle.hash,
    reform: {
      title: reform.title,
      changed: reform.changed,
      divisions: reform.divisions,
      programmes: reform.plan.programmes.map((p) => p.id),
    },
    programmes: await programmesOf(engine, bundle, period, reform),
    cells,
    kinds: kinds.kinds.map(({ id, title, en }) => ({ id, title, en })),
    conflicts: conflicts.map((c) => {
      // A reform's own version of a variable stands under the variable's name with a mark behind it.
      const [name = c.variable] = c.variable.split('@');
      const title = reform.plan.rules.symbols.variables.get(name)?.[0]?.source.title;
      return { variable: title ?? name, rows: Number(c.rows) };
    }),
    households: Number(households?.n ?? 0n),
  };
}

async function changeCells(engine: Engine): Promise<ChangeCell[]> {
  const rows = await engine.all<{
    programme: string;
    township: number | null;
    kind: string;
    change: Change;
    n: bigint;
    fen: bigint;
    on_roll: bigint;
    on_roll_fen: bigint;
    conflicts: bigint;
  }>(`SELECT c.programme, c.township_id AS township, k.kind, c.change, count(*) AS n, sum(c.difference_fen)::BIGINT AS fen,
      count(*) FILTER (WHERE c.on_roll) AS on_roll,
      coalesce(sum(c.difference_fen) FILTER (WHERE c.on_roll), 0)::BIGINT AS on_roll_fen,
      count(*) FILTER (WHERE c.in_conflict) AS conflicts
    FROM ${SIMULATION.change} c JOIN ${SIMULATION.kind} k USING (household_id) GROUP BY ALL ORDER BY ALL`);
  return rows.map((r) => ({
    programme: r.programme,
    townshipId: r.township ?? 0,
    kind: r.kind,
    change: r.change,
    count: Number(r.n),
    amount: yuan(r.fen),
    onRoll: Number(r.on_roll),
    onRollAmount: yuan(r.on_roll_fen),
    conflicts: Number(r.conflicts),
  }));
}

const MONTHS = 12n;

async function programmesOf(
  engine: Engine,
  bundle: Bundle,
  period: string,
  reform: Reform,
): Promise<SimulatedProgramme[]> {
  const before = await engine.all<{
    programme: string;
    eligible: bigint;
    undetermined: bigint;
    fen: bigint;
    on_roll: bigint;
    on_roll_fen: bigint;
  }>(`SELECT * FROM ${SIMULATION.baseline}`);
  const moved = await engine.all<{
    programme: string;
    eligible: bigint;
    undetermined: bigint;
    fen: bigint;
    on_roll: bigint;
    on_roll_fen: bigint;
  }>(`SELECT programme, ${moves("= 'eligible'")} AS eligible, ${moves("= 'undetermined'")} AS undetermined,
      sum(difference_fen)::BIGINT AS fen, ${moves("= 'eligible'", 'on_roll')} AS on_roll,
      coalesce(sum(difference_fen) FILTER (WHERE on_roll), 0)::BIGINT AS on_roll_fen
    FROM ${SIMULATION.change} GROUP BY programme`);
  const affected = new Set(reform.plan.programmes.map((p) => p.id));
  return rulebookOf(bundle, period).plan.programmes.map((p): SimulatedProgramme => {
    const was = before.find((b) => b.programme === p.id);
    const by = moved.find((m) => m.programme === p.id);
    const standing = (with_: boolean): Standing => {
      const of = (name: 'eligible' | 'undetermined' | 'fen' | 'on_roll' | 'on_roll_fen') =>
        (was?.[name] ?? 0n) + (with_ ? (by?.[name] ?? 0n) : 0n);
      return {
        eligible: Number(of('eligible')),
        undetermined: Number(of('undetermined')),
        amount: yuan(of('fen')),
        onRoll: Number(of('on_roll')),
        onRollAmount: yuan(of('on_roll_fen')),
      };
    };
    const difference = by?.fen ?? 0n;
    return {
      programme: p.id,
      title: p.title,
      scope: p.scope,
      period: p.period,
      affected: affected.has(p.id),
      before: standing(false),
      after: standing(true),
      difference: yuan(difference),
      yearlyDifference: p.period === 'month' ? yuan(difference * MONTHS) : null,
    };
  });
}

/** SQL: by how many the rows with such an outcome grow. */
const moves = (outcome: string, where = 'true') =>
  `(count(*) FILTER (WHERE after ${outcome} AND ${where}) - count(*) FILTER (WHERE before ${outcome} AND ${where}))`;

/** One decision that a reform changes, as the lists show it. */
export interface SimulatedChange {
  household: string;
  person: string | null;
  programme: string;
  change: Change;
  before: string | null;
  after: string | null;
  beforeAmount: string | null;
  afterAmount: string | null;
  difference: string;
  kind: string;
  conflict: boolean;
  onRoll: boolean;
  townshipId: number | null;
}

type ChangedRow = Record<string, string | number | bigint | boolean | null>;

/** The rows that the simulation just run on this engine changed, largest amounts first, in batches. */
export async function* changedRows(engine: Engine): AsyncGenerator<ChangedRow> {
  for await (const rows of engine.stream<ChangedRow>(`SELECT c.*, k.kind FROM ${SIMULATION.change} c
      JOIN ${SIMULATION.kind} k USING (household_id)
      ORDER BY abs(c.difference_fen) DESC, c.household_id, c.programme, c.person_id`))
    yield* rows;
}

/** The same for people, money in yuan. */
export async function* simulatedChanges(engine: Engine): AsyncGenerator<SimulatedChange> {
  const money = (fen: unknown) => (fen === null ? null : yuan(fen as bigint));
  for await (const r of changedRows(engine))
    yield {
      household: String(r.household_id),
      person: r.person_id === null ? null : String(r.person_id),
      programme: r.programme as string,
      change: r.change as Change,
      before: r.before as string | null,
      after: r.after as string | null,
      beforeAmount: money(r.before_fen),
      afterAmount: money(r.after_fen),
      difference: yuan(r.difference_fen as bigint),
      kind: r.kind as string,
      conflict: r.in_conflict as boolean,
      onRoll: r.on_roll as boolean,
      townshipId: r.township_id as number | null,
    };
}
