import { randomUUID } from 'node:crypto';
import type { Tx } from '../../../platform/database/index.ts';
import { conflict, invalid, notFound, usage } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { feedContracts, getContract } from '../domain/contract.ts';
import { positionOf, type SharingEventKind, type SharingPosition, type SharingTerms } from './clock.ts';
import { findRequests, insertEvent, insertRequest, type RequestRow } from './store.ts';

export { SHARING_EVENTS, type SharingEventKind, type SharingState } from './clock.ts';

/** A request to a department as it stands today. */
export interface SharingRequest extends SharingTerms, SharingPosition {
  id: string;
  feed: string;
  title: string;
  department: string;
  period: string | null;
  purpose: string;
  lawfulBasis: string;
  openedOn: string;
  events: RequestRow['events'];
  deliveredOn: string | null;
}

export interface NewRequest extends SharingTerms {
  feed: string;
  /** The month that is missing or wrong; null for the feed as such. */
  period: string | null;
  purpose: string;
}

/**
 * Asks a department for a feed that it does not deliver, or for a correction of what it delivered. From today on the
 * clocks of 政务数据共享条例 run.
 * @throws feed-unknown, request-purpose, request-open when one for the same feed, month and kind is not finished
 */
export async function openRequest(tx: Tx, bundle: Bundle, input: NewRequest): Promise<SharingRequest> {
  const contract = getContract(feedContracts(bundle), input.feed);
  if (input.purpose.trim().length < 4)
    throw invalid('request-purpose', '没有写明用途', '请写明为何需要，如“低保动态核查需要机动车登记”');
  const same = (await sharingRequests(tx, bundle)).find(
    (r) => r.feed === input.feed && r.period === input.period && r.kind === input.kind && r.allowed.length > 0,
  );
  if (same) throw conflict('request-open', `${contract.title}已有未办结的申请`, '请在原申请上记录答复、催办或撤回');
  const id = randomUUID();
  await insertRequest(
    tx,
    {
      ...{ id, feed: contract.id, department: contract.department, kind: input.kind, condition: input.condition },
      ...{ period: input.period, purpose: input.purpose.trim(), lawful_basis: contract.lawful_basis },
    },
    tx.clock.today(),
    input.purpose.trim(),
  );
  tx.audit({
    action: 'sharing.request',
    object: `sharing/${id}`,
    details: { feed: contract.id, kind: input.kind, condition: input.condition, period: input.period },
  });
  return getRequest(tx, bundle, id);
}

/**
 * Records what happened with a request: a reply, an extension, an escalation, the data.
 * @param on civil date, not in the future and not before the last event
 * @throws request-unknown, event-unfit, event-date, request-moved
 */
export async function recordEvent(
  tx: Tx,
  bundle: Bundle,
  id: string,
  event: { kind: SharingEventKind; on: string; note: string },
): Promise<SharingRequest> {
  const request = await getRequest(tx, bundle, id);
  const last = request.events.at(-1)?.on ?? request.openedOn;
  if (event.on > tx.clock.today() || event.on < last)
    throw usage('event-date', '日期不在上一步与今天之间', `请写 ${last} 至 ${tx.clock.today()} 之间的日期`);
  // What may happen is decided as of the day it happened, not of the day it is written down.
  const then = positionOf(bundle, request, request.events, event.on);
  if (!then.allowed.includes(event.kind)) {
    const cure =
      event.kind === 'escalated' && then.next
        ? `可自 ${then.next.from} 起升级`
        : '请刷新页面，按列出的可办步骤记录；答复只能延长一次';
    throw conflict('event-unfit', '这一步此时不能记录', cure);
  }
  if (!(await insertEvent(tx, id, request.events.length + 1, event.kind, event.on, event.note.trim())))
    throw conflict('request-moved', '这份申请刚刚被别人更新', '请刷新页面后再记录');
  tx.audit({ action: `sharing.${event.kind}`, object: `sharing/${id}`, details: { feed: request.feed, on: event.on } });
  return getRequest(tx, bundle, id);
}

/** All requests as they stand today, the newest first. */
export async function sharingRequests(tx: Tx, bundle: Bundle): Promise<SharingRequest[]> {
  return (await findRequests(tx, null)).map((row) => present(tx, bundle, row));
}

async function getRequest(tx: Tx, bundle: Bundle, id: string): Promise<SharingRequest> {
  const [row] = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? await findRequests(tx, id) : [];
  if (!row) throw notFound('request-unknown', '没有这份共享申请', '请从部门页面重新打开');
  return present(tx, bundle, row);
}

function present(tx: Tx, bundle: Bundle, row: RequestRow): SharingRequest {
  const contract = feedContracts(bundle).find((c) => c.id === row.feed);
  const { id, feed, department, kind, condition, period, purpose, events } = row;
  return {
    ...{ id, feed, department, kind, condition, period, purpose, events },
    title: contract?.title ?? feed,
    lawfulBasis: row.lawful_basis,
    openedOn: events[0]?.on ?? '',
    deliveredOn: row.delivered_on,
    ...positionOf(bundle, row, events, tx.clock.today()),
  };
}
