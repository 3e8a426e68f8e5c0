import type { Trace } from '@doudi/contracts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import { notFound } from '../../../platform/errors.ts';
import { askRequest, readRequest } from '../../../platform/jobs/request.ts';

/** The kind of request by which the desk asks why a stored decision came out as it did. */
export const TRACE_KIND = 'decision-trace';

/** Asks for the trace of a decision in one's sight. @throws decision-unknown */
export async function askTrace(tx: Tx, decisionId: string): Promise<{ id: string }> {
  const { rows } = await sql<{
    household_id: string;
  }>`select household_id from assessment.decision where id = ${decisionId}`.execute(tx.db);
  const found = rows[0];
  if (!found) throw notFound('decision-unknown', '没有这个决定，或不在本账号的职权范围内', '请从家庭页重新打开');
  tx.audit({ action: 'decision.trace', object: `household/${found.household_id}`, details: { decision: decisionId } });
  return askRequest(tx, TRACE_KIND, { decision: decisionId }, '查看测算依据');
}

/** One's own trace, when the worker has made it. */
export async function traceOf(tx: Tx, id: string) {
  const request = await readRequest(tx, id, TRACE_KIND);
  return { ...request, result: request.result as Trace | null };
}
