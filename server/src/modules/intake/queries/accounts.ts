import type { FeedAccount, QuarantineResponse } from '@doudi/contracts';
import { civilDate } from '../../../platform/clock.ts';
import type { Tx } from '../../../platform/database/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { type FeedContract, feedContracts, getContract } from '../domain/contract.ts';
import { dueDate } from '../domain/periods.ts';
import { reasonText } from '../domain/reasons.ts';
import { isExpected } from '../quality/index.ts';
import { findAgreedFeeds } from '../quality/store.ts';
import { inWords } from '../quarantine/rows.ts';
import { findOpen } from '../quarantine/store.ts';
import { countQuarantine, type DeliveryRow, findCurrent, findDeliveries } from '../store.ts';
import { feedStates } from './current.ts';

/** A feed's account without what linkage adds (`linked`). */
export type IntakeAccount = Omit<FeedAccount, 'linked'>;

/** The account of every feed of the bundle for a period, delivered or not, in the order of the feeds' ids. */
export async function feedAccounts(tx: Tx, bundle: Bundle, period: string): Promise<IntakeAccount[]> {
  const current = (await findCurrent(tx, period)).filter((d) => d.period === period);
  // An older snapshot still in force keeps its facts known; a delivery that fell far short makes them unknown.
  const fresh = new Set((await feedStates(tx, bundle, period)).filter((s) => s.state === 'fresh').map((s) => s.feed));
  const agreed = await findAgreedFeeds(tx);
  // What nobody has agreed to send, or sends only when asked, is no gap in a month: the departments' page has it.
  const counted = feedContracts(bundle).filter(
    (c) => isExpected(c, agreed, period) || current.some((d) => d.feed === c.id),
  );
  return counted.map((contract) => {
    const account = accountOf(
      contract,
      period,
      current.find((d) => d.feed === contract.id),
    );
    return fresh.has(contract.id) ? account : { ...account, unknown: contract.facts ?? [contract.title] };
  });
}

function accountOf(contract: FeedContract, period: string, d: DeliveryRow | undefined): IntakeAccount {
  // Before the due day a feed without delivery is missing just the same: its facts are not there for this month.
  const late = d !== undefined && civilDate(d.receivedAt) > dueDate(period, contract.freshness.due_day);
  return {
    feed: contract.id,
    title: contract.title,
    department: contract.department,
    period,
    state: d === undefined ? 'missing' : d.status === 'superseded' ? 'superseded' : late ? 'late' : 'delivered',
    deliveryId: d?.id ?? null,
    receivedAt: d?.receivedAt.toISOString() ?? null,
    received: d?.received ?? 0,
    accepted: d?.accepted ?? 0,
    unchanged: d?.unchanged ?? 0,
    quarantined: d?.quarantined ?? 0,
    refused: d?.refused ?? 0,
    unknown: [],
  };
}

/** What came of a feed for a period, with every file that was ever taken in, the newest first. */
export async function deliveriesOf(tx: Tx, bundle: Bundle, feed: string, period: string): Promise<IntakeAccount[]> {
  const contract = getContract(feedContracts(bundle), feed);
  return (await findDeliveries(tx, feed, period)).map((d) => accountOf(contract, period, d));
}

/**
 * The quarantine of the delivery in force of a feed and period: reasons counted, rows by page. No content of a row is in it.
 * @param query.cursor as `nextCursor` gave it; @throws feed-unknown
 */
export async function quarantineOf(
  tx: Tx,
  bundle: Bundle,
  feed: string,
  period: string,
  query: { reason?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<Omit<QuarantineResponse, 'account'> & { account: IntakeAccount }> {
  const contract = getContract(feedContracts(bundle), feed);
  const delivery = (await findCurrent(tx, period, feed)).find((d) => d.period === period);
  const account = accountOf(contract, period, delivery);
  if (!delivery) return { account, reasons: [], rows: [], nextCursor: null };
  const title = (column: string | null) => contract.columns.find((c) => c.name === column)?.headers[0] ?? column;
  const after = /^\d{1,15}$/.test(query.cursor ?? '') ? Number(query.cursor) : 0;
  const found = await findOpen(tx, delivery.id, { reason: query.reason ?? null, after, limit: query.limit + 1 });
  const rows = found.slice(0, query.limit);
  const counted = await countQuarantine(tx, delivery.id);
  return {
    account,
    reasons: counted.map((c) => ({
      reason: c.reason,
      message: reasonText(c.reason, title(c.column)).message,
      count: c.count,
    })),
    rows: rows.map((r) => ({ ...inWords(contract, r), column: inWords(contract, r).title })),
    nextCursor: found.length > rows.length ? String(rows.at(-1)?.row ?? '') : null,
  };
}
