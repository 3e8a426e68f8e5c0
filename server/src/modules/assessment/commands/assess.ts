import { system } from '../../../platform/database/index.ts';
import { type Engine, literal } from '../../../platform/engine/index.ts';
import type { RunContext, Step } from '../../../platform/jobs/step.ts';
import type { StagedFile } from '../../../platform/lake/index.ts';
import { feedContracts } from '../../intake/batch.ts';
import { parameterDivisions } from '../domain/parameter-divisions.ts';
import { rulebookOf } from '../domain/rulebook.ts';
import { decide, decisionsSql, householdValuesSql, WORKING } from '../plan/decide.ts';
import { feedsRead } from '../plan/feeds-read.ts';
import { inputHashSql } from '../plan/input-hash.ts';
import { buildInputs, dropSources, findDoubtful, type InputSources, loadSources } from '../plan/inputs.ts';
import { standingMonths } from '../plan/standing.ts';
import { readVerified } from '../plan/verified-inputs.ts';
import { listDivisions } from '../store.ts';
import { assessmentPath, feedRows, householdPath, personPath, verifiedPath } from './feed-rows.ts';

/**
 * Step of the month: derives every household's inputs, decides every monthly programme for it by the pinned packs, and
 * stages both in the lake (see README.md). Writes no rows; the desk's copies come with concernedDecisionsStep.
 * An increment does so for the touched households alone. Gives {persons, households, doubtful (of those computed), changed, decisions: {programme: {outcome: n}}}; `changed` is null without an
 * earlier run.
 */
export const assessStep: Step = async (context) => {
  const { engine, lake, runId } = context;
  const { plan, vocabulary } = rulebookOf(context.bundle, context.period);
  context.progress(`${context.period} 取定输入`);
  const { rows, states } = await feedRows(context, feedsRead);
  const { divisions, previous } = await context.db.withActor(
    system(`月度运行 ${context.period} 取区划`),
    async (tx) => ({ divisions: await listDivisions(tx), previous: await lake.list(tx, 'assessment/') }),
  );
  const sources: InputSources = {
    period: context.period,
    feeds: rows,
    personPath: lake.path(personPath(runId)),
    householdPath: lake.path(householdPath(runId)),
    divisionCodes: parameterDivisions(divisions, new Set(context.bundle.packs.map((pack) => pack.division))),
    vocabulary,
    standing: standingMonths(feedContracts(context.bundle)),
    verified: await readVerified(verifiedPath(context), vocabulary),
    touched: context.touched?.households,
  };
  const files: StagedFile[] = [];
  const stage = async (what: Parameters<typeof assessmentPath>[1], query: string) => {
    files.push(
      await lake.stage(assessmentPath(runId, what), async (tmp) => {
        await engine.run(
          `COPY (${completed(context, what, query)}) TO ${literal(tmp)} (FORMAT parquet, COMPRESSION zstd)`,
        );
        return count(engine, `read_parquet(${literal(tmp)})`);
      }),
    );
  };
  await dropResults(engine);
  try {
    await loadSources(engine, sources);
    const doubtful = await findDoubtful(engine);
    const strict = await buildInputs(engine, sources, states, 'strict');
    const likely = await buildInputs(engine, sources, states, 'likely');
    await dropSources(engine);
    await stage('person_input', `SELECT * FROM ${strict.person} ORDER BY household_id, person_id`);
    await stage('household_input', `SELECT * FROM ${strict.household} ORDER BY household_id`);
    await stage('input_hash', `${inputHashSql(strict)} ORDER BY household_id`);
    context.progress(`${context.period} 测算`);
    const decided = await decide(engine, plan, strict, likely);
    await stage('decision', `${decisionsSql(decided)} ORDER BY household_id, programme, person_id, certain`);
    await stage('household_value', `${householdValuesSql(decided, plan)} ORDER BY s.household_id`);
    const rowsIn = (what: string) => files.find((f) => f.path.endsWith(`/${what}.parquet`))?.rows ?? 0;
    const result = {
      persons: rowsIn('person_input'),
      households: rowsIn('household_input'),
      doubtful,
      changed: await changedSince(engine, lake.path(assessmentPath(runId, 'input_hash')), previousHash(previous)),
      decisions: await outcomes(engine, lake.path(assessmentPath(runId, 'decision'))),
    };
    return { files, write: async () => result };
  } finally {
    await dropSources(engine);
    await dropResults(engine);
  }

  function previousHash(staged: readonly StagedFile[]): string | undefined {
    const own = assessmentPath(runId, 'input_hash');
    const found = staged.filter((f) => f.path.endsWith('/input_hash.parquet') && f.path !== own).at(-1);
    return found && lake.path(found.path);
  }
};

/** What an increment made anew, with the rows of everybody else as the run before left them. */
function completed(context: RunContext, what: Parameters<typeof assessmentPath>[1], query: string): string {
  const { lake, touched } = context;
  if (!touched) return query;
  return `SELECT * FROM read_parquet(${literal(lake.path(assessmentPath(touched.baseRunId, what)))})
      WHERE household_id NOT IN (SELECT household_id FROM read_parquet(${literal(touched.households)}))
    UNION ALL BY NAME SELECT * FROM (${query})`;
}

/** How many households' inputs differ from an earlier run's, or are new or gone. */
async function changedSince(engine: Engine, now: string, before: string | undefined): Promise<number | null> {
  if (before === undefined) return null;
  const [row] = await engine.all<{ n: bigint }>(`SELECT count(*) AS n
    FROM read_parquet(${literal(now)}) a FULL JOIN read_parquet(${literal(before)}) b USING (household_id)
    WHERE a.input_hash IS DISTINCT FROM b.input_hash`);
  return Number(row?.n ?? 0n);
}

async function outcomes(engine: Engine, path: string): Promise<Record<string, Record<string, number>>> {
  const rows = await engine.all<{ programme: string; outcome: string; n: bigint }>(
    `SELECT programme, outcome, count(*) AS n FROM read_parquet(${literal(path)}) WHERE certain GROUP BY ALL ORDER BY ALL`,
  );
  const out: Record<string, Record<string, number>> = {};
  for (const { programme, outcome, n } of rows) out[programme] = { ...out[programme], [outcome]: Number(n) };
  return out;
}

const LEFT_BEHIND = `^(strict|likely|${WORKING.slice(0, -1)})_`;

/** Drops what a run of the policies left, also of an attempt that failed half-way on the same engine. */
async function dropResults(engine: Engine): Promise<void> {
  const left = await engine.all<{ name: string; kind: string }>(`
    SELECT table_name AS name, 'TABLE' AS kind FROM duckdb_tables() WHERE temporary AND regexp_matches(table_name, '${LEFT_BEHIND}')
    UNION ALL
    SELECT view_name, 'VIEW' FROM duckdb_views() WHERE temporary AND regexp_matches(view_name, '${LEFT_BEHIND}')
    ORDER BY kind DESC`);
  for (const { name, kind } of left) await engine.run(`DROP ${kind} IF EXISTS "${name}"`);
}

async function count(engine: Engine, relation: string): Promise<number> {
  const [row] = await engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${relation}`);
  return Number(row?.n ?? 0n);
}
