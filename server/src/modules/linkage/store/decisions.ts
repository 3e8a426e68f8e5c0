import { sql, type Tx } from '../../../platform/database/index.ts';
import type { Score } from '../domain/score.ts';
import { type SubjectIdentity, subjectContext, subjectText } from '../domain/subject.ts';

/** A doubtful link, a candidate, or a link drawn for the blind audit, with the divisions that may see it. */
export interface DecisionRow {
  deliveryId: string;
  feed: string;
  row: string;
  role: string;
  personId: string;
  householdId: string;
  method: string;
  reason: string;
  /** probable: linked, but not certain; review: not linked, a candidate; certain: linked, and drawn for the audit. */
  kind: 'probable' | 'review' | 'certain';
  blind: boolean;
  score: Score | null;
  subject: SubjectIdentity;
  hukouDivisionId: number;
  residenceDivisionId: number;
}

/** A link that somebody decided about, and which is to be seen against the links as they are now. */
export interface Decided {
  id: string;
  deliveryId: string;
  row: string;
  role: string;
  personId: string;
}

/** What people decided about rows of these deliveries, carried decisions included. */
export async function findDecided(tx: Tx, deliveryIds: readonly string[]): Promise<Decided[]> {
  const { rows } =
    await sql<Decided>`select id, delivery_id as "deliveryId", row_no::text as "row", role, person_id::text as "personId"
    from linkage.decision where delivery_id = any(${deliveryIds}::uuid[]) and state <> 'open' order by id`.execute(
      tx.db,
    );
  return rows;
}

/** Says of decided links what the machine makes of them now: a rejected one overrides only a link that is there. */
export async function writeStanding(
  tx: Tx,
  kinds: readonly { id: string; kind: DecisionRow['kind'] }[],
): Promise<void> {
  for (const { id, kind } of kinds)
    await sql`update linkage.decision set kind = ${kind} where id = ${id}::uuid and kind <> ${kind}`.execute(tx.db);
}

const COLUMNS = [
  ['delivery_id', 'uuid'],
  ['feed', 'text'],
  ['row_no', 'bigint'],
  ['role', 'text'],
  ['person_id', 'bigint'],
  ['household_id', 'bigint'],
  ['method', 'text'],
  ['reason', 'text'],
  ['kind', 'text'],
  ['blind', 'boolean'],
  ['weights', 'jsonb'],
  ['weight', 'double precision'],
  ['probability', 'double precision'],
  ['gap', 'double precision'],
  ['model', 'text'],
  ['sealed', 'bytea'],
  ['subject', 'bytea'],
  ['hukou_division_id', 'int'],
  ['residence_division_id', 'int'],
] as const;

/**
 * Writes what the links of these deliveries leave to people. An open decision that is no longer asked goes; one that people
 * made stays theirs, whatever the links say now.
 */
export async function writeDecisions(
  tx: Tx,
  deliveryIds: readonly string[],
  rows: readonly DecisionRow[],
  model: string,
): Promise<void> {
  const names = COLUMNS.map(([name]) => name);
  const kept = new Set(['delivery_id', 'feed', 'row_no', 'role', 'person_id']);
  await tx.load(
    'decision_in',
    COLUMNS.map(([name, type]) => ({ name, type })),
    rows.map((r) => {
      const text = subjectText(r.feed, r.role, r.subject);
      return [
        ...[r.deliveryId, r.feed, r.row, r.role, r.personId, r.householdId, r.method, r.reason, r.kind, r.blind],
        ...[r.score && { prior: r.score.prior, fields: r.score.fields, thresholds: r.score.thresholds }],
        ...[r.score?.weight ?? null, r.score?.probability ?? null, r.score?.gap ?? null, model],
        tx.keys.seal(Buffer.from(JSON.stringify(r.subject)), subjectContext(r)),
        text === null ? null : tx.keys.blindIndex('link', text),
        ...[r.hukouDivisionId, r.residenceDivisionId],
      ];
    }),
    `insert into linkage.decision (${names.join(', ')}) select ${names.join(', ')} from decision_in
      on conflict (delivery_id, row_no, role, person_id) do update set
        ${names
          .filter((n) => !kept.has(n))
          .map((n) => `${n} = excluded.${n}`)
          .join(', ')} where linkage.decision.state = 'open'`,
  );
  await sql`delete from linkage.decision d where d.delivery_id = any(${deliveryIds}::uuid[]) and d.state = 'open'
    and not exists (select 1 from decision_in i where i.delivery_id = d.delivery_id and i.row_no = d.row_no and i.role = d.role
      and i.person_id = d.person_id)`.execute(tx.db);
}

/**
 * Carries what people decided about the same subject over to the rows that say it again, so that nobody is asked twice.
 * Blind ones are asked all the same. @returns how many were carried
 */
export async function carryDecisions(tx: Tx, deliveryIds: readonly string[]): Promise<number> {
  const rejected =
    await sql`update linkage.decision d set state = 'rejected', decided_by = p.decided_by, decided_at = p.decided_at,
      note = p.note, carried_from = p.id
    from (select distinct on (subject, person_id) * from linkage.decision
      where subject is not null and state <> 'open' and carried_from is null order by subject, person_id, decided_at desc) p
    where d.delivery_id = any(${deliveryIds}::uuid[]) and d.state = 'open' and not d.blind
      and d.subject = p.subject and d.person_id = p.person_id and p.state = 'rejected'`.execute(tx.db);
  const confirmed = await sql`update linkage.decision d set state = 'confirmed', decided_by = p.decided_by,
      decided_at = p.decided_at, note = p.note, carried_from = p.id
    from (select distinct on (subject) * from linkage.decision
      where subject is not null and state = 'confirmed' and carried_from is null order by subject, decided_at desc) p
    where d.delivery_id = any(${deliveryIds}::uuid[]) and d.state = 'open' and not d.blind
      and d.subject = p.subject and d.person_id = p.person_id
      and not exists (select 1 from linkage.decision o where o.delivery_id = d.delivery_id and o.row_no = d.row_no
        and o.role = d.role and o.state = 'confirmed')`.execute(tx.db);
  const carried = Number(rejected.numAffectedRows ?? 0n) + Number(confirmed.numAffectedRows ?? 0n);
  if (carried > 0) tx.audit({ action: 'linkage.carry', object: 'link', details: { carried } });
  return carried;
}

/** Takes open questions about deliveries that no longer count out of the queue; what people decided stays. */
export async function retireOpen(tx: Tx, current: readonly string[]): Promise<void> {
  await sql`delete from linkage.decision where state = 'open' and delivery_id <> all(${current}::uuid[])`.execute(
    tx.db,
  );
  await sql`delete from linkage.conflict where state = 'open' and delivery_id <> all(${current}::uuid[])`.execute(
    tx.db,
  );
}
