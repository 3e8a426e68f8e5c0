import type { VerificationBody } from '@doudi/contracts';
import { sql, type Tx } from '../../platform/database/index.ts';

export interface StoredVerification {
  id: string;
  leadId: string;
  bodyHash: string;
  verdict: VerificationBody['verdict'];
  visitedOn: string;
  note: string;
  answers: Record<string, unknown>;
  by: string;
  at: string;
}

const columns = sql`v.id, v.lead_id as "leadId", v.body_hash as "bodyHash", v.verdict, v.visited_on as "visitedOn", v.note, v.answers,
  coalesce(a.display_name, '') as by, to_char(v.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`;

/** The verification made under a client's key, as far as the actor sees it. */
export async function findByKey(tx: Tx, key: string): Promise<StoredVerification | undefined> {
  const { rows } = await sql<StoredVerification>`select ${columns} from casework.verification v
    left join platform.actor a on a.id = v.actor_id where v.key = ${key}`.execute(tx.db);
  return rows[0];
}

/** The newest verification of a lead. */
export async function newestOfLead(tx: Tx, leadId: string): Promise<StoredVerification | undefined> {
  const { rows } = await sql<StoredVerification>`select ${columns} from casework.verification v
    left join platform.actor a on a.id = v.actor_id where v.lead_id = ${leadId} order by v.id desc limit 1`.execute(
    tx.db,
  );
  return rows[0];
}

/** Verifications of a household, newest first. */
export async function verificationsOf(tx: Tx, householdId: string): Promise<(StoredVerification & { rule: string })[]> {
  const { rows } = await sql<
    StoredVerification & { rule: string }
  >`select ${columns}, v.rule from casework.verification v
    left join platform.actor a on a.id = v.actor_id where v.household_id = ${householdId}::bigint order by v.visited_on desc, v.id desc`.execute(
    tx.db,
  );
  return rows;
}

export interface VerificationInsert {
  leadId: string;
  key: string;
  bodyHash: string;
  householdId: string;
  personId: string | null;
  rule: string;
  kind: string;
  verdict: string;
  visitedOn: string;
  note: string;
  answers: Record<string, unknown>;
  hukouDivisionId: number;
  residenceDivisionId: number;
}

/** Inserts a verification; undefined when its key was used before. */
export async function insertVerification(tx: Tx, v: VerificationInsert): Promise<string | undefined> {
  const { rows } = await sql<{
    id: string;
  }>`insert into casework.verification (lead_id, key, body_hash, household_id, person_id, rule, kind,
      verdict, visited_on, note, answers, actor_id, at, hukou_division_id, residence_division_id)
    values (${v.leadId}, ${v.key}, ${v.bodyHash}, ${v.householdId}, ${v.personId}, ${v.rule}, ${v.kind}, ${v.verdict}, ${v.visitedOn},
      ${v.note}, ${JSON.stringify(v.answers)}::jsonb, ${tx.actor.id}, ${tx.clock.now()}, ${v.hukouDivisionId}, ${v.residenceDivisionId})
    on conflict (key) do nothing returning id`.execute(tx.db);
  return rows[0]?.id;
}

/** Keeps what an answer established, in the vocabulary of the policies. */
export async function insertVerifiedFact(
  tx: Tx,
  fact: {
    verificationId: string;
    householdId: string;
    personId: string | null;
    input: string;
    value: string;
    asOf: string;
    validUntil: string | null;
    hukouDivisionId: number;
    residenceDivisionId: number;
  },
): Promise<void> {
  await sql`insert into casework.verified_fact (verification_id, household_id, person_id, input, value, as_of, valid_until, hukou_division_id, residence_division_id)
    values (${fact.verificationId}, ${fact.householdId}, ${fact.personId}, ${fact.input}, ${fact.value}, ${fact.asOf}, ${fact.validUntil},
      ${fact.hukouDivisionId}, ${fact.residenceDivisionId})`.execute(tx.db);
}

/** A fact found at the door that stands for what the registers say. */
export interface VerifiedFact {
  householdId: string;
  /** The person of the lead that was verified; null when the visit was about the household alone. */
  personId: string | null;
  input: string;
  value: string;
  asOf: string;
  validUntil: string;
}

/** The newest fact of each household, person and input that is valid on `day` or later, in a fixed order. */
export async function findFactsInForce(tx: Tx, day: string): Promise<VerifiedFact[]> {
  const { rows } = await sql<VerifiedFact>`
    select distinct on (household_id, person_id, input) household_id as "householdId", person_id as "personId", input, value,
      as_of as "asOf", valid_until as "validUntil"
    from casework.verified_fact where valid_until >= ${day}::date
    order by household_id, person_id, input, as_of desc, id desc`.execute(tx.db);
  return rows;
}
