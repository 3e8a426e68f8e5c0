import { type Selectable, sql } from 'kysely';
import type { Tx } from '../database/index.ts';

export interface ActorRow {
  id: string;
  username: string;
  display_name: string;
  active: boolean;
  role: string | null;
  division_id: number | null;
  division: string | null;
}

/** Name of a division on the transaction's day. */
const divisionName = (id: string, today: string) => sql`(select n.name from registry.division_name n
  where n.division_id = ${sql.ref(id)} and n.valid_from <= ${today}::date and coalesce(n.valid_to > ${today}::date, true)
  order by n.valid_from desc limit 1)`;

/** Accounts with their role, in name order; the system actor is not among them. */
export async function findActors(tx: Tx, id?: string): Promise<Selectable<ActorRow>[]> {
  const { rows } = await sql<ActorRow>`
    select a.id, a.username, a.display_name, a.active, g.role, g.division_id,
      ${divisionName('g.division_id', tx.clock.today())} as division
    from platform.actor a left join platform.role_grant g on g.actor_id = a.id
    where g.role is distinct from 'system' and (${id ?? null}::uuid is null or a.id = ${id ?? null}::uuid)
    order by a.username`.execute(tx.db);
  return rows;
}

/** The id of an account name, or undefined. */
export async function findActorByName(tx: Tx, username: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from platform.actor where username = ${username}`.execute(tx.db);
  return rows[0]?.id;
}

export async function insertActor(tx: Tx, actor: { id: string; username: string; displayName: string }): Promise<void> {
  await sql`insert into platform.actor (id, username, display_name, created_at)
    values (${actor.id}, ${actor.username}, ${actor.displayName}, ${tx.clock.now()})`.execute(tx.db);
}

/** Gives the one role an actor has; a role held before is replaced. */
export async function upsertGrant(
  tx: Tx,
  grant: { actorId: string; role: string; divisionId: number | null },
): Promise<void> {
  await sql`insert into platform.role_grant (actor_id, role, division_id, granted_by, granted_at)
    values (${grant.actorId}, ${grant.role}, ${grant.divisionId}, ${tx.actor.id}, ${tx.clock.now()})
    on conflict (actor_id) do update set role = excluded.role, division_id = excluded.division_id,
      granted_by = excluded.granted_by, granted_at = excluded.granted_at`.execute(tx.db);
}

export interface DivisionRow {
  id: number;
  code: string;
  name: string;
  level: 'country' | 'province' | 'city' | 'county' | 'township' | 'village';
  parent_id: number | null;
}

/** Divisions in force on the transaction's day, in code order. */
export async function findDivisions(tx: Tx): Promise<DivisionRow[]> {
  const today = tx.clock.today();
  const { rows } = await sql<DivisionRow>`
    select d.id, n.code, n.name, d.level, d.parent_id
    from registry.division d join registry.division_name n on n.division_id = d.id
    where n.valid_from <= ${today}::date and coalesce(n.valid_to > ${today}::date, true)
    order by n.code`.execute(tx.db);
  return rows;
}

/** How many persons live in each division, as far as the actor sees. */
export async function countResidents(tx: Tx): Promise<Map<number, number>> {
  const { rows } = await sql<{ id: number; n: number }>`
    select residence_division_id as id, count(*)::int as n from identity.person group by 1`.execute(tx.db);
  return new Map(rows.map((r) => [r.id, r.n]));
}

export interface MandateRow {
  id: string;
  auditor_id: string;
  auditor: string;
  division_id: number;
  division: string | null;
  title: string;
  valid_from: string;
  valid_until: string;
}

/** Mandates, newest first; an auditor is shown their own. */
export async function findMandates(tx: Tx, id?: string): Promise<MandateRow[]> {
  const own = tx.actor.role === 'auditor' ? tx.actor.id : null;
  const { rows } = await sql<MandateRow>`
    select m.id, m.auditor_id, a.display_name as auditor, m.division_id,
      ${divisionName('m.division_id', tx.clock.today())} as division, m.title, m.valid_from, m.valid_until
    from platform.mandate m join platform.actor a on a.id = m.auditor_id
    where (${own}::uuid is null or m.auditor_id = ${own}::uuid) and (${id ?? null}::uuid is null or m.id = ${id ?? null}::uuid)
    order by m.valid_from desc, m.id desc`.execute(tx.db);
  return rows;
}

export async function insertMandate(
  tx: Tx,
  mandate: { auditorId: string; divisionId: number; title: string; from: string; until: string },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into platform.mandate (auditor_id, division_id, title, valid_from, valid_until, given_by, given_at)
    values (${mandate.auditorId}, ${mandate.divisionId}, ${mandate.title}, ${mandate.from}, ${mandate.until},
      ${tx.actor.id}, ${tx.clock.now()}) returning id`.execute(tx.db);
  return rows[0]?.id ?? '';
}

/** Months for which a run is finished, newest first. */
export async function findPeriods(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{
    period: string;
  }>`select distinct period from platform.run where finished_at is not null order by period desc`.execute(tx.db);
  return rows.map((r) => r.period);
}
