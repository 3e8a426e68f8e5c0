import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { invalid } from '../../../../platform/errors.ts';
import type { FeedContract } from '../../domain/contract.ts';
import { type HeaderMap, headerError, isHeader, mapHeaders } from '../../domain/headers.ts';
import { type Container, openContainer } from './container.ts';
import { type SheetRow, sheetRows } from './sheet.ts';
import { readWorkbook, type Sheet, type Workbook } from './workbook.ts';

const HEADER_WITHIN = 10;

/** A workbook's sheet written out as CSV. */
export interface Transcript {
  file: string;
  sheet: string;
}

/**
 * Writes every sheet that holds the feed's header as UTF-8 CSV: each cell as text, before any normalisation, line n being
 * row n of the sheet. Row by row in step with the sheet; memory holds one row and the texts that cells share.
 * A contract that names its sheets is taken at its word: those are read and no other.
 * @param prefix of the files' names in the work folder
 * @returns the transcripts in the order of the sheets, and other sheets with rows, which are not read (that is reported)
 * @throws xlsx-damaged, xlsx-too-large, xlsx-sheet-missing, header-missing, header-twice, zip-bomb, zip-encrypted
 */
export async function transcribe(
  contract: FeedContract,
  file: string,
  workDir: string,
  prefix = 'transcript',
): Promise<{ transcripts: Transcript[]; otherSheets: string[] }> {
  const container = await openContainer(file);
  try {
    const workbook = await readWorkbook(container);
    const named = sheetsOf(contract);
    const lacking = named.find((name) => !workbook.sheets.some((s) => s.name === name));
    if (lacking)
      throw invalid(
        'xlsx-sheet-missing',
        `${contract.title}：没有名为“${lacking}”的工作表（有：${workbook.sheets.map((s) => s.name).join('、')}）`,
        '请核对文件；若部门改了工作表名，请改契约的 file.sheet',
      );
    const transcripts: Transcript[] = [];
    const otherSheets: string[] = [];
    let best: HeaderMap | undefined;
    for (const [i, sheet] of workbook.sheets.entries()) {
      const wanted = named.length === 0 || named.includes(sheet.name);
      const look = await lookForHeader(contract, container, workbook, sheet);
      if (wanted && look.found) {
        const target = join(workDir, `${prefix}-${i}.csv`);
        await write(contract, container, workbook, sheet, target);
        transcripts.push({ file: target, sheet: sheet.name });
      } else if (named.includes(sheet.name)) throw headerError(contract, look.best);
      else if (look.rows > 0) otherSheets.push(sheet.name);
      if (look.best && (!best || look.best.positions.size > best.positions.size)) best = look.best;
    }
    if (transcripts.length === 0) throw headerError(contract, best);
    return { transcripts, otherSheets };
  } finally {
    container.close();
  }
}

const sheetsOf = (contract: FeedContract): readonly string[] => {
  const { sheet } = contract.file;
  return sheet === undefined ? [] : typeof sheet === 'string' ? [sheet] : sheet;
};

async function lookForHeader(
  contract: FeedContract,
  container: Container,
  workbook: Workbook,
  sheet: Sheet,
): Promise<{ found: boolean; rows: number; best: HeaderMap | undefined }> {
  let rows = 0;
  let best: HeaderMap | undefined;
  for await (const { cells } of sheetRows(container, workbook, sheet.part)) {
    if (cells.length === 0) continue;
    rows++;
    const map = mapHeaders(contract, cells);
    if (isHeader(map)) return { found: true, rows, best: map };
    if (!best || map.positions.size > best.positions.size) best = map;
    if (rows >= HEADER_WITHIN) break;
  }
  return { found: false, rows, best };
}

async function write(
  contract: FeedContract,
  container: Container,
  workbook: Workbook,
  sheet: Sheet,
  target: string,
): Promise<void> {
  const handle = openSync(target, 'wx', 0o600);
  let lines: string[] = [];
  let size = 0;
  const flush = () => {
    const bytes = Buffer.from(lines.join(''));
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    lines = [];
    size = 0;
  };
  try {
    let width = 0;
    let last = 0;
    for await (const row of sheetRows(container, workbook, sheet.part)) {
      if (width === 0 && isHeader(mapHeaders(contract, row.cells))) width = row.cells.length;
      const line = skipped(row, last) + csvLine(row.cells, width);
      last = Math.max(row.number, last + 1);
      lines.push(line);
      size += line.length;
      if (size > 1 << 20) flush();
    }
    flush();
  } finally {
    closeSync(handle);
  }
}

/** A sheet does not hold its empty rows; a blank line for each keeps lines and rows in step. */
const MAX_SHEET_ROWS = 1_048_576;
const skipped = (row: SheetRow, last: number): string =>
  row.number > last + 1 && row.number <= MAX_SHEET_ROWS ? '\n'.repeat(row.number - last - 1) : '';

/** A sheet leaves out empty cells at the end of a row, so rows are filled up to the header's width. */
function csvLine(cells: readonly string[], width: number): string {
  let line = '';
  const count = Math.max(cells.length, width);
  for (let i = 0; i < count; i++) {
    // Lines inside a cell become blanks, as they do in every file's cells when they are typed.
    const cell = (cells[i] ?? '').replace(/[\r\n]/g, ' ');
    const text = /[",]/.test(cell) || cell.startsWith(' ') ? `"${cell.replaceAll('"', '""')}"` : cell;
    line += i === 0 ? text : `,${text}`;
  }
  return `${line}\n`;
}
