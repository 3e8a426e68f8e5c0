import type { Division } from '@doudi/contracts';
import type { z } from 'zod';
import { type DivisionRow, findDivisions, findMandates, findPeriods, listUsers } from '../../../platform/auth/index.ts';
import type { Tx } from '../../../platform/database/index.ts';
import { notFound } from '../../../platform/errors.ts';
import type { RouteServices, RoutesOf } from '../../../platform/route.ts';

type DivisionView = z.infer<typeof Division>;

/** Who is signed in, and the divisions they work with. */
export function sessionRoutes({ bundle }: RouteServices): RoutesOf<'GET /api/me' | 'GET /api/divisions'> {
  return {
    'GET /api/me': {
      purpose: '查看本人会话',
      async handle({ tx, account }) {
        const actor = (await listUsers(tx)).find((u) => u.id === account.id);
        if (!actor?.role) throw notFound('user-missing', '账号没有登记', '请联系系统管理员');
        const divisions = (await findDivisions(tx)).flatMap(view);
        return {
          id: account.id,
          username: actor.username,
          displayName: actor.displayName,
          role: actor.role,
          division: divisions.find((d) => d.id === actor.divisionId) ?? null,
          now: shanghaiTime(tx.clock.now()),
          demo: bundle.packs.some((p) => p.demo),
          mandate: await mandateOf(tx),
          periods: await findPeriods(tx),
          twoFactorEnabled: account.twoFactorEnabled,
        };
      },
    },
    'GET /api/divisions': {
      purpose: '查看区划',
      async handle({ tx }) {
        const all = (await findDivisions(tx)).flatMap(view);
        return { divisions: tx.actor.role.endsWith('-administrator') ? all : inSight(all, tx.actor.divisionIds) };
      },
    },
  };
}

/** The divisions seen, and what they lie in, so that a path can be written out. */
function inSight(all: readonly DivisionView[], seen: readonly number[]): DivisionView[] {
  const byId = new Map(all.map((d) => [d.id, d]));
  const shown = new Set<number>();
  for (const id of seen) {
    for (let d = byId.get(id); d && !shown.has(d.id); d = d.parentId === null ? undefined : byId.get(d.parentId))
      shown.add(d.id);
  }
  return all.filter((d) => shown.has(d.id));
}

async function mandateOf(tx: Tx) {
  if (tx.actor.role !== 'auditor') return null;
  const today = tx.clock.today();
  const held = (await findMandates(tx)).find((m) => m.valid_from <= today && today <= m.valid_until);
  return held ? { id: held.id, title: held.title, until: held.valid_until } : null;
}

function view(row: DivisionRow): DivisionView[] {
  if (row.level === 'country') return [];
  return [{ id: row.id, code: row.code, name: row.name, level: row.level, parentId: row.parent_id }];
}

/** An instant as ISO date-time with the offset of Asia/Shanghai. */
function shanghaiTime(at: Date): string {
  return `${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}
