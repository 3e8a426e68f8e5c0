import { conflict } from '../../../platform/errors.ts';
import { askRequest, readRequest } from '../../../platform/jobs/request.ts';
import type { Answer, RouteServices, RoutesOf } from '../../../platform/route.ts';
import { feedContracts, getContract } from '../domain/contract.ts';
import { correctedHeader, correctedLine, readCorrectedFile } from '../quarantine/corrected-file.ts';
import {
  correctRow,
  deliveredValues,
  deliveryInForce,
  discardRows,
  inWords,
  type OpenedRow,
  openQuarantined,
} from '../quarantine/rows.ts';
import { findByRows, findOpen } from '../quarantine/store.ts';
import { beginUpload, getUpload, keepPart } from './store.ts';

/** Rows of one corrected file; more wrong rows than these are a wrong delivery. */
const TEMPLATE_ROWS = 20_000;

type Keys =
  | 'POST /api/feeds/:feed/:period/quarantine/template'
  | 'POST /api/feeds/:feed/:period/quarantine/corrections'
  | 'POST /api/feeds/:feed/:period/quarantine/release'
  | 'GET /api/quarantine/:id'
  | 'POST /api/quarantine/:id/correction'
  | 'POST /api/quarantine/discard'
  | 'POST /api/uploads'
  | 'POST /api/uploads/:id/parts/:part'
  | 'POST /api/uploads/:id/preview'
  | 'POST /api/uploads/:id/take'
  | 'GET /api/intake/requests/:id';

/** The desk's work on files: sending one, looking at what it would do, taking it in; correcting and releasing rows. */
export function intakeRoutes({ lake, bundle }: Pick<RouteServices, 'lake' | 'bundle'>): RoutesOf<Keys> {
  const contracts = feedContracts(bundle);
  return {
    'POST /api/feeds/:feed/:period/quarantine/template': {
      purpose: '下载隔离行更正模板',
      async handle({ tx, params }) {
        const contract = getContract(contracts, params.feed);
        const delivery = await deliveryInForce(tx, contract.id, params.period);
        const open = await findOpen(tx, delivery.id, { limit: TEMPLATE_ROWS });
        const told = new Map(open.map((r) => [r.row, inWords(contract, r)]));
        let text = correctedHeader(contract);
        for await (const { row, values } of deliveredValues(tx, lake, contract, delivery, told.keys())) {
          const words = told.get(row);
          if (words) text += correctedLine(contract, { ...words, values });
        }
        tx.audit({
          action: 'intake.quarantine.export',
          object: `delivery/${delivery.id}`,
          details: { rows: open.length },
        });
        return { fileName: `${contract.title}-${params.period}-更正.csv`, text, rows: open.length };
      },
    },
    'POST /api/feeds/:feed/:period/quarantine/corrections': {
      purpose: '上传隔离行更正文件',
      async handle({ tx, params, body }) {
        const contract = getContract(contracts, params.feed);
        const delivery = await deliveryInForce(tx, contract.id, params.period);
        const corrected = readCorrectedFile(contract, Buffer.from(body.text));
        const rows = await findByRows(
          tx,
          delivery.id,
          corrected.map((c) => c.row),
        );
        const open = new Map(rows.filter((r) => r.state === 'open').map((r) => [r.row, r.id]));
        for (const c of corrected) {
          const id = open.get(c.row);
          if (!id)
            throw conflict(
              'quarantine-settled',
              `第 ${c.row} 行不在待处理的隔离行中`,
              '请下载新的更正模板，在其中更正',
            );
          await correctRow(tx, lake, bundle, id, c.values);
        }
        return { corrected: corrected.length };
      },
    },
    'POST /api/feeds/:feed/:period/quarantine/release': {
      purpose: '放行隔离行',
      async handle({ tx, params, body }) {
        const contract = getContract(contracts, params.feed);
        await deliveryInForce(tx, contract.id, params.period);
        const input = { feed: contract.id, period: params.period, ids: body.ids ?? null };
        return askRequest(tx, 'intake-release', input, `放行隔离行 ${contract.title} ${params.period}`);
      },
    },
    'GET /api/quarantine/:id': {
      purpose: '打开隔离行',
      handle: async ({ tx, params }) => presented(await openQuarantined(tx, lake, bundle, params.id)),
    },
    'POST /api/quarantine/:id/correction': {
      purpose: '更正隔离行',
      async handle({ tx, params, body }) {
        await correctRow(tx, lake, bundle, params.id, body.values);
        return presented(await openQuarantined(tx, lake, bundle, params.id));
      },
    },
    'POST /api/quarantine/discard': {
      purpose: '不再处理隔离行',
      handle: ({ tx, body }) => discardRows(tx, body.ids, body.why),
    },
    'POST /api/uploads': {
      purpose: '上传部门文件',
      async handle({ tx, body }) {
        const contract = getContract(contracts, body.feed);
        const begun = await beginUpload(tx, body);
        tx.audit({
          action: 'intake.upload',
          object: `upload/${begun.id}`,
          details: { feed: contract.id, period: body.period, bytes: body.bytes },
        });
        return begun;
      },
    },
    'POST /api/uploads/:id/parts/:part': {
      purpose: '上传部门文件',
      handle: ({ tx, params, body }) => keepPart(tx, params.id, params.part, Buffer.from(body.data, 'base64')),
    },
    'POST /api/uploads/:id/preview': {
      purpose: '预览部门文件',
      async handle({ tx, params }) {
        const upload = await getUpload(tx, params.id);
        return askRequest(tx, 'intake-preview', { uploadId: upload.id }, `预览 ${upload.feed} ${upload.period}`);
      },
    },
    'POST /api/uploads/:id/take': {
      purpose: '导入部门文件',
      async handle({ tx, params }) {
        const upload = await getUpload(tx, params.id);
        return askRequest(tx, 'intake-take', { uploadId: upload.id }, `导入 ${upload.feed} ${upload.period}`);
      },
    },
    'GET /api/intake/requests/:id': {
      purpose: '查看文件办理进度',
      async handle({ tx, params }) {
        const request = await readRequest(tx, params.id);
        const of = (kind: string) => (request.kind === kind && request.result !== null ? request.result : null);
        return {
          ...request,
          preview: of('intake-preview'),
          taken: of('intake-take'),
          released: of('intake-release'),
        } as unknown as Answer<'GET /api/intake/requests/:id'>;
      },
    },
  };
}

function presented(row: OpenedRow): Answer<'GET /api/quarantine/:id'> {
  const { id, line, section, state, message, cure, cells } = row;
  return { id, row: row.row, line, section, state, column: row.title, message, cure, cells };
}
