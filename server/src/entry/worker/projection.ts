import type { Engine } from '../../platform/engine/index.ts';
import { literal, type Row } from '../../platform/engine/index.ts';
import { type MonthBed, PERIOD } from './testing.ts';

/** All derived state of a run, without ids of runs and deliveries, record numbers and times; rows as sorted text. */
export type Projection = Record<string, string[]>;

const LAKE = {
  person_input: 'SELECT * FROM $',
  household_input: 'SELECT * FROM $',
  input_hash: 'SELECT * FROM $',
  decision:
    "SELECT * REPLACE (array_to_string(missing, ' ') AS missing, array_to_string(reasons, ' ') AS reasons) FROM $",
  household_value: 'SELECT * FROM $',
} as const;

/** Projects what a run left in the lake and what the desk shows after it. */
export async function project(bed: MonthBed, engine: Engine, runId: string): Promise<Projection> {
  const { lake } = bed.installation;
  const file = (path: string) => `read_parquet(${literal(lake.path(path))})`;
  const rows = async (sql: string) => lines(await engine.all(sql));
  const out: Projection = {};
  for (const [what, sql] of Object.entries(LAKE))
    out[what] = await rows(sql.replace('$', file(`assessment/${runId}/${what}.parquet`)));
  out.finding = await rows(`SELECT * EXCLUDE (evidence) FROM ${file(`findings/${runId}.parquet`)}`);
  out.evidence = await rows(`SELECT * EXCLUDE (delivery_id, "row") FROM ${file(`findings/${runId}-evidence.parquet`)}`);
  out.roll = await rows(`SELECT * EXCLUDE (delivery_id, "row") FROM ${file(`entitlements/${runId}/roll.parquet`)}`);
  const concerned = await engine.all<{
    id: bigint;
  }>(`SELECT household_id AS id FROM ${file(`findings/${runId}.parquet`)}
    UNION SELECT household_id FROM ${file(`entitlements/${runId}/roll.parquet`)} WHERE status = 'active' AND household_id IS NOT NULL`);
  const ids = concerned.map((r) => String(r.id));
  const shown = async (sql: string) => lines(await bed.query<Row>(sql, [ids, PERIOD]));
  // What a page shows of a household is what the run wrote that touched it last.
  const newest = (table: string) => `d.run_id = (select x.run_id from ${table} x join platform.run r on r.id = x.run_id
    where x.household_id = d.household_id and x.period = d.period order by r.id desc limit 1)`;
  out.shownDecision =
    await shown(`select household_id, person_id, programme, outcome, amount_fen, reasons, missing, branch, division,
      input_hash, explanation from assessment.decision d
    where household_id = any($1::bigint[]) and period = $2 and ${newest('assessment.decision')}`);
  out.figures = await shown(`select household_id, family_size, income_fen, standard_fen from assessment.figures d
    where household_id = any($1::bigint[]) and period = $2 and ${newest('assessment.figures')}`);
  out.portrait =
    await shown(`select household_id, person_id, kind, title, value, feed, role, certain, as_of, stale, outside
    from registry.fact where household_id = any($1::bigint[]) and period = $2`);
  out.lead =
    await shown(`select household_id, person_id, kind, cause, level, undetermined, certain, headline, metric, limit_value,
      speaks_for, status from monitoring.lead
    where status = 'open' and found and (household_id = any($1::bigint[]) or true) and last_found_period = $2`);
  out.leadEvidence =
    await shown(`select l.household_id, l.cause, e.direction, e.person_id, e.feed, e.role, e.says, e.certain
    from monitoring.evidence e join monitoring.lead l on l.id = e.lead_id
    where l.status = 'open' and l.found and (l.household_id = any($1::bigint[]) or true) and l.last_found_period = $2`);
  out.award =
    await shown(`select household_id, person_id, programme, award_no, month, amount_fen, persons, status, certain
    from entitlements.award where (household_id = any($1::bigint[]) or true) and period = $2`);
  return out;
}

const lines = (rows: readonly Row[]): string[] =>
  rows.map((row) => JSON.stringify(row, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).sort();
