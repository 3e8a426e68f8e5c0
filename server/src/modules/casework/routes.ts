import type { RouteServices, RoutesOf } from '../../platform/route.ts';
import { recordVerification } from './commands/record-verification.ts';
import { linkRoutes } from './link-routes.ts';
import { verifiedLead } from './queries/verified-lead.ts';

/** One lead with its verification, the verification of a visit, and the review of links. */
export function caseworkRoutes(
  services: RouteServices,
): RoutesOf<'GET /api/leads/:id' | 'POST /api/leads/:id/verification'> & ReturnType<typeof linkRoutes> {
  const { bundle } = services;
  return {
    ...linkRoutes(services),
    'GET /api/leads/:id': {
      purpose: '查看线索',
      handle: ({ tx, params }) => verifiedLead(tx, bundle, params.id),
    },
    'POST /api/leads/:id/verification': {
      purpose: '登记核查结果',
      handle: ({ tx, params, body }) => recordVerification(tx, bundle, params.id, body),
    },
  };
}
