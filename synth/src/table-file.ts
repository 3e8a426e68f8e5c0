import { closeSync, openSync, writeSync } from 'node:fs';
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
