import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { releaseRows } from '../../../modules/intake/batch.ts';
import {
  correctRow,
  deliveryInForce,
  feedContracts,
  findByRows,
  getContract,
  readCorrectedFile,
} from '../../../modules/intake/index.ts';
import { system } from '../../../platform/database/index.ts';
import { usage } from '../../../platform/errors.ts';
import { openInstallation } from '../../../platform/installation.ts';
import { ready, withIntake } from '../../worker/ready.ts';
import type { Output } from '../output.ts';
import { account } from './intake.ts';

interface Options {
  feed: string;
  period: string;
  row?: string[];
  file?: string;
  open?: boolean;
  data: string;
  packs?: string[];
  now?: string;
}

/** `doudi intake release`: corrected rows (or those named, or all open ones) are typed again and, where good, accepted. */
export async function command(options: Options, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    const { db, lake, bundle } = installation;
    const contract = getContract(feedContracts(bundle), options.feed);
    const actor = system(`放行 ${options.feed} ${options.period}`);
    const which = await db.withActor(actor, async (tx) => {
      const delivery = await deliveryInForce(tx, contract.id, options.period);
      const ids = async (numbers: number[]) => {
        const rows = await findByRows(tx, delivery.id, numbers);
        const lacking = numbers.find((n) => !rows.some((r) => r.row === n && r.state === 'open'));
        if (lacking !== undefined) throw usage('row-unknown', `第 ${lacking} 行不在待处理的隔离行中`, '请从列表中选行');
        return new Map(rows.map((r) => [r.row, r.id]));
      };
      if (options.file) {
        const bytes = await readFile(options.file).catch(() => {
          throw usage('file-unreadable', `文件不存在或不能读取：${basename(options.file ?? '')}`, '请核对路径与权限');
        });
        const corrected = readCorrectedFile(contract, bytes);
        const byRow = await ids(corrected.map((c) => c.row));
        for (const c of corrected) await correctRow(tx, lake, bundle, byRow.get(c.row) ?? '', c.values);
        return [...byRow.values()];
      }
      if (options.row) return [...(await ids(options.row.map(Number))).values()];
      return options.open ? ('open' as const) : ('corrected' as const);
    });
    const result = await withIntake(installation, (deps) =>
      releaseRows(deps, { feed: contract.id, period: options.period, which, by: actor.id }),
    );
    const failed = result.failed.map(
      (f) => `  第 ${f.row} 行仍不合格：${f.reason}${f.column ? `（${f.column}）` : ''}`,
    );
    out.result(
      result,
      [
        `放行：接收 ${result.accepted}、未变 ${result.unchanged}、仍隔离 ${result.failed.length}`,
        ...failed,
        account(result.account),
      ].join('\n'),
    );
    return 0;
  } finally {
    await installation.close();
  }
}
