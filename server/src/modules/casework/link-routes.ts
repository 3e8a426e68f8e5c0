import type { RouteServices, RoutesOf } from '../../platform/route.ts';
import { closeConflict } from '../linkage/index.ts';
import { reviewLink } from './commands/review-link.ts';
import { undoReview } from './commands/undo-review.ts';
import { linkConflict, linkConflicts } from './queries/link-conflicts.ts';
import { linkDetail, unmaskLink } from './queries/link-detail.ts';
import { linkQueue } from './queries/link-queue.ts';

/** Whose row it is: the queue, one look, the decision and its undoing, and conflicts of numbers. */
export function linkRoutes({
  bundle,
}: RouteServices): RoutesOf<
  | 'GET /api/links'
  | 'GET /api/links/:id'
  | 'POST /api/links/:id/decision'
  | 'POST /api/links/:id/undo'
  | 'POST /api/links/:id/unmask'
  | 'GET /api/conflicts'
  | 'POST /api/conflicts/:id/close'
> {
  return {
    'GET /api/links': {
      purpose: '查看认人待办',
      handle: ({ tx, query }) => linkQueue(tx, bundle, query),
    },
    'GET /api/links/:id': {
      purpose: '核对身份关联',
      handle: ({ tx, params }) => linkDetail(tx, bundle, params.id),
    },
    'POST /api/links/:id/decision': {
      purpose: ({ body }) => body.note,
      handle: ({ tx, params, body }) => reviewLink(tx, { id: params.id, ...body }),
    },
    'POST /api/links/:id/undo': {
      purpose: ({ body }) => body.reason,
      handle: async ({ tx, params, body }) => ({
        dependents: await undoReview(tx, bundle, { id: params.id, reason: body.reason }),
      }),
    },
    'POST /api/links/:id/unmask': {
      purpose: ({ body }) => body.reason,
      handle: ({ tx, params, body }) => unmaskLink(tx, params.id, body.reason),
    },
    'GET /api/conflicts': {
      purpose: '查看号码冲突',
      handle: ({ tx, query }) => linkConflicts(tx, bundle, query),
    },
    'POST /api/conflicts/:id/close': {
      purpose: ({ body }) => body.reason,
      async handle({ tx, params, body }) {
        await closeConflict(tx, { id: params.id, reason: body.reason });
        return linkConflict(tx, bundle, params.id);
      },
    },
  };
}
