import { open } from 'node:fs/promises';
import type { FeedContract } from '../domain/contract.ts';
import { decode, detectEncoding, type Encoding } from '../domain/encoding.ts';
import { type HeaderMap, headerError, isHeader, mapHeaders } from '../domain/headers.ts';
import { printable } from '../domain/printable.ts';
import { type FieldForm, fieldsOf, Mark, RecordSplitter } from '../domain/splitter.ts';

const HEAD = 256 * 1024;
/** Departments put a title or two above the header; further down it is no header any more. */
const HEADER_WITHIN = 10;
/** What parts the fields of a file, the most usual first. */
const DELIMITERS = [',', '\t', ';', '|'] as const;

/** What the beginning of a CSV file tells: encoding, what parts its fields, where the header is, and what it maps to. */
export interface CsvHead {
  encoding: Encoding;
  form: FieldForm;
  bom: number;
  preambleEnd: number;
  bodyStart: number;
  /** Lines of the file above its first record. */
  linesAbove: number;
  headers: string[];
  map: HeaderMap;
}

/** The first bytes of a file (256 KiB at most). */
export async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(HEAD);
    const { bytesRead } = await handle.read(buffer, 0, HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** How fields parted by a delimiter are told apart in an encoding. */
export const fieldForm = (delimiter: string, encoding: Encoding): FieldForm => ({
  delimiter: delimiter.charCodeAt(0),
  // Second bytes of GB18030 go from 0x40, where the pipe lies and the other delimiters do not.
  pairs: delimiter === '|' && encoding === 'gb18030',
});

/**
 * Finds encoding, delimiter and header of a CSV file: the delimiter is the first that gives the contract's header.
 * @param head the file's first bytes
 * @throws header-missing, header-twice
 */
export function readCsvHead(contract: FeedContract, head: Buffer): CsvHead {
  let best: HeaderMap | undefined;
  for (const delimiter of DELIMITERS) {
    if (delimiter !== ',' && !head.includes(delimiter)) continue;
    const { encoding, bom } = detectEncoding(head, (text) => {
      const rows = firstRows(Buffer.from(text), 0, 'utf-8', fieldForm(delimiter, 'utf-8')).map((r) => r.cells);
      return rows.some((cells) => isHeader(mapHeaders(contract, cells)));
    });
    const form = fieldForm(delimiter, encoding);
    for (const row of firstRows(head, bom, encoding, form)) {
      const map = mapHeaders(contract, row.cells);
      if (isHeader(map)) {
        const linesAbove = linesIn(head, 0, row.end);
        const headers = row.cells.map(printable);
        const shown = { ...map, unknown: map.unknown.map(printable) };
        return { encoding, form, bom, preambleEnd: row.start, bodyStart: row.end, linesAbove, headers, map: shown };
      }
      if (!best || map.positions.size > best.positions.size) best = map;
    }
  }
  throw headerError(contract, best);
}

/** How many lines end within bytes [from, to). */
export function linesIn(bytes: Buffer, from: number, to: number): number {
  let n = 0;
  for (let i = bytes.indexOf(10, from); i >= 0 && i < to; i = bytes.indexOf(10, i + 1)) n++;
  return n;
}

interface HeadRow {
  start: number;
  end: number;
  cells: string[];
}

function firstRows(bytes: Buffer, from: number, encoding: Encoding, form: FieldForm): HeadRow[] {
  const rows: HeadRow[] = [];
  const splitter = new RecordSplitter(
    {
      record(buffer, start, end, offset, _fields, marks) {
        if (rows.length >= HEADER_WITHIN || marks & (Mark.tooLong | Mark.badQuote)) return;
        const cells = fieldsOf(buffer.subarray(start, end), form).map((f) => decode(f, encoding));
        let after = offset + end - start;
        if (bytes[after] === 13) after++;
        if (bytes[after] === 10) after++;
        rows.push({ start: offset, end: after, cells });
      },
      span() {},
    },
    0,
    from,
    form,
  );
  // The tail of a cut head is not a record; it is dropped unless the file ends there.
  splitter.push(bytes.subarray(from));
  if (bytes.length < HEAD) splitter.end();
  return rows;
}
