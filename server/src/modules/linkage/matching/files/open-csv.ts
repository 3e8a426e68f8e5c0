import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { literal } from '../../../../platform/engine/index.ts';
import { invalid } from '../../../../platform/errors.ts';
import type { Place } from '../side/prepare.ts';

/** How a CSV file is written. */
export interface CsvForm {
  encoding: 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';
  delimiter: string;
  /** Empty when the file quotes nothing. */
  quote: '"' | '';
  /** Names of the columns, trimmed; made different where they are not. */
  columns: string[];
}

const HEAD = 1 << 20;

/**
 * Finds out how a CSV file is written: encoding (BOM or content), delimiter, quoting, header.
 * @throws link-file-missing, link-file-empty
 */
export async function csvForm(path: string): Promise<CsvForm> {
  const head = await firstBytes(path);
  if (head.length === 0) throw invalid('link-file-empty', `文件是空的：${path}`, '请检查文件是否导出完整');
  const encoding = encodingOf(head);
  const text = new TextDecoder(encoding).decode(head).replace(/^\ufeff/, '');
  const lines = text.split(/\r\n|\n|\r/);
  const delimiter = [',', '\t', ';', '|']
    .map((d) => [d, (lines[0] ?? '').split(d).length] as const)
    .reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  const quote = new RegExp(`(^|[${delimiter === '|' ? '\\|' : delimiter}\\r\\n])\\s*"`).test(text) ? '"' : '';
  const seen = new Set<string>();
  const columns = cellsOf(lines[0] ?? '', delimiter, quote).map((cell, i) => {
    let name = cell.trim() || `column${i + 1}`;
    while (seen.has(name.toLowerCase())) name = `${name}_${i + 1}`;
    seen.add(name.toLowerCase());
    return name;
  });
  return { encoding, delimiter, quote, columns };
}

async function firstBytes(path: string): Promise<Buffer> {
  const handle = await open(path, 'r').catch(() => {
    throw invalid('link-file-missing', `读不到文件：${path}`, '请检查路径与权限');
  });
  try {
    const buffer = Buffer.alloc(HEAD);
    const { bytesRead } = await handle.read(buffer, 0, HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function encodingOf(head: Buffer): CsvForm['encoding'] {
  const mark = head.length >= 2 ? head.readUInt16BE(0) : 0;
  if (mark === 0xfffe) return 'utf-16le';
  if (mark === 0xfeff) return 'utf-16be';
  // The head may end within a character of up to four bytes.
  for (let cut = 0; cut < 4; cut++) if (isUtf8(head.subarray(0, head.length - cut))) return 'utf-8';
  return 'gb18030';
}

function cellsOf(line: string, delimiter: string, quote: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (const c of line) {
    if (quote !== '' && c === quote) quoted = !quoted;
    else if (c === delimiter && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += c;
  }
  return [...cells, cell];
}

/**
 * Reads a CSV file into an engine table: `rid` (number of the row, from 1) and its columns as text. Rows with fewer cells are
 * filled up; a row that cannot be read stops with its line, so that no row is lost unseen.
 * @throws link-file-row
 */
export async function openCsv(
  place: Place,
  path: string,
  form: CsvForm,
  columns: readonly string[],
  table: string,
): Promise<void> {
  const file = form.encoding === 'utf-8' ? path : await recode(place, path, form.encoding, table);
  const types = form.columns.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  const options = `auto_detect = false, header = true, delim = ${literal(form.delimiter)}, quote = ${literal(form.quote)}, escape = ${literal(form.quote)}, strict_mode = false, null_padding = true, max_line_size = 16777216, columns = {${types}}`;
  const wanted = columns.map((name) => `"${name.replaceAll('"', '""')}"`);
  try {
    await place.engine.run(
      `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT row_number() OVER () AS rid${wanted.map((c) => `, ${c}`).join('')} FROM read_csv(${literal(file)}, ${options})`,
    );
  } catch (error) {
    const line = String(error).match(/Line:? (\d+)/i)?.[1];
    throw invalid(
      'link-file-row',
      `${path}${line ? ` 第 ${line} 行` : ''} 读不成表格`,
      '多半是引号不成对、列数超出表头或编码混杂；请修正这一行，或另存为 CSV UTF-8',
    );
  }
}

async function recode(place: Place, path: string, encoding: string, table: string): Promise<string> {
  place.progress?.(`转换编码 ${encoding}`);
  const target = join(place.work, `${table}.utf8.csv`);
  const decoder = new TextDecoder(encoding);
  const out = createWriteStream(target, { mode: 0o600, highWaterMark: 1 << 20 });
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
    if (!out.write(decoder.decode(chunk as Buffer, { stream: true })))
      await new Promise<void>((resolve) => out.once('drain', () => resolve()));
  out.end(decoder.decode());
  await finished(out);
  return target;
}
