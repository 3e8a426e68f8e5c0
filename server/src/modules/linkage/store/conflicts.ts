import { sql, type Tx } from '../../../platform/database/index.ts';
import { type SubjectIdentity, subjectContext, subjectText } from '../domain/subject.ts';

/** What cannot both be right: one number with two names, one person with two numbers, a relative's number or phone. */
export type ConflictKind = 'number-shared' | 'two-numbers' | 'relative-number' | 'relative-phone';

export interface ConflictRow {
  kind: ConflictKind;
  deliveryId: string;
  feed: string;
  row: string;
  role: string;
  personId: string;
  householdId: string;
  /** The member of the same household whose name or phone the row bears. */
  otherPersonId: string | null;
  subject: SubjectIdentity;
  hukouDivisionId: number;
  residenceDivisionId: number;
}

const COLUMNS = [
  ['kind', 'text'],
  ['delivery_id', 'uuid'],
  ['feed', 'text'],
  ['row_no', 'bigint'],
  ['role', 'text'],
  ['person_id', 'bigint'],
  ['household_id', 'bigint'],
  ['other_person_id', 'bigint'],
  ['sealed', 'bytea'],
  ['subject', 'bytea'],
  ['hukou_division_id', 'int'],
  ['residence_division_id', 'int'],
] as const;

/**
 * Writes the conflicts that the links of these deliveries show. One that was closed stays closed, also when the department
 * delivers the same text again; an open one that is no longer seen goes.
 */
export async function writeConflicts(
  tx: Tx,
  deliveryIds: readonly string[],
  rows: readonly ConflictRow[],
): Promise<void> {
  const names = COLUMNS.map(([name]) => name).join(', ');
  await tx.load(
    'conflict_in',
    COLUMNS.map(([name, type]) => ({ name, type })),
    rows.map((r) => {
      const text = subjectText(r.feed, r.role, r.subject);
      return [
        ...[r.kind, r.deliveryId, r.feed, r.row, r.role, r.personId, r.householdId, r.otherPersonId],
        tx.keys.seal(Buffer.from(JSON.stringify(r.subject)), subjectContext(r)),
        text === null ? null : tx.keys.blindIndex('link', text),
        ...[r.hukouDivisionId, r.residenceDivisionId],
      ];
    }),
    `insert into linkage.conflict (${names}, found_at)
      select ${names}, '${tx.clock.now().toISOString()}'::timestamptz from conflict_in
      on conflict (kind, delivery_id, row_no, role, person_id) do nothing`,
  );
  await sql`delete from linkage.conflict c where c.delivery_id = any(${deliveryIds}::uuid[]) and c.state = 'open'
    and not exists (select 1 from conflict_in i where i.kind = c.kind and i.delivery_id = c.delivery_id and i.row_no = c.row_no
      and i.role = c.role and i.person_id = c.person_id)`.execute(tx.db);
  await sql`update linkage.conflict c set state = 'closed', closed_by = p.closed_by, closed_at = p.closed_at, note = p.note
    from (select distinct on (kind, subject, person_id) * from linkage.conflict
      where subject is not null and state = 'closed' order by kind, subject, person_id, closed_at desc) p
    where c.delivery_id = any(${deliveryIds}::uuid[]) and c.state = 'open' and c.kind = p.kind and c.subject = p.subject
      and c.person_id = p.person_id`.execute(tx.db);
}
