import type { LeadsResponse, LeadsSearch } from '@doudi/contracts';
import { readCalendar } from '../../../platform/calendar/index.ts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import { invalid } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { coveredNames } from './identities.ts';
import { ruleTitles } from './lead-counts.ts';
import { personTokens } from './person-tokens.ts';
import { type LeadRecord, shownLead } from './shown-lead.ts';

/** Leads that have nothing left to do come last when sorted by due day. */
const NEVER = '9999-12-31';

/** Columns of a lead with the names of its places on `today`. */
export const leadColumns = (today: string) => sql`
  l.id, l.period, l.household_id, l.person_id, l.head_person_id, l.kind, l.cause, l.level, l.level_rank, l.undetermined, l.certain,
  l.headline, l.status, l.residence_division_id, l.visit_due, l.decide_due, l.due, l.provisional,
  (select n.name from registry.division_name n where n.division_id = l.township_id and n.valid_from <= ${today}::date
    and (n.valid_to is null or n.valid_to > ${today}::date) limit 1) as township,
  (select n.name from registry.division_name n where n.division_id = l.residence_division_id and n.valid_from <= ${today}::date
    and (n.valid_to is null or n.valid_to > ${today}::date) limit 1) as village`;

/**
 * Leads that the actor sees, filtered and paged by keyset. `q` is a name, its sound, its initials or a citizen number; it is met
 * only through blind tokens, and the search is written to the audit trail without it.
 * @throws cursor-invalid
 */
export async function searchLeads(tx: Tx, bundle: Bundle, query: LeadsSearch): Promise<LeadsResponse> {
  const today = tx.clock.today();
  const conditions = [sql`true`];
  if (query.period) conditions.push(sql`l.period = ${query.period}`);
  if (query.kind) conditions.push(sql`l.kind = ${query.kind}`);
  if (query.level) conditions.push(sql`l.level = ${query.level}`);
  if (query.status) conditions.push(sql`l.status = ${query.status}`);
  if (query.undetermined) conditions.push(sql`l.undetermined = ${query.undetermined === 'true'}`);
  if (query.divisionId) {
    conditions.push(sql`l.residence_division_id = any(registry.divisions_below(${query.divisionId}))`);
  }
  if (query.late === 'true') conditions.push(sql`l.due < ${today}::date`);
  if (query.late === 'false') conditions.push(sql`(l.due is null or l.due >= ${today}::date)`);
  if (query.q) {
    const tokens = personTokens(tx.keys, query.q);
    conditions.push(sql`l.household_id in (select p.household_id from identity.token t join registry.person p on p.id = t.person_id
      where (t.kind, t.token) in (${sql.join(tokens.map((t) => sql`(${t.kind}, ${t.token}::bytea)`))}))`);
  }
  const withoutCause = sql.join(conditions, sql` and `);
  const { rows: causes } = await sql<{ cause: string; kind: LeadsResponse['causes'][number]['kind']; count: number }>`
    select cause, kind, count(*)::int as count from monitoring.lead l where ${withoutCause} group by cause, kind order by kind, cause`.execute(
    tx.db,
  );
  const filter = query.cause ? sql`${withoutCause} and l.cause = ${query.cause}` : withoutCause;
  const total = causes.filter((c) => !query.cause || c.cause === query.cause).reduce((n, c) => n + c.count, 0);
  const { rows } = await sql<LeadRecord>`select ${leadColumns(today)} from monitoring.lead l
    where ${filter} ${after(query)} order by ${ORDER[query.sort]} limit ${query.limit + 1}`.execute(tx.db);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const titles = ruleTitles(bundle);
  const names = await coveredNames(
    tx,
    page.flatMap((l) => [l.person_id, l.head_person_id]),
  );
  const context = { names, titles, calendar: readCalendar(bundle), today };
  tx.audit({ action: 'lead.search', object: 'leads', details: { shown: page.length, byPerson: Boolean(query.q) } });
  return {
    leads: page.map((l) => shownLead(l, context)),
    total,
    nextCursor: rows.length > query.limit && last ? cursorOf(query, last) : null,
    causes: causes.map((c) => ({ ...c, title: titles.get(c.cause) ?? c.cause })),
  };
}

const ORDER = {
  due: sql`coalesce(l.due, ${sql.lit(NEVER)}::date), l.id`,
  level: sql`l.level_rank, l.id`,
  newest: sql`l.id desc`,
} as const;

function cursorOf(query: LeadsSearch, last: LeadRecord): string {
  const key = query.sort === 'due' ? (last.due ?? NEVER) : query.sort === 'level' ? String(last.level_rank) : '';
  return `${query.sort}.${key}.${last.id}`;
}

function after(query: LeadsSearch) {
  if (!query.cursor) return sql``;
  const [, sort, key = '', id = ''] = /^(due|level|newest)\.([\d-]*)\.(\d{1,19})$/.exec(query.cursor) ?? [];
  const fits = sort === 'newest' || (sort === 'level' ? /^[0-3]$/.test(key) : /^\d{4}-\d{2}-\d{2}$/.test(key));
  if (sort !== query.sort || !fits) throw invalid('cursor-invalid', '翻页标记与排序不符', '请从第一页重新查看');
  if (sort === 'due') return sql`and (coalesce(l.due, ${sql.lit(NEVER)}::date), l.id) > (${key}::date, ${id}::bigint)`;
  if (sort === 'level') return sql`and (l.level_rank, l.id) > (${key}::smallint, ${id}::bigint)`;
  return sql`and l.id < ${id}::bigint`;
}
