import { open } from 'node:fs/promises';
import {
  correctedHeader,
  correctedLine,
  correctRow,
  deliveredValues,
  deliveryInForce,
  discardRows,
  feedContracts,
  findByRows,
  findOpen,
  getContract,
  inWords,
  openQuarantined,
} from '../../../modules/intake/index.ts';
import { system, type Tx } from '../../../platform/database/index.ts';
import { usage } from '../../../platform/errors.ts';
import { type Installation, openInstallation } from '../../../platform/installation.ts';
import { ready } from '../../worker/ready.ts';
import type { Output } from '../output.ts';

interface Options {
  feed: string;
  period: string;
  row?: string[];
  set?: string[];
  reason?: string;
  csv?: string;
  why?: string;
  limit: number;
  data: string;
  packs?: string[];
  now?: string;
}

/** `doudi intake quarantine list|show|correct|discard`: the rows that were set aside, and what is done about them. */
export async function command(options: Options, out: Output, [what = 'list']: string[]): Promise<number> {
  const work = { list, show, correct, discard }[what];
  if (!work) throw usage('quarantine-what', `没有“${what}”这个做法`, '可用：list、show、correct、discard');
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    await installation.db.withActor(system(`隔离区 ${options.feed} ${options.period}`), (tx) =>
      work(tx, installation, options, out),
    );
    return 0;
  } finally {
    await installation.close();
  }
}

async function list(tx: Tx, { bundle, lake }: Installation, options: Options, out: Output): Promise<void> {
  const contract = getContract(feedContracts(bundle), options.feed);
  const delivery = await deliveryInForce(tx, contract.id, options.period);
  const found = await findOpen(tx, delivery.id, { reason: options.reason ?? null, limit: options.limit });
  const rows = found.map((r) => inWords(contract, r));
  if (options.csv) {
    const byRow = new Map(rows.map((r) => [r.row, r]));
    // Never over another file: it holds what the department delivered.
    const file = await open(options.csv, 'wx', 0o600).catch(() => {
      throw usage('file-exists', '更正文件写不进去，或已有同名文件', '请换一个新文件名');
    });
    try {
      await file.write(correctedHeader(contract));
      for await (const { row, values } of deliveredValues(tx, lake, contract, delivery, byRow.keys())) {
        const told = byRow.get(row);
        if (told) await file.write(correctedLine(contract, { ...told, values }));
      }
    } finally {
      await file.close();
    }
    tx.audit({ action: 'intake.quarantine.export', object: `delivery/${delivery.id}`, details: { rows: rows.length } });
  }
  out.result(
    { delivery: delivery.id, quarantined: delivery.quarantined, rows },
    rows.length === 0
      ? '没有待处理的隔离行'
      : rows
          .map(
            (r) => `第 ${r.row} 行（${r.section ? `${r.section} ` : ''}文件第 ${r.line} 行）：${r.message}；${r.cure}`,
          )
          .join('\n'),
  );
}

async function show(tx: Tx, installation: Installation, options: Options, out: Output): Promise<void> {
  const rows = [];
  for (const row of await chosen(tx, options))
    rows.push(await openQuarantined(tx, installation.lake, installation.bundle, row.id));
  const text = rows.map(
    (r) =>
      `第 ${r.row} 行：${r.message}；${r.cure}\n${r.cells.map((c) => `  ${c.title}：${c.value}${c.corrected ? '（已更正）' : ''}`).join('\n')}`,
  );
  out.result(rows, text.join('\n'));
}

async function correct(tx: Tx, installation: Installation, options: Options, out: Output): Promise<void> {
  const [row, second] = await chosen(tx, options);
  const values = Object.fromEntries((options.set ?? []).map(assignment));
  if (!row || second || Object.keys(values).length === 0)
    throw usage('correct-what', '更正要写一行和要改的栏', '例如：--row 17 --set 车辆类型=轿车');
  await correctRow(tx, installation.lake, installation.bundle, row.id, values);
  out.result({ row: row.row, corrected: Object.keys(values) }, `第 ${row.row} 行已更正，放行后生效`);
}

async function discard(tx: Tx, _installation: Installation, options: Options, out: Output): Promise<void> {
  if (!options.why) throw usage('discard-why', '不再处理要写理由', '请加 --why 说明理由（留在审计中）');
  const rows = await chosen(tx, options);
  const done = await discardRows(
    tx,
    rows.map((r) => r.id),
    options.why,
  );
  out.result(done, `${done.discarded} 行不再处理，仍计为隔离`);
}

async function chosen(tx: Tx, options: Options) {
  const numbers = (options.row ?? []).map(Number);
  if (numbers.length === 0 || numbers.some((n) => !Number.isSafeInteger(n) || n < 1))
    throw usage('row-which', '要写哪一行', '请加 --row 行号（doudi intake quarantine list 列出）');
  const delivery = await deliveryInForce(tx, options.feed, options.period);
  const rows = await findByRows(tx, delivery.id, numbers);
  const lacking = numbers.find((n) => !rows.some((r) => r.row === n));
  if (lacking !== undefined) throw usage('row-unknown', `第 ${lacking} 行不在隔离区`, '请从列表中选行');
  return rows;
}

function assignment(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw usage('set-form', '--set 的写法不对', '请写成 栏名=值，例如 车辆类型=轿车');
  return [text.slice(0, at), text.slice(at + 1)];
}
