import type { Tx } from '../../../platform/database/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { feedContracts } from '../domain/contract.ts';
import { addMonths } from '../domain/periods.ts';
import { findAcceptances } from '../quality/store.ts';
import { suspicionOf } from '../quality/suspicion.ts';
import { findCurrent } from '../store.ts';

/**
 * A delivery in force for a month, with its lake paths. Rows released from its quarantine stand as a delivery of their own
 * behind it: what was linked before stays, and only they are linked anew.
 */
export interface CurrentDelivery {
  feed: string;
  kind: 'snapshot' | 'events';
  /** Id of the delivery, or of a part of it that was released later. */
  deliveryId: string;
  period: string;
  acceptedPath: string;
  identityPath: string;
}

/**
 * The deliveries that a run of `period` stands on: of a snapshot feed the newest with a period up to it, of an events feed
 * all of them. Oldest first.
 */
export async function currentDeliveries(tx: Tx, bundle: Bundle, period: string): Promise<CurrentDelivery[]> {
  const known = new Set(feedContracts(bundle).map((c) => c.id));
  const rows = (await findCurrent(tx, period)).filter((d) => known.has(d.feed));
  return rows
    .filter((d) => d.kind === 'events' || !rows.some((other) => other.feed === d.feed && other.period > d.period))
    .flatMap((d) =>
      [d, ...d.parts].map((part) => ({
        feed: d.feed,
        kind: d.kind,
        deliveryId: part.id,
        period: d.period,
        acceptedPath: part.acceptedPath,
        identityPath: part.identityPath,
      })),
    );
}

export interface FeedFreshness {
  feed: string;
  /**
   * fresh while the last delivery is within valid_months of the period and whole; stale when it is too old, or when it is
   * suspicious and nobody accepted it (quality/suspicion.ts); missing when there never was one.
   */
  state: 'fresh' | 'stale' | 'missing';
  lastPeriod: string | null;
}

/** How fresh each feed of the bundle is for a run of `period`. */
export async function feedStates(tx: Tx, bundle: Bundle, period: string): Promise<FeedFreshness[]> {
  const rows = await findCurrent(tx, period);
  const accepted = await findAcceptances(tx);
  return feedContracts(bundle).map((contract) => {
    const own = rows.filter((d) => d.feed === contract.id);
    const lastPeriod = own.at(-1)?.period ?? null;
    if (lastPeriod === null) return { feed: contract.id, state: 'missing', lastPeriod };
    // valid_months 1: only the month itself; 2: it and the next.
    const inTime = addMonths(lastPeriod, contract.freshness.valid_months - 1) >= period;
    const state = inTime && suspicionOf(contract, own, accepted) === null ? 'fresh' : 'stale';
    return { feed: contract.id, state, lastPeriod };
  });
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * SQL of the rows in force of one feed: every column of its accepted files, with delivery_id. Where a later delivery of an
 * events feed brought an event again with other content (a correction), only the newest counts; a plain union of the
 * files would count it twice.
 * @param deliveries of one feed, oldest first, as `currentDeliveries` gives them; @param absolute lake path to file path
 */
export function currentRowsSql(deliveries: readonly CurrentDelivery[], absolute: (path: string) => string): string {
  const each = deliveries.map(
    (d, i) =>
      `select *, ${quoted(d.deliveryId)} as delivery_id, ${i} as delivery_rank from read_parquet(${quoted(absolute(d.acceptedPath))})`,
  );
  const all = each.join('\nunion all by name\n');
  if (deliveries.length < 2) return `select * exclude (delivery_rank) from (${all})`;
  return `select * exclude (delivery_rank, newest) from (
    select *, row_number() over (partition by key_hash order by delivery_rank desc, row desc) as newest from (${all}))
    where newest = 1`;
}
