import { PERIOD, type Table } from './testing.ts';

/** A source of random numbers below n, seeded. */
export type Pick = (n: number) => number;

/** A small change of what departments delivered: the file of a feed and month, as it is sent anew or late. */
export interface SmallDelivery {
  feed: string;
  period: string;
  table: Table;
  /** What was done to the rows, for the message of a failing test. */
  what: string;
}

/** Feeds whose late events of the month before come as a file of their own. */
const EVENTS = new Set(['medical', 'moves', 'deaths-police', 'deaths-cremation', 'marriage', 'incident']);
const EARLIER = '2026-09';

/**
 * Makes a small delivery of one feed: a corrected file of the month (cells taken from other rows, rows withdrawn, rows held back so
 * far added, rows in another order), or late events.
 * @param state what was delivered last and what was held back, by feed; changed by this
 */
export function smallDelivery(
  feed: string,
  state: Map<string, { sent: Table; heldBack: Table; late: Table }>,
  pick: Pick,
): SmallDelivery {
  const own = state.get(feed);
  if (!own) throw new Error(`no table of ${feed}`);
  const [header = [], ...body] = own.sent;
  if (EVENTS.has(feed) && own.heldBack.length > 0 && pick(3) === 0) {
    own.late.push(...own.heldBack.splice(0, 1 + pick(3)));
    return { feed, period: EARLIER, table: [header, ...own.late], what: `${feed}: late rows` };
  }
  const rows = body.map((row) => [...row]);
  const done: string[] = [];
  for (let n = 1 + pick(3); n > 0; n--) {
    const row = rows[pick(rows.length)];
    const other = rows[pick(rows.length)];
    const column = pick(header.length);
    if (!row || !other) break;
    row[column] = other[column] ?? '';
    done.push(`cell ${header[column]}`);
  }
  if (pick(2) === 0) {
    rows.splice(pick(rows.length), 1);
    done.push('withdrawn');
  }
  const added = own.heldBack.splice(0, pick(3));
  rows.push(...added);
  if (added.length > 0) done.push(`new ${added.length}`);
  if (pick(3) === 0) {
    rows.push(...rows.splice(0, 1 + pick(rows.length - 1)));
    done.push('reordered');
  }
  own.sent = [header, ...rows];
  return { feed, period: PERIOD, table: own.sent, what: `${feed}: ${done.join(', ')}` };
}

/** What is delivered at first: all but every twentieth row, which comes later. */
export function firstPart(table: Table): { sent: Table; heldBack: Table; late: Table } {
  const [header = [], ...rows] = table;
  return {
    sent: [header, ...rows.filter((_, n) => n % 20 !== 0)],
    heldBack: rows.filter((_, n) => n % 20 === 0),
    late: [],
  };
}
