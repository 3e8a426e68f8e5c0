import { closeSync, openSync, writeSync } from 'node:fs';
import { Zip, ZipDeflate } from 'fflate';
import iconv from 'iconv-lite';

/** A cell as it stands in the file: text, a number (only .xlsx keeps the difference) or nothing. */
export type Cell = string | number | undefined;

/** A file of rows being written; close() must be called. */
export interface TableFile {
  write(cells: readonly Cell[]): void;
  /** Bytes as they are, after the rows (CSV only): a damaged end. */
  writeRaw(text: string): void;
  close(): void;
}

function quoted(cell: Cell): string {
  if (cell === undefined) return '';
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A CSV file in the encoding of its contract; GB18030 files have the line ends of Windows. */
export function openCsv(path: string, encoding: 'utf-8' | 'utf-8-bom' | 'gb18030'): TableFile {
  const handle = openSync(path, 'w');
  const end = encoding === 'gb18030' ? '\r\n' : '\n';
  let buffer: string[] = encoding === 'utf-8-bom' ? ['\ufeff'] : [];
  let size = 0;
  const flush = (): void => {
    if (buffer.length === 0) return;
    const text = buffer.join('');
    const bytes = encoding === 'gb18030' ? iconv.encode(text, 'gb18030') : Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    buffer = [];
    size = 0;
  };
  return {
    write(cells) {
      let line = '';
      for (let i = 0; i < cells.length; i++) line += i === 0 ? quoted(cells[i]) : `,${quoted(cells[i])}`;
      buffer.push(line, end);
      size += line.length;
      if (size > 1 << 20) flush();
    },
    writeRaw(text) {
      buffer.push(text);
    },
    close() {
      flush();
      closeSync(handle);
    },
  };
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const NS = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PKG = 'http://schemas.openxmlformats.org/package/2006';
const PARTS: [string, string][] = [
  [
    '[Content_Types].xml',
    `${XML}<Types xmlns="${PKG}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`,
  ],
  [
    '_rels/.rels',
    `${XML}<Relationships xmlns="${PKG}/relationships"><Relationship Id="rId1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/workbook.xml',
    `${XML}<workbook xmlns="${NS}" xmlns:r="${REL}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    `${XML}<Relationships xmlns="${PKG}/relationships"><Relationship Id="rId1" Type="${REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${REL}/styles" Target="styles.xml"/></Relationships>`,
  ],
  [
    'xl/styles.xml',
    `${XML}<styleSheet xmlns="${NS}"><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf/></cellXfs></styleSheet>`,
  ],
];

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function letter(index: number): string {
  return index < 26
    ? String.fromCharCode(65 + index)
    : String.fromCharCode(64 + Math.floor(index / 26), 65 + (index % 26));
}

/**
 * An .xlsx file of one sheet, streamed: five fixed parts and the sheet, zipped by fflate with a fixed date, because
 * exceljs stamps the hour of writing into the archive and the same arguments must give the same bytes.
 */
export function openXlsx(path: string): TableFile {
  const handle = openSync(path, 'w');
  let failure: Error | undefined;
  const zip = new Zip((error, data) => {
    if (error !== null) failure = error;
    else for (let at = 0; at < data.length; ) at += writeSync(handle, data, at);
  });
  // The zip format keeps local time without a zone; noon on a fixed day of the machine's own zone is the same bytes everywhere.
  const mtime = new Date(2026, 0, 1, 12, 0, 0);
  const open = (name: string): ZipDeflate => {
    const part = new ZipDeflate(name, { level: 3 });
    part.mtime = mtime;
    zip.add(part);
    return part;
  };
  for (const [name, text] of PARTS) open(name).push(Buffer.from(text, 'utf8'), true);
  const sheet = open('xl/worksheets/sheet1.xml');
  let buffer: string[] = [`${XML}<worksheet xmlns="${NS}"><sheetData>`];
  let size = 0;
  let row = 0;
  const flush = (last: boolean): void => {
    sheet.push(Buffer.from(buffer.join(''), 'utf8'), last);
    buffer = [];
    size = 0;
    if (failure !== undefined) throw failure;
  };
  return {
    write(cells) {
      row += 1;
      let line = `<row r="${row}">`;
      for (let i = 0; i < cells.length; i++) {
        const cell = cells[i];
        if (cell === undefined || cell === '') continue;
        const at = `${letter(i)}${row}`;
        if (typeof cell === 'number') line += `<c r="${at}"><v>${cell}</v></c>`;
        else line += `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
      }
      line += '</row>';
      buffer.push(line);
      size += line.length;
      if (size > 1 << 20) flush(false);
    },
    writeRaw() {
      throw new Error('a damaged end is only for CSV');
    },
    close() {
      buffer.push('</sheetData></worksheet>');
      flush(true);
      zip.end();
      closeSync(handle);
      if (failure !== undefined) throw failure;
    },
  };
}
