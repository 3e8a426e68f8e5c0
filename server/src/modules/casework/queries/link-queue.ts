import type { LinksQuery, LinksResponse } from '@doudi/contracts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import { invalid } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { blindResults } from '../../linkage/index.ts';
import { feedTitles, LINK_COLUMNS, type LinkRecord, shownLinks } from './link-rows.ts';

/**
 * What hangs on each link, of all links at once: open leads and facts that rest on an uncertain row. One by one it would be
 * looked up a hundred thousand times in a large county.
 */
const HANGS = sql`coalesce(e.n, 0) as leads, coalesce(f.n, 0) as facts
  from linkage.decision d
  left join (select e.delivery_id, e."row", e.person_id, count(distinct e.lead_id)::int as n from monitoring.evidence e
      join monitoring.lead l on l.id = e.lead_id and l.status = 'open' where not e.certain group by 1, 2, 3) e
    on e.delivery_id = d.delivery_id and e."row" = d.row_no and e.person_id = d.person_id
  left join (select delivery_id, row_no, person_id, count(*)::int as n from registry.fact where not certain group by 1, 2, 3) f
    on f.delivery_id = d.delivery_id and f.row_no = d.row_no and f.person_id = d.person_id`;

/** Open questions: not those whose row was confirmed for another person meanwhile. */
const OPEN = sql`d.state = 'open' and not exists (select 1 from linkage.decision o where o.delivery_id = d.delivery_id
  and o.row_no = d.row_no and o.role = d.role and o.state = 'confirmed')`;

/** Two keys by which each order sorts, ascending; a blind one stands where its weight would say nothing. */
const ORDERS = {
  hangs: sql`-(case when x.blind then 0 else x.leads * 1000 + x.facts end)::float8 as a, -(case when x.blind then 0 else coalesce(x.weight, 0) end) as b`,
  weight: sql`-(case when x.blind then 0 else coalesce(x.weight, 0) end) as a, 0::float8 as b`,
  doubt: sql`(case when x.blind then 0 else coalesce(x.weight, 0) end) as a, 0::float8 as b`,
  decided: sql`-extract(epoch from x.decided_at)::float8 as a, 0::float8 as b`,
} as const;

/** The last row of a page as text, and back. */
const cursorOf = (last: { a: number; b: number; id: string }) =>
  Buffer.from(JSON.stringify([last.a, last.b, last.id])).toString('base64url');
export function readCursor(text: string): [number, number, string] {
  try {
    const [a, b, id] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (typeof a === 'number' && typeof b === 'number' && typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id))
      return [a, b, id];
  } catch {
    // Told below.
  }
  throw invalid('cursor-invalid', '翻页位置不对', '请从第一页重新打开');
}

/** A household id; text that is none finds nothing. */
const householdId = (text: string): string => (/^\d{1,18}$/.test(text) ? text : '0');

/** Links waiting for a person, or decided ones, in the actor's sight, with counts and the measured precision. */
export async function linkQueue(tx: Tx, bundle: Bundle, query: LinksQuery): Promise<LinksResponse> {
  const order = query.state === 'open' ? ORDERS[query.sort] : ORDERS.decided;
  const kind =
    query.kind === 'blind'
      ? sql`d.blind and d.state = 'open'`
      : query.kind
        ? sql`d.kind = ${query.kind} and not (d.blind and d.state = 'open')`
        : sql`true`;
  const where = sql`${query.state === 'open' ? OPEN : sql`d.state <> 'open'`} and ${kind}
    and (${query.feed ?? null}::text is null or d.feed = ${query.feed ?? null})
    and ${query.household === undefined ? sql`true` : sql`d.household_id = ${householdId(query.household)}::bigint`}`;
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor);
  const { rows } = await sql<LinkRecord & { a: number; b: number }>`
    select * from (select x.*, ${order} from (select ${LINK_COLUMNS}, ${HANGS} where ${where}) x) y
    ${after ? sql`where (y.a, y.b, y.id) > (${after[0]}::float8, ${after[1]}::float8, ${after[2]}::uuid)` : sql``}
    order by y.a, y.b, y.id limit ${query.limit + 1}`.execute(tx.db);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const { rows: counted } = await sql<LinksResponse['counts'] & { total: number }>`
    select (count(*) filter (where ${OPEN} and d.kind = 'probable' and not d.blind))::int as probable,
      (count(*) filter (where ${OPEN} and d.kind = 'review' and not d.blind))::int as review,
      (count(*) filter (where ${OPEN} and d.blind))::int as blind,
      (count(*) filter (where d.state <> 'open'))::int as decided,
      (select count(*)::int from linkage.conflict where state = 'open') as conflicts,
      (count(*) filter (where ${where}))::int as total
    from linkage.decision d`.execute(tx.db);
  const { rows: byFeed } = await sql<{ feed: string; count: number }>`
    select d.feed, count(*)::int as count from linkage.decision d
    where ${query.state === 'open' ? OPEN : sql`d.state <> 'open'`} group by d.feed order by count desc, d.feed`.execute(
    tx.db,
  );
  const { total = 0, ...counts } = counted[0] ?? { probable: 0, review: 0, blind: 0, decided: 0, conflicts: 0 };
  const feeds = feedTitles(bundle);
  tx.audit({ action: 'link.list', object: 'links', details: { shown: page.length } });
  return {
    links: await shownLinks(tx, bundle, page),
    total,
    nextCursor: rows.length > page.length && last ? cursorOf(last) : null,
    counts,
    feeds: byFeed.map((f) => ({ ...f, title: feeds.get(f.feed)?.title ?? f.feed })),
    audit: await blindResults(tx),
  };
}
