import { sql, type Tx } from '../../../platform/database/index.ts';
import { type Identity, identityContext } from './identity.ts';

export interface HouseholdRow {
  id: string;
  head_person_id: string;
  size: number;
  hukou_division_id: number;
  residence_division_id: number;
}

/** A household that the actor may see; undefined for one that is not there or not theirs, which look the same. */
export async function findHousehold(tx: Tx, id: string): Promise<HouseholdRow | undefined> {
  if (!/^\d{1,19}$/.test(id)) return undefined;
  const { rows } = await sql<HouseholdRow>`select id, head_person_id, size, hukou_division_id, residence_division_id
    from registry.household where id = ${id}::bigint`.execute(tx.db);
  return rows[0];
}

export interface MemberRow {
  id: string;
  relation: string;
  sex: 'male' | 'female' | null;
  birth: string | null;
  missing_since: string | null;
  registered_to: string | null;
  sealed: Buffer | null;
}

/** Persons registered in a household, also those who left the register, with their sealed identity. */
export async function findMembers(tx: Tx, householdId: string): Promise<MemberRow[]> {
  const { rows } = await sql<MemberRow>`
    select p.id, p.relation, p.sex, p.birth, p.missing_since, p.registered_to, i.sealed
    from registry.person p left join identity.person i on i.person_id = p.id
    where p.household_id = ${householdId}::bigint order by p.registered_to is not null, p.relation <> 'head', p.birth, p.id`.execute(
    tx.db,
  );
  return rows;
}

export interface FactRow {
  id: string;
  person_id: string | null;
  kind: string;
  title: string;
  value: string | null;
  feed: string;
  certain: boolean;
  as_of: string | null;
  stale: boolean;
  outside: string | null;
  period: string;
}

export async function findFacts(tx: Tx, householdId: string): Promise<FactRow[]> {
  const { rows } =
    await sql<FactRow>`select id, person_id, kind, title, value, feed, certain, as_of, stale, outside, period
    from registry.fact where household_id = ${householdId}::bigint order by id`.execute(tx.db);
  return rows;
}

export interface FactSourceRow {
  household_id: string;
  feed: string;
  delivery_id: string;
  row_no: string;
  role: string;
  certain: boolean;
}

/** The delivered row behind a fact that the actor may see. */
export async function findFactSource(tx: Tx, factId: string): Promise<FactSourceRow | undefined> {
  if (!/^\d{1,19}$/.test(factId)) return undefined;
  const { rows } = await sql<FactSourceRow>`select household_id, feed, delivery_id, row_no, role, certain
    from registry.fact where id = ${factId}::bigint`.execute(tx.db);
  return rows[0];
}

export interface FoundRow {
  household_id: string;
  head_person_id: string;
  size: number;
  residence_division_id: number;
  matched_id: string;
  matched_sealed: Buffer;
  head_sealed: Buffer | null;
}

/** Households with a person of a token, under the actor's sight; at most `limit`, in a fixed order. */
export async function findByToken(tx: Tx, kind: string, token: Buffer, limit: number): Promise<FoundRow[]> {
  const { rows } = await sql<FoundRow>`
    select h.id as household_id, h.head_person_id, h.size, h.residence_division_id, p.id as matched_id, i.sealed as matched_sealed,
      (select head.sealed from identity.person head where head.person_id = h.head_person_id) as head_sealed
    from identity.token t
    join registry.person p on p.id = t.person_id
    join registry.household h on h.id = p.household_id
    join identity.person i on i.person_id = p.id
    where t.token = ${token} and t.kind = ${kind}
    order by p.registered_to is not null, h.id, p.id limit ${limit}`.execute(tx.db);
  return rows;
}

/** The sealed identity of a member of a household, under sight. */
export async function findSealed(tx: Tx, householdId: string, personId: string): Promise<Buffer | undefined> {
  if (!/^\d{1,19}$/.test(personId) || !/^\d{1,19}$/.test(householdId)) return undefined;
  const { rows } = await sql<{
    sealed: Buffer;
  }>`select i.sealed from identity.person i join registry.person p on p.id = i.person_id
    where i.person_id = ${personId}::bigint and p.household_id = ${householdId}::bigint`.execute(tx.db);
  return rows[0]?.sealed;
}

/** Sealed identities of persons in the actor's sight. */
export async function findSealedOf(tx: Tx, personIds: readonly string[]): Promise<Map<string, Buffer>> {
  const ids = personIds.filter((id) => /^\d{1,19}$/.test(id));
  const { rows } = await sql<{ person_id: string; sealed: Buffer }>`select person_id, sealed from identity.person
    where person_id = any(${ids}::bigint[])`.execute(tx.db);
  return new Map(rows.map((r) => [r.person_id, r.sealed]));
}

/** Opens a sealed identity; it is bound to its person. */
export function openIdentityOf(tx: Tx, personId: string, sealed: Buffer): Identity {
  return JSON.parse(tx.keys.open(sealed, identityContext(personId)).toString('utf8')) as Identity;
}

/** Current names of divisions: their own, and of the township and village above or at them. */
export async function placesOf(
  tx: Tx,
  ids: readonly number[],
): Promise<Map<number, { township: string; village: string }>> {
  const { rows } = await sql<{ id: number; township: string | null; village: string | null }>`
    with recursive up as (
      select d.id as start, d.id, d.level, d.parent_id from registry.division d where d.id = any(${[...new Set(ids)]}::int[])
      union all
      select up.start, d.id, d.level, d.parent_id from up join registry.division d on d.id = up.parent_id)
    select up.start as id,
      max(n.name) filter (where up.level = 'township') as township, max(n.name) filter (where up.level = 'village') as village
    from up join lateral (select name from registry.division_name n where n.division_id = up.id and n.valid_from <= ${tx.clock.today()}
      order by n.valid_from desc limit 1) n on true
    group by up.start`.execute(tx.db);
  return new Map(rows.map((r) => [r.id, { township: r.township ?? '', village: r.village ?? '' }]));
}
