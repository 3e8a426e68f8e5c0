import type { SimulationBody, SimulationChangesResponse, SimulationResult } from '@doudi/contracts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import { notFound } from '../../../platform/errors.ts';
import { type AskedRequest, askRequest, readRequest } from '../../../platform/jobs/request.ts';
import { coveredNames, placesOf } from '../../registry/index.ts';
import { yuan } from '../domain/yuan.ts';
import { findSimulationChanges } from '../store-simulation.ts';

/** The kind of request by which the desk asks for a simulation. */
export const SIMULATION_KIND = 'policy-simulate';

/** Records a simulation; the worker does it with the asker's sight. @throws month-not-run */
export async function askSimulation(tx: Tx, body: SimulationBody): Promise<{ id: string }> {
  const periods = await simulatedPeriods(tx);
  if (!periods.includes(body.period))
    throw notFound('month-not-run', `${body.period} 还没有测算过`, '请选已经跑完的月份');
  return askRequest(tx, SIMULATION_KIND, { ...body }, '政策试算');
}

/** Months that have a finished run, newest first. */
export async function simulatedPeriods(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ period: string }>`select distinct period from platform.run where finished_at is not null
    order by period desc limit 36`.execute(tx.db);
  return rows.map((r) => r.period);
}

/** One's own simulations, newest first. */
export async function listSimulations(
  tx: Tx,
): Promise<{ id: string; title: string; period: string; state: AskedRequest['state']; askedAt: string }[]> {
  const { rows } = await sql<{
    id: string;
    title: string;
    period: string;
    state: AskedRequest['state'];
    asked_at: Date;
  }>`select id, input ->> 'title' as title, input ->> 'period' as period, state, asked_at from platform.request
    where kind = ${SIMULATION_KIND} and asked_by = ${tx.actor.id} order by id desc limit 20`.execute(tx.db);
  return rows.map((r) => ({
    id: r.id,
    title: r.title,
    period: r.period,
    state: r.state,
    askedAt: r.asked_at.toISOString(),
  }));
}

/** One's own simulation with its result, when it has one, and the names of the townships counted. */
export async function simulationOf(tx: Tx, id: string) {
  const request = await readRequest(tx, id, SIMULATION_KIND);
  const { rows } = await sql<{ input: SimulationBody }>`select input from platform.request where id = ${id}`.execute(
    tx.db,
  );
  const asked = rows[0]?.input;
  if (!asked) throw notFound('request-unknown', '没有这次试算', '请从试算列表重新打开');
  const result = request.result as Omit<SimulationResult, 'townships'> | null;
  const names = await townshipNames(tx, result?.cells.map((c) => c.townshipId) ?? []);
  return {
    ...request,
    title: asked.title,
    period: asked.period,
    text: asked.text,
    result: result && { ...result, townships: [...names].map(([townshipId, name]) => ({ id: townshipId, name })) },
  };
}

/** Names of divisions as they are today, by id; an id of 0 stands for a place that is not known. */
export async function townshipNames(tx: Tx, ids: readonly number[]): Promise<Map<number, string>> {
  const wanted = [...new Set(ids)];
  const { rows } = await sql<{ id: number; name: string }>`
    select distinct on (division_id) division_id as id, name from registry.division_name
    where division_id = any(${wanted}::int[]) and valid_from <= ${tx.clock.today()}::date
    order by division_id, valid_from desc`.execute(tx.db);
  const known = new Map(rows.map((r) => [r.id, r.name]));
  return new Map(wanted.map((id) => [id, known.get(id) ?? '未明乡镇']));
}

interface ChangesFilter {
  programme?: string | undefined;
  change?: string | undefined;
  townshipId?: number | undefined;
  kind?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** The families that one's own simulation changes, under one's sight of today. */
export async function simulationChanges(tx: Tx, id: string, filter: ChangesFilter): Promise<SimulationChangesResponse> {
  await readRequest(tx, id, SIMULATION_KIND);
  const rows = await findSimulationChanges(tx, id, { ...filter, limit: filter.limit + 1 });
  const page = rows.slice(0, filter.limit);
  const heads = page.flatMap((r) => (r.head_person_id === null ? [] : [r.head_person_id]));
  const [names, places] = [
    await coveredNames(tx, heads),
    await placesOf(
      tx,
      page.map((r) => r.residence_division_id),
    ),
  ];
  const money = (fen: string | null) => (fen === null ? null : yuan(BigInt(fen)));
  const outcome = (text: string | null) => text as SimulationChangesResponse['changes'][number]['before'];
  return {
    changes: page.map((r) => ({
      id: r.id,
      householdId: r.household_id,
      head: names.get(r.head_person_id ?? '') ?? '未具名',
      township: places.get(r.residence_division_id)?.township ?? '',
      village: places.get(r.residence_division_id)?.village ?? '',
      programme: r.programme,
      ofPerson: r.person_id !== null,
      change: r.change,
      before: outcome(r.before),
      after: outcome(r.after),
      beforeAmount: money(r.before_fen),
      afterAmount: money(r.after_fen),
      difference: yuan(BigInt(r.difference_fen)),
      kind: r.kind,
      conflict: r.in_conflict,
      onRoll: r.on_roll,
    })),
    nextCursor: rows.length > filter.limit ? (page.at(-1)?.id ?? null) : null,
  };
}

const WAYS = {
  enters: '新进入',
  leaves: '退出',
  gains: '增加',
  loses: '减少',
  opens: '变为待定',
  settles: '由待定变为不符合',
} as const;

const OUTCOMES: Readonly<Record<string, string>> = { eligible: '符合', ineligible: '不符合', undetermined: '待定' };

/** Everything that changes as CSV (UTF-8 with BOM, for spreadsheets), without names or ids of anybody. */
export async function simulationCsv(tx: Tx, id: string): Promise<string> {
  const { result } = await simulationOf(tx, id);
  if (!result) throw notFound('simulation-unfinished', '试算还没有结果', '请等它完成后再下载');
  const programmes = new Map(result.programmes.map((p) => [p.programme, p.title]));
  const kinds = new Map(result.kinds.map((k) => [k.id, k.title]));
  const towns = new Map(result.townships.map((t) => [t.id, t.name]));
  const lines = [['项目', '乡镇', '家庭类型', '变化', '原结果', '新结果', '原金额', '新金额', '差额', '在册']];
  for (let cursor: string | undefined; ; ) {
    const rows = await findSimulationChanges(tx, id, { cursor, limit: 5000 });
    for (const r of rows)
      lines.push([
        programmes.get(r.programme) ?? r.programme,
        towns.get(r.township_id ?? 0) ?? '',
        kinds.get(r.kind) ?? r.kind,
        WAYS[r.change],
        OUTCOMES[r.before ?? ''] ?? '',
        OUTCOMES[r.after ?? ''] ?? '',
        r.before_fen === null ? '' : yuan(BigInt(r.before_fen)),
        r.after_fen === null ? '' : yuan(BigInt(r.after_fen)),
        yuan(BigInt(r.difference_fen)),
        r.on_roll ? '是' : '否',
      ]);
    cursor = rows.at(-1)?.id;
    if (rows.length < 5000) break;
  }
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `\uFEFF${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}
