import type { RoutesOf } from '../../platform/route.ts';
import { unmask } from './commands/unmask.ts';

/** Uncovering one field of one person, for a reason that goes into the trail. */
export function registryRoutes(): RoutesOf<'POST /api/households/:id/unmask'> {
  return {
    'POST /api/households/:id/unmask': {
      purpose: ({ body }) => body.reason,
      handle: async ({ tx, params, body }) => ({ value: await unmask(tx, { ...body, householdId: params.id }) }),
    },
  };
}
