import type { Freshness } from '../plan/linked-rows.ts';

/** A delivery as a run read it; paths are the lake's, so that they mean the same wherever the data directory lies. */
export interface DeliveryRead {
  feed: string;
  kind: 'snapshot' | 'events';
  deliveryId: string;
  period: string;
  accepted: string;
  links: string;
  /** JSON lines of decided links, when some are about this delivery. */
  decided?: string | undefined;
}

/** Everything delivered that a run read, kept beside its results. */
export interface Read {
  deliveries: DeliveryRead[];
  states: Record<string, Freshness>;
  /** JSON lines of verified facts, null where there were none. */
  facts: string | null;
}

/** Why everyone is computed again; with the feed whose turn it was. */
export interface Everyone {
  why: string;
  feed?: string;
}

/** What two runs read differently of one feed. */
export interface FeedDifference {
  feed: string;
  kind: 'snapshot' | 'events';
  /** Deliveries, or links of deliveries, that only one of the two read. */
  before: DeliveryRead[];
  now: DeliveryRead[];
  /** Deliveries that both read, of which people decided links otherwise. */
  decided: { before: DeliveryRead; now: DeliveryRead }[];
}

/**
 * Feeds that say something about everybody when they turn: one that came to be fresh, stale or missing (absence then means
 * another thing), and a snapshot of another month (what it says is then as of another day).
 */
export function turnedFeeds(before: Read, now: Read): Everyone[] {
  const feeds = [...new Set([...Object.keys(before.states), ...Object.keys(now.states)])].sort();
  const out: Everyone[] = [];
  for (const feed of feeds) {
    const [was, is] = [before.states[feed] ?? 'missing', now.states[feed] ?? 'missing'];
    // Rows released later stand as a part of their own beside the file they came with.
    const month = (read: Read) =>
      [...new Set(read.deliveries.filter((d) => d.feed === feed && d.kind === 'snapshot').map((d) => d.period))].join();
    if (was !== is) out.push({ why: `feed-${was}-to-${is}`, feed });
    else if (month(before) !== month(now)) out.push({ why: 'feed-of-another-month', feed });
  }
  return out;
}

const keyOf = (d: DeliveryRead) => `${d.deliveryId} ${d.accepted} ${d.links}`;

/** Feeds of which two runs read other files or other decisions about links. */
export function differences(before: Read, now: Read): FeedDifference[] {
  const feeds = [...new Set([...before.deliveries, ...now.deliveries].map((d) => d.feed))].sort();
  return feeds
    .map((feed) => {
      const was = new Map(before.deliveries.filter((d) => d.feed === feed).map((d) => [keyOf(d), d]));
      const is = new Map(now.deliveries.filter((d) => d.feed === feed).map((d) => [keyOf(d), d]));
      const common = [...is].flatMap(([key, d]) => {
        const other = was.get(key);
        return other && other.decided !== d.decided ? [{ before: other, now: d }] : [];
      });
      return {
        feed,
        kind: [...is.values(), ...was.values()][0]?.kind ?? 'snapshot',
        before: [...was].filter(([key]) => !is.has(key)).map(([, d]) => d),
        now: [...is].filter(([key]) => !was.has(key)).map(([, d]) => d),
        decided: common,
      };
    })
    .filter((d) => d.before.length + d.now.length + d.decided.length > 0);
}
