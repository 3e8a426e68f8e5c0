import type { Month } from '@doudi/contracts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { readSignals } from '../domain/read-signals.ts';

export interface LeadCounts {
  leads: number;
  visited: number;
  confirmed: number;
  byKind: Month['leadsByKind'];
  townships: Month['townships'];
  rules: Omit<Month['rules'][number], 'title'>[];
}

/** Titles of the rules by their id. */
export const ruleTitles = (bundle: Bundle): Map<string, string> =>
  new Map(readSignals(bundle).signals.map((s) => [s.id, s.title.zh]));

/** Counts of the leads of a month that the actor sees; the precision of rules is over all months. */
export async function leadCounts(tx: Tx, period: string): Promise<LeadCounts> {
  const today = tx.clock.today();
  const { rows: kinds } = await sql<{
    kind: Month['leadsByKind'][number]['kind'];
    level: Month['leadsByKind'][number]['level'];
    count: number;
    open: number;
    visited: number;
    confirmed: number;
  }>`select kind, level, count(*)::int as count, (count(*) filter (where status in ('open', 'verified')))::int as open,
      (count(*) filter (where visited_on is not null))::int as visited, (count(*) filter (where verdict = 'confirmed'))::int as confirmed
    from monitoring.lead where period = ${period} and status <> 'withdrawn' group by kind, level, level_rank order by kind, level_rank`.execute(
    tx.db,
  );
  const { rows: townships } = await sql<Month['townships'][number]>`
    select t.township_id as "divisionId", coalesce(n.name, '') as name, t.missed, t.undue, t.shock, t.watch, t.open, t.late, t.due, t.on_time as "onTime"
    from (select township_id,
        (count(*) filter (where kind = 'missed'))::int as missed, (count(*) filter (where kind = 'undue'))::int as undue,
        (count(*) filter (where kind = 'shock'))::int as shock, (count(*) filter (where kind = 'watch'))::int as watch,
        (count(*) filter (where status in ('open', 'verified')))::int as open,
        (count(*) filter (where due < ${today}))::int as late,
        (count(*) filter (where visited_on is not null or visit_due < ${today}))::int as due,
        (count(*) filter (where visited_on <= visit_due))::int as on_time
      from monitoring.lead where period = ${period} and status <> 'withdrawn' group by township_id) t
    left join registry.division_name n on n.division_id = t.township_id and n.valid_from <= ${today}
      and (n.valid_to is null or n.valid_to > ${today})
    order by t.township_id`.execute(tx.db);
  const { rows: rules } = await sql<LeadCounts['rules'][number]>`
    select cause as rule, kind, count(*)::int as leads, (count(*) filter (where verdict in ('confirmed', 'refuted')))::int as verified,
      (count(*) filter (where verdict = 'confirmed'))::int as confirmed, (count(*) filter (where verdict = 'refuted'))::int as refuted
    from monitoring.lead where status <> 'withdrawn' group by cause, kind order by kind, cause`.execute(tx.db);
  const sum = (pick: (k: (typeof kinds)[number]) => number) => kinds.reduce((n, k) => n + pick(k), 0);
  return {
    leads: sum((k) => k.count),
    visited: sum((k) => k.visited),
    confirmed: sum((k) => k.confirmed),
    byKind: kinds.map(({ kind, level, count, open }) => ({ kind, level, count, open })),
    townships,
    rules,
  };
}
