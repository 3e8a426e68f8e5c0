import type { RouteServices, RoutesOf } from '../../../platform/route.ts';
import { openRequest, recordEvent } from '../sharing/index.ts';
import { departmentsOfMonth } from './departments.ts';
import { acceptDelivery } from './index.ts';
import { qualityReport, reportTemplate } from './report.ts';
import { qualityDocument } from './word.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** What departments send and owe: their page, the report that goes back to them, and the requests with their clocks. */
export function departmentRoutes({
  bundle,
}: RouteServices): RoutesOf<
  | 'GET /api/departments'
  | 'GET /api/quality'
  | 'GET /api/quality/document'
  | 'POST /api/deliveries/:id/acceptance'
  | 'POST /api/sharing'
  | 'POST /api/sharing/:id/events'
> {
  return {
    'GET /api/departments': {
      purpose: '查看部门报送',
      handle: ({ tx, query }) => departmentsOfMonth(tx, bundle, query.period),
    },
    'GET /api/quality': {
      purpose: '查看数据质量反馈',
      handle: ({ tx, query }) => qualityReport(tx, bundle, query.department, query.period),
    },
    'GET /api/quality/document': {
      purpose: '出具数据质量反馈',
      async handle({ tx, query }) {
        const report = await qualityReport(tx, bundle, query.department, query.period);
        const bytes = await qualityDocument(report, reportTemplate(bundle));
        const fileName = `${report.department.replace(/[\\/:*?"<>|]/g, '_')}-${report.period}-数据质量反馈.docx`;
        return { fileName, type: DOCX, base64: bytes.toString('base64') };
      },
    },
    'POST /api/deliveries/:id/acceptance': {
      purpose: '确认可疑的报送',
      async handle({ tx, params, body }) {
        await acceptDelivery(tx, bundle, params.id, body.reason);
        return { deliveryId: params.id };
      },
    },
    'POST /api/sharing': {
      purpose: '提出数据共享申请',
      handle: ({ tx, body }) => openRequest(tx, bundle, body),
    },
    'POST /api/sharing/:id/events': {
      purpose: '记录数据共享进展',
      handle: ({ tx, params, body }) => recordEvent(tx, bundle, params.id, body),
    },
  };
}
