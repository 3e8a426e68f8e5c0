import { verifyAudit } from '../../../platform/audit/index.ts';
import { readAudit } from '../../../platform/audit/read.ts';
import { invalid } from '../../../platform/errors.ts';
import type { RoutesOf } from '../../../platform/route.ts';

/** The trail, with its chain recomputed at each reading; reading it leaves a line itself. */
export function auditRoutes(): RoutesOf<'GET /api/audit'> {
  return {
    'GET /api/audit': {
      purpose: '查看审计记录',
      audit: () => ({ action: 'audit.read', object: 'audit' }),
      async handle({ tx, query }) {
        if (query.cursor !== undefined && !/^\d{1,18}$/.test(query.cursor))
          throw invalid('cursor', '翻页位置不对', '请从第一页重新查看');
        const { entries, next } = await readAudit(tx, { ...query, before: query.cursor });
        const { checked, broken } = await verifyAudit(tx);
        return { entries, nextCursor: next, chain: { ok: broken.length === 0, checked } };
      },
    },
  };
}
