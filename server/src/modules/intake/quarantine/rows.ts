import type { Tx } from '../../../platform/database/index.ts';
import { conflict, failed, notFound } from '../../../platform/errors.ts';
import type { Lake } from '../../../platform/lake/index.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { type FeedContract, feedContracts, getContract } from '../domain/contract.ts';
import { reasonText } from '../domain/reasons.ts';
import { rawContext } from '../domain/sealed-context.ts';
import { openDeliveredRows } from '../raw/delivered.ts';
import { type DeliveryRow, findCurrent, findDelivery, findKey } from '../store.ts';
import { byColumn, openValues, type RowValues, sealValues, valuesOf } from './cells.ts';
import { findByIds, findCorrection, markDiscarded, type QuarantinedRow, saveCorrection } from './store.ts';

/** A quarantined row with its place and reason in words. */
export interface QuarantineEntryInWords extends QuarantinedRow {
  /** Title of the column, as the department writes it. */
  title: string | null;
  message: string;
  cure: string;
}

/** A quarantined row opened: every column of the contract with what was delivered and what it was corrected to. */
export interface OpenedRow extends QuarantineEntryInWords {
  cells: {
    name: string;
    title: string;
    required: boolean;
    delivered: string | null;
    value: string;
    corrected: boolean;
  }[];
}

/**
 * The delivery in force of a feed and month.
 * @throws delivery-unknown when there is none
 */
export async function deliveryInForce(tx: Tx, feed: string, period: string): Promise<DeliveryRow> {
  const found = (await findCurrent(tx, period, feed)).find((d) => d.period === period);
  if (!found) throw notFound('delivery-unknown', `${feed} ${period} 没有收过文件`, '请先导入该月的文件');
  return found;
}

/** A row's reason in words; a corrected row that could not be released tells the newer one. */
export function inWords(contract: FeedContract, row: QuarantinedRow): QuarantineEntryInWords {
  const reason = row.fault ?? row.reason;
  const column = row.fault ? row.faultColumn : row.column;
  const title = contract.columns.find((c) => c.name === column)?.headers[0] ?? column;
  return { ...row, title, ...reasonText(reason, title) };
}

/** Opens rows of one delivery from its sealed file. @throws key-destroyed */
export async function* deliveredValues(
  tx: Tx,
  lake: Lake,
  contract: FeedContract,
  delivery: DeliveryRow,
  rows: Iterable<number>,
): AsyncGenerator<{ row: number; values: RowValues }> {
  const wrapped = await findKey(tx, delivery.id, 'raw');
  if (!wrapped) throw failed('key-destroyed', '原始文件已按期销毁，无法再打开', '请填写整行各栏，或请部门补报');
  const context = rawContext(delivery.id);
  const key = tx.keys.unwrapDataKey(wrapped, context);
  for await (const opened of openDeliveredRows(lake.path(delivery.rawPath), key, context, rows))
    yield { row: opened.row, values: valuesOf(contract, opened) };
}

/**
 * Opens one quarantined row for correction; the reading is audited.
 * @throws quarantine-unknown when the actor may not see it
 */
export async function openQuarantined(tx: Tx, lake: Lake, bundle: Bundle, id: string): Promise<OpenedRow> {
  const { row, delivery, contract } = await locate(tx, bundle, id);
  let delivered: RowValues = {};
  for await (const opened of deliveredValues(tx, lake, contract, delivery, [row.row])) delivered = opened.values;
  const correction = await findCorrection(tx, id);
  const corrected = correction ? openValues(tx.keys, id, correction.sealed) : {};
  tx.audit({ action: 'intake.quarantine.open', object: `delivery/${delivery.id}/row/${row.row}` });
  return {
    ...inWords(contract, row),
    cells: contract.columns.map((c) => ({
      name: c.name,
      title: c.headers[0] ?? c.name,
      required: c.required,
      delivered: delivered[c.name] ?? null,
      value: corrected[c.name] ?? delivered[c.name] ?? '',
      corrected: correction?.columns.includes(c.name) ?? false,
    })),
  };
}

/**
 * Corrects a quarantined row: what is given replaces, the rest stays as delivered. Nothing is typed yet; that is done, with
 * the keys, when the row is released. The correction is sealed; the delivered row stays as it came.
 * @param given texts by name or header of a column
 * @throws quarantine-unknown, quarantine-settled, column-unknown
 */
export async function correctRow(
  tx: Tx,
  lake: Lake,
  bundle: Bundle,
  id: string,
  given: Readonly<Record<string, string>>,
): Promise<void> {
  const { row, delivery, contract } = await locate(tx, bundle, id);
  if (row.state !== 'open')
    throw conflict(
      'quarantine-settled',
      `第 ${row.row} 行已处理完毕，不能再改`,
      '请刷新列表；放行后的更正请由部门补报',
    );
  const values = byColumn(contract, given);
  const before = await findCorrection(tx, id);
  let base: RowValues = {};
  if (before) base = openValues(tx.keys, id, before.sealed);
  else for await (const opened of deliveredValues(tx, lake, contract, delivery, [row.row])) base = opened.values;
  const changed = Object.keys(values).filter((name) => (base[name] ?? '') !== values[name]);
  const columns = [...new Set([...(before?.columns ?? []), ...changed])].sort();
  await saveCorrection(tx, id, sealValues(tx.keys, id, contract, { ...base, ...values }), columns);
  tx.audit({
    action: 'intake.quarantine.correct',
    object: `delivery/${delivery.id}/row/${row.row}`,
    details: { columns: columns.join(',') },
  });
}

/**
 * Looks at rows and leaves them: they are no longer offered for correction, and stay counted as quarantined.
 * @param why kept in the trail
 */
export async function discardRows(tx: Tx, ids: readonly string[], why: string): Promise<{ discarded: number }> {
  const rows = await findByIds(tx, ids);
  const discarded = await markDiscarded(tx, ids);
  for (const row of rows.filter((r) => r.state === 'open'))
    tx.audit({
      action: 'intake.quarantine.discard',
      object: `delivery/${row.deliveryId}/row/${row.row}`,
      details: { why },
    });
  return { discarded };
}

async function locate(
  tx: Tx,
  bundle: Bundle,
  id: string,
): Promise<{ row: QuarantinedRow; delivery: DeliveryRow; contract: FeedContract }> {
  const [row] = /^\d{1,18}$/.test(id) ? await findByIds(tx, [id]) : [];
  const delivery = row && (await findDelivery(tx, row.deliveryId));
  if (!row || !delivery)
    throw notFound('quarantine-unknown', '没有这一行隔离记录，或您无权查看', '请从隔离列表重新打开');
  return { row, delivery, contract: getContract(feedContracts(bundle), delivery.feed) };
}
