import { sql, type Tx } from '../database/index.ts';
import { notFound } from '../errors.ts';
import type { Json } from './json.ts';

/** The channel by which a worker learns that something was asked. */
export const REQUEST_CHANNEL = 'doudi_request';

/** A piece of long work, as who asked for it sees it. */
export interface AskedRequest {
  id: string;
  kind: string;
  /** waiting 等候, running 办理中, done 已完成, failed 未完成. */
  state: 'waiting' | 'running' | 'done' | 'failed';
  askedAt: string;
  finishedAt: string | null;
  progress: { text: string; done: number | null; total: number | null } | null;
  result: Json;
  error: { code: string; message: string; cure: string } | null;
}

/**
 * Records a request in the asking transaction; a worker takes it up when that has committed.
 * @param input what the kind's handler reads (see RequestKind.input); ids, never personal data
 * @param purpose kept with every audit entry of the work, which is done with the sight of who asks now
 */
export async function askRequest(tx: Tx, kind: string, input: Json, purpose: string): Promise<{ id: string }> {
  const { rows } = await sql<{ id: string }>`
    insert into platform.request (kind, input, asked_by, purpose, asked_at)
    values (${kind}, ${JSON.stringify(input)}::jsonb, ${tx.actor.id}, ${purpose}, ${tx.clock.now()}) returning id`.execute(
    tx.db,
  );
  const asked = rows[0];
  if (!asked) throw new Error('the request just asked is not there');
  // Sent on commit; rolled back with the rest.
  await sql`select pg_notify(${REQUEST_CHANNEL}, '')`.execute(tx.db);
  tx.audit({ action: 'request.ask', object: `request/${asked.id}`, details: { kind } });
  return asked;
}

/**
 * A request by its id, for who asked it; reading a result leaves a line in the trail.
 * @param kind when given, another kind's request is not found
 * @throws request-unknown for anybody else's
 */
export async function readRequest(tx: Tx, id: string, kind?: string): Promise<AskedRequest> {
  const { rows } = await sql<{
    id: string;
    kind: string;
    state: AskedRequest['state'];
    asked_at: Date;
    finished_at: Date | null;
    progress: string | null;
    progress_done: string | null;
    progress_total: string | null;
    result: Json;
    error: AskedRequest['error'];
  }>`select id, kind, state, asked_at, finished_at, progress, progress_done, progress_total, result, error
    from platform.request where id = ${id} and asked_by = ${tx.actor.id} and (${kind ?? null}::text is null or kind = ${kind ?? null})`.execute(
    tx.db,
  );
  const row = rows[0];
  if (!row) throw notFound('request-unknown', '没有这项任务', '任务只给提交的人看；请从自己的任务列表重新打开');
  if (row.state === 'done')
    tx.audit({ action: 'request.read', object: `request/${row.id}`, details: { kind: row.kind } });
  const number = (text: string | null) => (text === null ? null : Number(text));
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    askedAt: row.asked_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    progress:
      row.progress === null
        ? null
        : { text: row.progress, done: number(row.progress_done), total: number(row.progress_total) },
    result: row.result,
    error: row.error,
  };
}
