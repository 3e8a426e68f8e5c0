import type { Plan } from '@doudi/policy';
import { type Engine, literal } from '../../../platform/engine/index.ts';
import type { HouseholdKind } from '../domain/household-kinds.ts';

/** Files of the run that a reform is laid over. */
export interface SimulationSources {
  personInput: string;
  householdInput: string;
  decision: string;
  /** registry/<run>/household.parquet: whose household is whose to see. */
  household: string;
  /** entitlements/<run>/roll.parquet: who is paid now. */
  roll: string;
  /** Divisions whose households are counted; undefined for all. */
  sight: readonly number[] | undefined;
}

/** enters 新进入, leaves 退出, gains 增加, loses 减少, opens 变为待定, settles 由待定变为不符合. */
export const CHANGES = ['enters', 'leaves', 'gains', 'loses', 'opens', 'settles'] as const;

/** Tables that a simulation leaves in the engine, by name. */
export const SIMULATION = {
  /** household_id and its divisions, of the households counted. */
  scope: 'sim_scope',
  /** One row per household, person and programme decided otherwise. */
  change: 'sim_change',
  /** What each programme of the baseline comes to: programme, eligible, undetermined, fen, on_roll, on_roll_fen. */
  baseline: 'sim_baseline',
  /** household_id, kind: of the households that change. */
  kind: 'sim_kind',
  /** variable, rows: rules of which two exceptions disagree under the reform. */
  conflict: 'sim_policy_conflict',
} as const;

const WORKING = '^sim_';

/**
 * Decides the households of a run under a reform and compares with what the run decided: only the programmes of `plan`,
 * only the divisions in which anything changes. Amounts stay whole fen.
 */
export async function simulate(
  engine: Engine,
  plan: Plan,
  divisions: readonly string[],
  sources: SimulationSources,
): Promise<void> {
  await dropSimulation(engine);
  const file = (path: string) => `read_parquet(${literal(path)})`;
  const seen = sources.sight?.join(', ');
  const where =
    seen === undefined
      ? ''
      : `WHERE ${['hukou', 'residence'].map((d) => `${d}_division_id IN (${seen || 'NULL'})`).join(' OR ')}`;
  await engine.run(`CREATE TEMP TABLE ${SIMULATION.scope} AS
    SELECT household_id, hukou_division_id, residence_division_id, township_id FROM ${file(sources.household)} ${where}`);
  // A household programme is paid when any member is on its roll: those stand under person 0.
  await engine.run(`CREATE TEMP TABLE sim_roll AS SELECT DISTINCT household_id, unnest([person_id, 0]) AS person_id, programme
    FROM ${file(sources.roll)} WHERE status = 'active' AND household_id IS NOT NULL AND person_id IS NOT NULL`);
  await engine.run(`CREATE TEMP TABLE sim_before AS
    SELECT household_id, person_id, programme, outcome, amount_fen FROM ${file(sources.decision)}
    WHERE certain ${seen === undefined ? '' : `AND household_id IN (SELECT household_id FROM ${SIMULATION.scope})`}`);
  await engine.run(`CREATE TEMP TABLE ${SIMULATION.baseline} AS
    SELECT programme, count(*) FILTER (WHERE outcome = 'eligible') AS eligible,
      count(*) FILTER (WHERE outcome = 'undetermined') AS undetermined,
      coalesce(sum(amount_fen), 0)::BIGINT AS fen, count(*) FILTER (WHERE outcome = 'eligible' AND on_roll) AS on_roll,
      coalesce(sum(amount_fen) FILTER (WHERE on_roll), 0)::BIGINT AS on_roll_fen
    FROM (SELECT b.*, ${ON_ROLL} FROM sim_before b ${withRoll('b')} WHERE b.outcome <> 'ineligible') GROUP BY programme`);
  await decideUnder(engine, plan, divisions, sources, seen !== undefined);
  await engine.run(changeSql(plan, divisions, file(sources.householdInput)));
}

/** Joins to the decision `side` whether it is about somebody who is paid by the same programme now. */
const withRoll = (side: string) => `LEFT JOIN sim_roll roll ON roll.household_id = ${side}.household_id
  AND roll.programme = ${side}.programme AND roll.person_id = coalesce(${side}.person_id, 0)`;
const ON_ROLL = 'roll.household_id IS NOT NULL AS on_roll';

async function decideUnder(
  engine: Engine,
  plan: Plan,
  divisions: readonly string[],
  sources: SimulationSources,
  narrowed: boolean,
): Promise<void> {
  const list = divisions.map(literal).join(', ') || 'NULL';
  const within = narrowed ? ` AND household_id IN (SELECT household_id FROM ${SIMULATION.scope})` : '';
  await engine.run(`CREATE TEMP VIEW sim_household AS SELECT * FROM read_parquet(${literal(sources.householdInput)})
    WHERE division IN (${list})${within}`);
  await engine.run(`CREATE TEMP VIEW sim_person AS SELECT * FROM read_parquet(${literal(sources.personInput)})`);
  const script = plan.sql({
    household: 'sim_household',
    person: 'sim_person',
    divisions,
    decision: 'sim_after',
    prefix: 'sim_policy_',
    explain: false,
    missing: false,
    inline: true,
  });
  for (const statement of script.statements) await engine.run(statement);
  const conflicts = await engine.all<{ variable: string }>(
    `SELECT variable FROM ${script.relations.conflicts} WHERE rows > 0`,
  );
  const entityOf = new Map(plan.rules.variables.map((v) => [v.name, v.entity]));
  const who = conflicts.map(({ variable }) => {
    const relation = entityOf.get(variable) === 'person' ? script.relations.person : script.relations.household;
    return `SELECT household_id FROM ${relation} WHERE "${variable}!conflict"`;
  });
  await engine.run(`CREATE TEMP TABLE sim_in_conflict AS
    SELECT DISTINCT household_id FROM (${who.join(' UNION ALL ') || 'SELECT NULL::BIGINT AS household_id WHERE false'})`);
}

function changeSql(plan: Plan, divisions: readonly string[], householdInput: string): string {
  const programmes = plan.programmes.map((p) => literal(p.id)).join(', ') || 'NULL';
  // The baseline of other divisions has no counterpart under the reform: it would look as if everybody left.
  const own = `SELECT b.* FROM sim_before b WHERE b.programme IN (${programmes}) AND b.household_id IN
    (SELECT household_id FROM ${householdInput} WHERE division IN (${divisions.map(literal).join(', ') || 'NULL'}))`;
  return `CREATE TEMP TABLE ${SIMULATION.change} AS
    WITH pair AS (
      SELECT coalesce(b.household_id, r.household_id) AS household_id, coalesce(b.person_id, r.person_id) AS person_id,
        coalesce(b.programme, r.programme) AS programme, b.outcome AS before, r.outcome AS after,
        b.amount_fen AS before_fen, r.amount_fen AS after_fen, coalesce(r.amount_fen, 0) - coalesce(b.amount_fen, 0) AS difference_fen
      FROM (${own}) b FULL JOIN sim_after r ON b.household_id = r.household_id AND b.programme = r.programme
        AND b.person_id IS NOT DISTINCT FROM r.person_id
      WHERE b.outcome IS DISTINCT FROM r.outcome OR b.amount_fen IS DISTINCT FROM r.amount_fen),
    named AS (SELECT *, CASE
        WHEN after = 'eligible' AND before IS DISTINCT FROM 'eligible' THEN 'enters'
        WHEN after = 'undetermined' THEN 'opens'
        WHEN before = 'eligible' AND after IS DISTINCT FROM 'eligible' THEN 'leaves'
        WHEN before = 'eligible' AND difference_fen > 0 THEN 'gains'
        WHEN before = 'eligible' AND difference_fen < 0 THEN 'loses'
        WHEN before = 'undetermined' THEN 'settles' END AS change FROM pair)
    -- Without a change: not asked about before, ineligible now, or the reverse.
    SELECT n.*, n.household_id IN (SELECT household_id FROM sim_in_conflict) AND n.after = 'undetermined' AS in_conflict,
      ${ON_ROLL}, s.hukou_division_id, s.residence_division_id, s.township_id
    FROM named n JOIN ${SIMULATION.scope} s ON s.household_id = n.household_id ${withRoll('n')}
    WHERE n.change IS NOT NULL`;
}

/**
 * Names the kind of each household that changes, by the rules before the reform: SIMULATION.kind.
 */
export async function kindsOfChanged(
  engine: Engine,
  { kinds, plan, columnOf }: { kinds: readonly HouseholdKind[]; plan: Plan; columnOf: (kind: HouseholdKind) => string },
  sources: SimulationSources,
): Promise<void> {
  for (const entity of ['household', 'person'] as const)
    await engine.run(`CREATE TEMP VIEW sim_kind_${entity} AS SELECT * FROM
      read_parquet(${literal(entity === 'household' ? sources.householdInput : sources.personInput)})
      WHERE household_id IN (SELECT household_id FROM ${SIMULATION.change})`);
  const divisions = await engine.all<{ division: string }>(
    'SELECT DISTINCT division FROM sim_kind_household WHERE division IS NOT NULL ORDER BY division',
  );
  const script = plan.sql({
    household: 'sim_kind_household',
    person: 'sim_kind_person',
    divisions: divisions.map((d) => d.division),
    decision: 'sim_kind_decision',
    prefix: 'sim_kind_policy_',
    explain: false,
    missing: false,
  });
  for (const statement of script.statements) await engine.run(statement);
  const cases = kinds.slice(0, -1).map((kind) => `WHEN "${columnOf(kind)}" THEN ${literal(kind.id)}`);
  const other = kinds.at(-1)?.id ?? '';
  await engine.run(`CREATE TEMP TABLE ${SIMULATION.kind} AS SELECT household_id, CASE ${cases.join(' ')} ELSE ${literal(other)} END AS kind
    FROM ${script.relations.household}`);
}

/** Drops whatever a simulation left on this engine, also one that failed half-way. */
export async function dropSimulation(engine: Engine): Promise<void> {
  const left = await engine.all<{ name: string; kind: string }>(`
    SELECT view_name AS name, 'VIEW' AS kind FROM duckdb_views() WHERE temporary AND regexp_matches(view_name, '${WORKING}')
    UNION ALL
    SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE temporary AND regexp_matches(table_name, '${WORKING}')
    ORDER BY kind DESC`);
  for (const { name, kind } of left) await engine.run(`DROP ${kind} IF EXISTS "${name}"`);
}
