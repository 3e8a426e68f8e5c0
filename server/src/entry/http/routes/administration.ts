import { giveMandate, giveRole, listMandates, listUsers, openUser } from '../../../platform/auth/index.ts';
import type { RouteServices, RoutesOf } from '../../../platform/route.ts';

/** Accounts, roles and mandates, by the system and the security administrator (三员分立). */
export function administrationRoutes({
  auth,
}: RouteServices): RoutesOf<
  'GET /api/users' | 'POST /api/users' | 'POST /api/users/:id/grant' | 'GET /api/mandates' | 'POST /api/mandates'
> {
  return {
    'GET /api/users': {
      purpose: '查看账号',
      handle: async ({ tx }) => ({ users: await listUsers(tx) }),
    },
    'POST /api/users': {
      purpose: '开立账号',
      handle: ({ tx, body }) => openUser(tx, auth, body),
    },
    'POST /api/users/:id/grant': {
      purpose: '授予角色',
      handle: ({ tx, params, body }) => giveRole(tx, auth, params.id, body),
    },
    'GET /api/mandates': {
      purpose: '查看授权书',
      handle: async ({ tx }) => ({ mandates: await listMandates(tx) }),
    },
    'POST /api/mandates': {
      purpose: '签发授权书',
      handle: ({ tx, body }) => giveMandate(tx, body),
    },
  };
}
