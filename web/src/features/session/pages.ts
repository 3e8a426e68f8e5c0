import type { Role, RouteKey } from '@doudi/contracts';
import type { PlainKey } from '../../language/index.tsx';

const desk: readonly Role[] = ['village', 'township', 'county', 'supervisor', 'auditor'];

export type Page = { path: string; title: PlainKey; roles: readonly Role[]; route: RouteKey };

/** The pages a role may open, in the order of the navigation; `route` is the contract that gives the page its rows. */
export const pages: readonly Page[] = [
  { path: '/month', title: 'nav.month', roles: desk, route: 'GET /api/month' },
  { path: '/leads', title: 'nav.leads', roles: desk, route: 'POST /api/leads/search' },
  { path: '/links', title: 'nav.links', roles: desk, route: 'GET /api/links' },
  { path: '/households', title: 'nav.households', roles: desk, route: 'POST /api/households/search' },
  { path: '/policies', title: 'nav.policies', roles: desk, route: 'GET /api/policies/sources' },
  { path: '/simulations', title: 'nav.simulations', roles: ['county', 'supervisor'], route: 'GET /api/simulations' },
  {
    path: '/departments',
    title: 'nav.departments',
    roles: ['county', 'supervisor', 'auditor'],
    route: 'GET /api/departments',
  },
  { path: '/audit', title: 'nav.audit', roles: ['audit-administrator', 'auditor'], route: 'GET /api/audit' },
  {
    path: '/users',
    title: 'nav.users',
    roles: ['system-administrator', 'security-administrator'],
    route: 'GET /api/users',
  },
  {
    path: '/mandates',
    title: 'nav.mandates',
    roles: ['security-administrator', 'auditor', 'audit-administrator'],
    route: 'GET /api/mandates',
  },
];

/** Gives the pages of a role. */
export function pagesOf(role: Role): Page[] {
  return pages.filter((page) => page.roles.includes(role));
}

/** Where a role starts: the people who work leads at their list, everyone else at their first page. */
export function homeOf(role: Role): string {
  if (role === 'village' || role === 'township') return '/leads?status=open';
  return pagesOf(role)[0]?.path ?? '/account';
}
