import { readRequest } from '../../../platform/jobs/request.ts';
import type { RoutesOf } from '../../../platform/route.ts';

/** How far a piece of long work is, for who asked it; its result is answered by the route of its kind. */
export function requestRoutes(): RoutesOf<'GET /api/requests/:id'> {
  return {
    'GET /api/requests/:id': {
      purpose: '查看任务进度',
      handle: ({ tx, params }) => readRequest(tx, params.id),
    },
  };
}
