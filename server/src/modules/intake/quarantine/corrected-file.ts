import { invalid, usage } from '../../../platform/errors.ts';
import { type FeedContract, plainHeader } from '../domain/contract.ts';
import { decode, isPossible } from '../domain/encoding.ts';
import { fieldsOf, Mark, RecordSplitter } from '../domain/splitter.ts';
import { csvField, type RowValues } from './cells.ts';

const ROW = '行号';
const REASON = '原因';
const CURE = '办法';
/** A corrected file holds what was set aside, not a delivery. */
const MAX_BYTES = 32 << 20;

/** One row of a corrected file: which record of the delivery, and its columns as text. */
export interface CorrectedRow {
  row: number;
  values: RowValues;
}

/** The header of a file for correction: the record number, why, how, and every column as the department writes it. */
export const correctedHeader = (contract: FeedContract): string =>
  `\ufeff${[ROW, REASON, CURE, ...contract.columns.map((c) => c.headers[0] ?? c.name)].map(csvField).join(',')}\r\n`;

/** One line of it. */
export const correctedLine = (
  contract: FeedContract,
  row: { row: number; message: string; cure: string; values: RowValues },
): string =>
  `${[String(row.row), row.message, row.cure, ...contract.columns.map((c) => asText(row.values[c.name] ?? ''))].map(csvField).join(',')}\r\n`;

/** A cell that a spreadsheet would take for a formula begins with an apostrophe, which typing takes off again. */
const asText = (text: string): string => (/^[=+@\t]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text);

/**
 * Reads a corrected file (CSV, UTF-8 or GB18030): the rows whose number stands in it, in its order.
 * @throws corrected-too-large, header-missing (no column 行号 or none of the contract), corrected-row (a line without number or
 *   with fields missing), usage corrected-twice
 */
export function readCorrectedFile(contract: FeedContract, bytes: Buffer): CorrectedRow[] {
  if (bytes.length > MAX_BYTES)
    throw invalid('corrected-too-large', '更正文件超过 32 MB', '请分成几个文件；大批错误请由部门改正后整份重报');
  const encoding = isPossible(bytes, 'utf-8') ? 'utf-8' : 'gb18030';
  const start = bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0;
  const lines: string[][] = [];
  let damaged = 0;
  const splitter = new RecordSplitter(
    {
      record(buffer, from, to, _offset, _fields, marks) {
        if (marks & (Mark.badQuote | Mark.tooLong)) damaged ||= lines.length + 1;
        else lines.push(fieldsOf(buffer.subarray(from, to)).map((f) => decode(f, encoding)));
      },
      span() {},
    },
    0,
    start,
  );
  splitter.push(bytes.subarray(start));
  splitter.end();
  if (damaged > 0) throw badLine(damaged);
  const [header, ...body] = lines;
  const at = (header ?? []).findIndex((h) => plainHeader(h) === ROW);
  const columns = (header ?? []).map((h) =>
    contract.columns.find((c) => c.headers.some((own) => plainHeader(own) === plainHeader(h))),
  );
  if (at < 0 || columns.every((c) => c === undefined))
    throw invalid('header-missing', `更正文件没有“${ROW}”栏或${contract.title}的各栏`, '请下载更正模板，在模板里改');
  const seen = new Set<number>();
  return body.map((cells, i) => {
    const row = Number(cells[at]?.trim());
    if (cells.length !== header?.length || !Number.isSafeInteger(row) || row < 1) throw badLine(i + 2);
    if (seen.has(row)) throw usage('corrected-twice', `更正文件里第 ${row} 行出现了两次`, '请只保留一行');
    seen.add(row);
    const values: Record<string, string> = {};
    for (const [c, column] of columns.entries()) if (column) values[column.name] = cells[c] ?? '';
    return { row, values };
  });
}

const badLine = (line: number) =>
  invalid('corrected-row', `更正文件第 ${line} 行读不出`, '请核对引号与栏数，并保留“行号”一栏原样');
