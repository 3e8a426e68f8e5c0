import { sql, type Tx } from '../../../platform/database/index.ts';
import type { Consent, Subject } from './reading.ts';

/** What is sealed of a consent. */
export interface SealedConsent {
  number: string;
  name: string;
  guardian: Consent['guardian'];
}

export interface Places {
  hukou_division_id: number;
  residence_division_id: number;
}

const context = (id: string) => `authorisation/${id}`;

/** The divisions of a person in the register, by number; undefined for one who is not in it. */
export async function findPlaces(tx: Tx, number: string): Promise<Places | undefined> {
  const { rows } = await sql<Places>`select hukou_division_id, residence_division_id from identity.token
    where kind = 'number' and token = ${tx.keys.blindIndex('number', number)} limit 1`.execute(tx.db);
  return rows[0];
}

/** Writes a consent; gives false when the same one (person, document, first day) is there already. */
export async function insertConsent(tx: Tx, id: string, consent: Consent, places: Places): Promise<boolean> {
  const { number, name, guardian } = consent;
  const sealed = tx.keys.seal(
    Buffer.from(JSON.stringify({ number, name, guardian } satisfies SealedConsent)),
    context(id),
  );
  const { rows } = await sql<{
    id: string;
  }>`insert into intake.authorisation (id, person_token, sealed, subject, signer, valid_from,
      valid_until, purpose, document_sha256, recorded_at, recorded_by, hukou_division_id, residence_division_id)
    values (${id}, ${tx.keys.blindIndex('number', number)}, ${sealed}, ${consent.subject}, ${consent.signer}, ${consent.from},
      ${consent.until}, ${consent.purpose}, ${consent.documentSha256}, ${tx.clock.now()}, ${tx.actor.id},
      ${places.hukou_division_id}, ${places.residence_division_id})
    on conflict (person_token, document_sha256, valid_from) do nothing returning id`.execute(tx.db);
  return rows.length > 0;
}

export interface ConsentRow {
  id: string;
  subject: Subject;
  signer: Consent['signer'];
  valid_from: string;
  valid_until: string;
  purpose: string;
  revoked_on: string | null;
  residence_division_id: number;
}

/** Consents under the actor's sight, the newest first; with `date` only those in force on it. */
export async function findConsents(tx: Tx, date: string | null): Promise<ConsentRow[]> {
  const { rows } =
    await sql<ConsentRow>`select id, subject, signer, valid_from, valid_until, purpose, revoked_on, residence_division_id
    from intake.authorisation where ${date}::date is null
      or (valid_from <= ${date} and valid_until >= ${date} and (revoked_on is null or revoked_on > ${date}))
    order by recorded_at desc, id`.execute(tx.db);
  return rows;
}

/** Numbers of everybody whose consent is in force on a civil date, opened. */
export async function openNumbersInForce(tx: Tx, date: string): Promise<string[]> {
  const { rows } = await sql<{ id: string; sealed: Buffer }>`select id, sealed from intake.authorisation
    where valid_from <= ${date} and valid_until >= ${date} and (revoked_on is null or revoked_on > ${date})`.execute(
    tx.db,
  );
  return rows.map((r) => (JSON.parse(tx.keys.open(r.sealed, context(r.id)).toString('utf8')) as SealedConsent).number);
}

/** Ends a consent from a day on; gives false when it is not there, not in sight, or ended before. */
export async function endConsent(tx: Tx, id: string, from: string, reason: string): Promise<boolean> {
  const { rows } = await sql<{
    id: string;
  }>`update intake.authorisation set revoked_on = ${from}, revoked_reason = ${reason}
    where id = ${id}::uuid and revoked_on is null returning id`.execute(tx.db);
  return rows.length > 0;
}
