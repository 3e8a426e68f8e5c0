import type { LeadRow } from '@doudi/contracts';
import { readCalendar } from '../../../platform/calendar/index.ts';
import { sql, type Tx } from '../../../platform/database/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { coveredNames } from './identities.ts';
import { ruleTitles } from './lead-counts.ts';
import { leadColumns } from './search-leads.ts';
import { type LeadRecord, shownLead } from './shown-lead.ts';

/** All leads of a household that the actor sees, newest first. */
export async function leadsOfHousehold(tx: Tx, bundle: Bundle, householdId: string): Promise<LeadRow[]> {
  const today = tx.clock.today();
  const { rows } = await sql<LeadRecord>`select ${leadColumns(today)} from monitoring.lead l
    where l.household_id = ${householdId}::bigint order by l.id desc`.execute(tx.db);
  const names = await coveredNames(
    tx,
    rows.flatMap((l) => [l.person_id, l.head_person_id]),
  );
  const context = { names, titles: ruleTitles(bundle), calendar: readCalendar(bundle), today };
  return rows.map((l) => shownLead(l, context));
}

/** The history of a household's leads, newest first, for its timeline. */
export async function leadEventsOfHousehold(
  tx: Tx,
  householdId: string,
): Promise<{ at: string; leadId: string; actor: string; what: string; text: string; cause: string }[]> {
  const { rows } = await sql<{ at: Date; leadId: string; actor: string; what: string; text: string; cause: string }>`
    select e.at, e.lead_id as "leadId", coalesce(a.display_name, '') as actor, e.what, e.text, l.cause
    from monitoring.lead l join monitoring.lead_event e on e.lead_id = l.id left join platform.actor a on a.id = e.actor_id
    where l.household_id = ${householdId}::bigint order by e.id desc`.execute(tx.db);
  return rows.map((r) => ({ ...r, at: r.at.toISOString() }));
}

/** The delivered row behind a piece of evidence that the actor sees; undefined for any other. */
export async function findEvidence(
  tx: Tx,
  evidenceId: string,
): Promise<{ deliveryId: string; row: number; feed: string; leadId: string } | undefined> {
  if (!/^\d{1,19}$/.test(evidenceId)) return undefined;
  const { rows } = await sql<{ deliveryId: string; row: string; feed: string; leadId: string }>`
    select delivery_id as "deliveryId", "row", feed, lead_id as "leadId" from monitoring.evidence where id = ${evidenceId}::bigint`.execute(
    tx.db,
  );
  const found = rows[0];
  return found && { ...found, row: Number(found.row) };
}
