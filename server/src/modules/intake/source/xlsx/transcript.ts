import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { invalid } from '../../../../platform/errors.ts';
import type { FeedContract } from '../../domain/contract.ts';
import { type HeaderMap, headerError, isHeader, mapHeaders } from '../../domain/headers.ts';
import { type Container, openContainer } from './container.ts';
import { sheetRows } from './sheet.ts';
import { readWorkbook, type Sheet, type Workbook } from './workbook.ts';

const HEADER_WITHIN = 10;

/** A workbook's sheet written out as CSV. */
export interface Transcript {
  file: string;
  sheet: string;
  /** Other sheets that hold rows; they are not read, and that is reported. */
  otherSheets: string[];
}

/**
 * Writes the sheet that holds the feed's header as UTF-8 CSV: every cell as text, before any normalisation. Row by row in
 * step with the sheet; memory holds one row and the texts that cells share.
 * @throws xlsx-damaged, xlsx-too-large, xlsx-several-sheets, header-missing, header-twice
 */
export async function transcribe(contract: FeedContract, file: string, workDir: string): Promise<Transcript> {
  const container = await openContainer(file);
  try {
    const workbook = await readWorkbook(container);
    const found: Sheet[] = [];
    const otherSheets: string[] = [];
    let best: HeaderMap | undefined;
    for (const sheet of workbook.sheets) {
      if (contract.file.sheet && sheet.name !== contract.file.sheet) continue;
      const look = await lookForHeader(contract, container, workbook, sheet);
      if (look.found) found.push(sheet);
      else if (look.rows > 0) otherSheets.push(sheet.name);
      if (look.best && (!best || look.best.positions.size > best.positions.size)) best = look.best;
    }
    const [sheet, second] = found;
    if (!sheet) throw headerError(contract, best);
    // Reading one and leaving the other would lose rows without a word.
    if (second)
      throw invalid(
        'xlsx-several-sheets',
        `${contract.title}：${found.length} 张工作表都有表头（${found.map((s) => s.name).join('、')}）`,
        '请合并成一张工作表后重报；若只有一张有效，请删去其余的',
      );
    const target = join(workDir, 'transcript.csv');
    await write(contract, container, workbook, sheet, target);
    return { file: target, sheet: sheet.name, otherSheets };
  } finally {
    container.close();
  }
}

async function lookForHeader(
  contract: FeedContract,
  container: Container,
  workbook: Workbook,
  sheet: Sheet,
): Promise<{ found: boolean; rows: number; best: HeaderMap | undefined }> {
  let rows = 0;
  let best: HeaderMap | undefined;
  for await (const cells of sheetRows(container, workbook, sheet.part)) {
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
    for await (const cells of sheetRows(container, workbook, sheet.part)) {
      if (width === 0 && isHeader(mapHeaders(contract, cells))) width = cells.length;
      const line = csvLine(cells, width);
      lines.push(line);
      size += line.length;
      if (size > 1 << 20) flush();
    }
    flush();
  } finally {
    closeSync(handle);
  }
}

/** A sheet leaves out empty cells at the end of a row, so rows are filled up to the header's width. */
function csvLine(cells: readonly string[], width: number): string {
  let line = '';
  const count = Math.max(cells.length, width);
  for (let i = 0; i < count; i++) {
    const cell = cells[i] ?? '';
    const text = /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
    line += i === 0 ? text : `,${text}`;
  }
  return `${line}\n`;
}
