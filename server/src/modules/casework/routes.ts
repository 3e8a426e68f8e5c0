import type { RouteServices, RoutesOf } from '../../platform/route.ts';
import { recordVerification } from './commands/record-verification.ts';
import { verifiedLead } from './queries/verified-lead.ts';

/** One lead with its verification, and the verification of a visit. */
export function caseworkRoutes({
  bundle,
}: RouteServices): RoutesOf<'GET /api/leads/:id' | 'POST /api/leads/:id/verification'> {
  return {
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
