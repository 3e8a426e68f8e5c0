import { sql, type Tx } from '../../../platform/database/index.ts';

/** A lead as the command line lists it; opaque ids only. */
export interface ListedLead {
  id: string;
  period: string;
  household: string;
  person: string | null;
  kind: string;
  cause: string;
  level: string;
  undetermined: boolean;
  status: string;
  rule: string;
  headline: string;
  raisedOn: string;
  visitDue: string;
  evidence: { feed: string; period: string; delivery: string; row: string; direction: string }[];
}

/** Leads raised in a period (or all), with their evidence, in the order they were raised. */
export async function listLeads(tx: Tx, query: { period?: string | undefined }): Promise<ListedLead[]> {
  const { rows } = await sql<Omit<ListedLead, 'rule'>>`
    select l.id, l.period, l.household_id as household, l.person_id as person, l.kind, l.cause, l.level, l.undetermined, l.status,
      l.headline, l.raised_on as "raisedOn", l.visit_due as "visitDue",
      coalesce((select jsonb_agg(jsonb_build_object('feed', e.feed, 'period', e.period, 'delivery', e.delivery_id,
        'row', e."row"::text, 'direction', e.direction) order by e.id) from monitoring.evidence e where e.lead_id = l.id), '[]') as evidence
    from monitoring.lead l ${query.period ? sql`where l.period = ${query.period}` : sql``} order by l.id`.execute(
    tx.db,
  );
  return rows.map((r) => ({ ...r, rule: r.cause }));
}
