import { sql, type Tx } from '../../../platform/database/index.ts';
import { changeLead } from '../store.ts';

/**
 * Withdraws the open leads that rest on a row whose link was undone: those of the person, when no other row found by the rule
 * of the same feed is left. What people did stays. Gives the ids withdrawn.
 * @param link the row (delivery and record number) that was not the person's after all
 */
export async function withdrawForLink(
  tx: Tx,
  link: { deliveryId: string; row: string | number; personId: string },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct l.id from monitoring.lead l join monitoring.evidence e on e.lead_id = l.id
    where l.status in ('open', 'verified') and e.direction = 'for' and e.delivery_id = ${link.deliveryId}
      and e."row" = ${String(link.row)} and e.person_id = ${link.personId}
      and not exists (select 1 from monitoring.evidence o where o.lead_id = l.id and o.direction = 'for' and o.feed = e.feed
        and (o.delivery_id, o."row") <> (e.delivery_id, e."row"))
    order by l.id`.execute(tx.db);
  for (const { id } of rows) {
    await changeLead(tx, {
      id,
      set: { status: 'withdrawn', due: null, finishedOn: tx.clock.today(), restUntil: null },
      event: { what: 'withdrawn', text: '线索所依据的身份关联已撤销，线索撤回；已做的核查保留' },
    });
    tx.audit({ action: 'lead.withdraw', object: `lead/${id}` });
  }
  return rows.map((r) => r.id);
}
