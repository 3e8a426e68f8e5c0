import type { RouteServices, RoutesOf } from '../../platform/route.ts';
import { quarantineOf } from '../intake/index.ts';
import { monthAtGlance } from './queries/month-at-glance.ts';
import { latestRun, totalOf } from './store.ts';

/** The month at a glance, and the quarantine behind one of its numbers. */
export function indicatorsRoutes({
  bundle,
}: RouteServices): RoutesOf<'GET /api/month' | 'GET /api/feeds/:feed/:period/quarantine'> {
  return {
    'GET /api/month': {
      purpose: '查看月度概览',
      handle: ({ tx, query }) => monthAtGlance(tx, bundle, query.period),
    },
    'GET /api/feeds/:feed/:period/quarantine': {
      purpose: '查看隔离记录',
      audit: ({ params }) => ({ action: 'quarantine.read', object: `feed/${params.feed}/${params.period}` }),
      async handle({ tx, params, query }) {
        const found = await quarantineOf(tx, bundle, params.feed, params.period, query);
        const run = await latestRun(tx, params.period);
        const linked = run ? ((await totalOf(tx, run.id)).linked[params.feed] ?? 0) : 0;
        return { ...found, account: { ...found.account, linked } };
      },
    },
  };
}
