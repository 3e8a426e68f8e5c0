import type { GrantBody, MandateBody, MandateRow, Role, UserRow } from '@doudi/contracts';
import type { z } from 'zod';
import type { Tx } from '../database/index.ts';
import { conflict, forbidden, invalid, notFound } from '../errors.ts';
import type { Auth } from './library.ts';
import {
  type ActorRow,
  type DivisionRow,
  findActorByName,
  findActors,
  findDivisions,
  findMandates,
  insertActor,
  insertMandate,
  upsertGrant,
} from './store.ts';

type User = z.infer<typeof UserRow>;
type Mandate = z.infer<typeof MandateRow>;

/** Which level of division a role is held for; null: the role has no place. */
const PLACES: Record<Role, readonly DivisionRow['level'][] | null> = {
  village: ['village'],
  township: ['township'],
  county: ['county'],
  supervisor: ['county', 'city', 'province'],
  auditor: null,
  'system-administrator': null,
  'security-administrator': null,
  'audit-administrator': null,
};

/** Accounts in name order; the role of one that nobody has given a role yet is null. */
export async function listUsers(tx: Tx): Promise<User[]> {
  return (await findActors(tx)).map(userRow);
}

/**
 * Opens an account without any role; a security administrator gives it one (三员分立).
 * @throws account-exists
 */
export async function openUser(
  tx: Tx,
  auth: Auth,
  body: { username: string; displayName: string; password: string },
): Promise<User> {
  const taken = () => conflict('account-exists', `账号已存在：${body.username}`, '请换一个账号名');
  if (await findActorByName(tx, body.username)) throw taken();
  // A sign-in account without its actor is what a commit that failed left behind.
  const orphan = await auth.accountOf(body.username);
  if (orphan) await auth.removeAccount(orphan);
  const id = await auth.openAccount(body);
  try {
    await insertActor(tx, { id, username: body.username, displayName: body.displayName });
  } catch (error) {
    await auth.removeAccount(id);
    throw error;
  }
  tx.audit({ action: 'account.open', object: `account/${id}` });
  return await user(tx, id);
}

/**
 * Gives an account its one role and the division of it, instead of the role it held; its sessions end.
 * @throws own-role, user-missing, division-unfit
 */
export async function giveRole(tx: Tx, auth: Auth, id: string, body: z.infer<typeof GrantBody>): Promise<User> {
  if (id === tx.actor.id)
    throw forbidden('own-role', '任何人不得更改自己的角色', '请由另一名安全管理员办理（三员分立）');
  await user(tx, id);
  const levels = PLACES[body.role];
  const place = body.divisionId === null ? undefined : (await findDivisions(tx)).find((d) => d.id === body.divisionId);
  if (levels === null ? body.divisionId !== null : !place || !levels.includes(place.level)) {
    throw invalid(
      'division-unfit',
      levels === null ? '该角色不按区划设置' : '区划与角色的层级不符',
      levels === null ? '请不要选择区划；审计员的范围由授权书确定' : '请选择与角色同一层级的现行区划',
    );
  }
  await upsertGrant(tx, { actorId: id, role: body.role, divisionId: body.divisionId });
  tx.audit({
    action: 'account.grant',
    object: `account/${id}`,
    details: { role: body.role, division: body.divisionId },
  });
  await auth.endSessions(id);
  return await user(tx, id);
}

/** Written mandates by which auditors read; an auditor is shown their own. */
export async function listMandates(tx: Tx): Promise<Mandate[]> {
  return (await findMandates(tx)).map(mandateRow);
}

/**
 * Gives an auditor a dated mandate for one division and what lies below it.
 * @throws own-role, user-missing, not-auditor, mandate-dates, division-unfit
 */
export async function giveMandate(tx: Tx, body: z.infer<typeof MandateBody>): Promise<Mandate> {
  if (body.auditorId === tx.actor.id) throw forbidden('own-role', '任何人不得给自己授权', '请由另一名安全管理员办理');
  const auditor = await user(tx, body.auditorId);
  if (auditor.role !== 'auditor') throw invalid('not-auditor', '该账号不是审计员', '请先授予审计员角色，再发授权书');
  if (body.until < body.from) throw invalid('mandate-dates', '授权书的止日早于起日', '请更正起止日期');
  if (!(await findDivisions(tx)).some((d) => d.id === body.divisionId))
    throw invalid('division-unfit', '授权书的区划不存在或已撤销', '请选择现行区划');
  const id = await insertMandate(tx, body);
  tx.audit({
    action: 'mandate.give',
    object: `account/${body.auditorId}`,
    details: { mandate: id, division: body.divisionId, from: body.from, until: body.until },
  });
  const [row] = await findMandates(tx, id);
  if (!row) throw notFound('mandate-missing', '授权书没有写成', '请重试');
  return mandateRow(row);
}

async function user(tx: Tx, id: string): Promise<User> {
  const [row] = /^[0-9a-f-]{36}$/.test(id) ? await findActors(tx, id) : [];
  if (!row) throw notFound('user-missing', '没有这个账号', '请刷新账号列表后再选');
  return userRow(row);
}

function userRow(row: ActorRow): User {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    role: row.role as User['role'],
    division: row.division,
    divisionId: row.division_id,
    active: row.active,
  };
}

function mandateRow(row: Awaited<ReturnType<typeof findMandates>>[number]): Mandate {
  return {
    id: row.id,
    auditorId: row.auditor_id,
    auditor: row.auditor,
    divisionId: row.division_id,
    division: row.division ?? '',
    title: row.title,
    from: row.valid_from,
    until: row.valid_until,
  };
}
