import type { LinkDependents } from '@doudi/contracts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { leadsOfHousehold } from '../../monitoring/index.ts';

/** What rests on a row being a person's, in the actor's sight: leads, facts of the portrait, and rows judged with it. */
export async function dependentsOf(
  tx: Tx,
  bundle: Bundle,
  link: { id: string; delivery_id: string; row_no: string; person_id: string; household_id: string | null },
): Promise<LinkDependents> {
  const { rows: found } = await sql<{ id: string; household_id: string }>`
    select distinct l.id, l.household_id from monitoring.lead l join monitoring.evidence e on e.lead_id = l.id
    where e.delivery_id = ${link.delivery_id} and e."row" = ${link.row_no}::bigint and e.person_id = ${link.person_id}::bigint
    order by l.id`.execute(tx.db);
  const ids = new Set(found.map((l) => l.id));
  const leads = [];
  for (const household of new Set(found.map((l) => l.household_id)))
    leads.push(...(await leadsOfHousehold(tx, bundle, household)).filter((l) => ids.has(l.id)));
  const { rows: facts } = await sql<{ title: string; value: string | null }>`
    select title, value from registry.fact where delivery_id = ${link.delivery_id} and row_no = ${link.row_no}::bigint
      and person_id = ${link.person_id}::bigint and household_id = ${link.household_id}::bigint order by id`.execute(
    tx.db,
  );
  const { rows: carried } = await sql<{ n: number }>`
    select count(*)::int as n from linkage.decision where carried_from = ${link.id}::uuid`.execute(tx.db);
  return {
    leads: leads.map((l) => ({ id: l.id, headline: l.headline, status: l.status })),
    facts,
    carried: carried[0]?.n ?? 0,
  };
}
