import { sql, type Tx } from '../../../platform/database/index.ts';

/** Where a piece of evidence was delivered, and whose lead it speaks to. */
export interface EvidenceReference {
  householdId: string;
  feed: string;
  period: string;
  deliveryId: string;
  row: number;
}

/** The reference of one piece of evidence; undefined when there is none in the actor's sight. @param id monitoring.evidence.id */
export async function evidenceReference(tx: Tx, id: string): Promise<EvidenceReference | undefined> {
  const { rows } = await sql<Omit<EvidenceReference, 'row'> & { row: string }>`
    select l.household_id as "householdId", e.feed, e.period, e.delivery_id as "deliveryId", e."row"
    from monitoring.evidence e join monitoring.lead l on l.id = e.lead_id where e.id = ${id}::bigint`.execute(tx.db);
  const [found] = rows;
  return found && { ...found, row: Number(found.row) };
}
