import { closeSync, openSync, writeSync } from 'node:fs';
import { Zip, ZipDeflate } from 'fflate';
import type { TableFile } from './table-file.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const NS = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PKG = 'http://schemas.openxmlformats.org/package/2006';
const PARTS: [string, string][] = [
  [
    '[Content_Types].xml',
    `${XML}<Types xmlns="${PKG}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`,
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
    `${XML}<Relationships xmlns="${PKG}/relationships"><Relationship Id="rId1" Type="${REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${REL}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="${REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
  ],
  [
    'xl/styles.xml',
    `${XML}<styleSheet xmlns="${NS}"><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
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

/** How a workbook came to be: exported by a system (text in the cells) or saved by Excel (a table of shared texts). */
export type WorkbookForm = 'exported' | 'saved';

/**
 * An .xlsx file of one sheet, streamed: fixed parts, the sheet and its shared texts, zipped by fflate with a fixed date,
 * because exceljs stamps the hour of writing into the archive and the same arguments must give the same bytes. Numbers in
 * `dateColumns` (0-based) bear the date style.
 */
export function openXlsx(path: string, form: WorkbookForm, dateColumns: ReadonlySet<number>): TableFile {
  const handle = openSync(path, 'w');
  let failure: Error | undefined;
  const zip = new Zip((error, data) => {
    if (error !== null) failure = error;
    else for (let at = 0; at < data.length; ) at += writeSync(handle, data, at);
  });
  // The zip format keeps local time without a zone: noon of a fixed day is the same bytes wherever it is written.
  const mtime = new Date(2026, 0, 1, 12, 0, 0);
  const open = (name: string): ZipDeflate => {
    const part = new ZipDeflate(name, { level: 3 });
    part.mtime = mtime;
    zip.add(part);
    return part;
  };
  for (const [name, text] of PARTS) open(name).push(Buffer.from(text, 'utf8'), true);
  const sheet = open('xl/worksheets/sheet1.xml');
  const shared = new Map<string, number>();
  let buffer: string[] = [`${XML}<worksheet xmlns="${NS}"><sheetData>`];
  let size = 0;
  let row = 0;
  const flush = (part: ZipDeflate, last: boolean): void => {
    part.push(Buffer.from(buffer.join(''), 'utf8'), last);
    buffer = [];
    size = 0;
    if (failure !== undefined) throw failure;
  };
  const cellXml = (cell: string | number, column: number): string => {
    const at = `${letter(column)}${row}`;
    if (typeof cell === 'number') return `<c r="${at}"${dateColumns.has(column) ? ' s="1"' : ''}><v>${cell}</v></c>`;
    if (form === 'exported')
      return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
    let index = shared.get(cell);
    if (index === undefined) {
      index = shared.size;
      shared.set(cell, index);
    }
    return `<c r="${at}" t="s"><v>${index}</v></c>`;
  };
  return {
    write(cells) {
      row += 1;
      let line = `<row r="${row}">`;
      for (let i = 0; i < cells.length; i++) {
        const cell = cells[i];
        if (cell !== undefined && cell !== '') line += cellXml(cell, i);
      }
      line += '</row>';
      buffer.push(line);
      size += line.length;
      if (size > 1 << 20) flush(sheet, false);
    },
    writeRaw() {
      throw new Error('a damaged end is only for CSV');
    },
    close() {
      buffer.push('</sheetData></worksheet>');
      flush(sheet, true);
      const texts = open('xl/sharedStrings.xml');
      buffer.push(`${XML}<sst xmlns="${NS}" uniqueCount="${shared.size}">`);
      for (const text of shared.keys()) {
        buffer.push(`<si><t xml:space="preserve">${escaped(text)}</t></si>`);
        size += text.length + 40;
        if (size > 1 << 20) flush(texts, false);
      }
      buffer.push('</sst>');
      flush(texts, true);
      zip.end();
      closeSync(handle);
      if (failure !== undefined) throw failure;
    },
  };
}
