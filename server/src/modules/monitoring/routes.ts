import { notFound } from '../../platform/errors.ts';
import type { RouteServices, RoutesOf } from '../../platform/route.ts';
import { deliveryHead, feedContracts, getContract, openRow } from '../intake/index.ts';
import { linkSource } from '../linkage/index.ts';
import { factSource } from '../registry/index.ts';
import { coverCells } from './domain/covered-cells.ts';
import { findEvidence } from './queries/household-leads.ts';
import { searchLeads } from './queries/search-leads.ts';

/** Leads as a list, and the delivered row behind a piece of evidence or a fact. */
export function monitoringRoutes({
  lake,
  bundle,
}: RouteServices): RoutesOf<'POST /api/leads/search' | 'GET /api/evidence/:id'> {
  return {
    'POST /api/leads/search': {
      purpose: '查询线索',
      handle: ({ tx, body }) => searchLeads(tx, bundle, body),
    },
    'GET /api/evidence/:id': {
      purpose: '查看证据原始行',
      audit: ({ params }) => ({ action: 'evidence.read', object: `evidence/${params.id}` }),
      async handle({ tx, params }) {
        // A row opens only by a reference that the actor's own sight gave (DESIGN, dear later 5).
        const source =
          (await findEvidence(tx, params.id)) ?? (await factSource(tx, params.id)) ?? (await linkSource(tx, params.id));
        const delivery = source && (await deliveryHead(tx, source.deliveryId));
        if (!source || !delivery)
          throw notFound('evidence-missing', '没有这条证据，或不在您的辖区', '请从线索或家庭画像重新打开');
        const row = Number(source.row);
        const contract = getContract(feedContracts(bundle), delivery.feed);
        const delivered = await openRow(tx, lake, { deliveryId: source.deliveryId, row });
        return {
          feedTitle: contract.title,
          department: contract.department,
          period: delivery.period,
          fileName: delivery.fileName,
          row,
          cells: coverCells(contract, delivered),
        };
      },
    },
  };
}
