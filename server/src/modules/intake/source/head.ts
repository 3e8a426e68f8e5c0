import { open } from 'node:fs/promises';
import type { FeedContract } from '../domain/contract.ts';
import { decode, detectEncoding, type Encoding } from '../domain/encoding.ts';
import { type HeaderMap, headerError, isHeader, mapHeaders } from '../domain/headers.ts';
import { fieldsOf, Mark, RecordSplitter } from '../domain/splitter.ts';

const HEAD = 256 * 1024;
/** Departments put a title or two above the header; further down it is no header any more. */
const HEADER_WITHIN = 10;

/** What the beginning of a CSV file tells: encoding, where the header is, and what it maps to. */
export interface CsvHead {
  encoding: Encoding;
  bom: number;
  preambleEnd: number;
  bodyStart: number;
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

/**
 * Finds encoding and header of a CSV file.
 * @param head the file's first bytes
 * @throws header-missing, header-twice
 */
export function readCsvHead(contract: FeedContract, head: Buffer): CsvHead {
  const { encoding, bom } = detectEncoding(head, (text) => {
    const rows = firstRows(Buffer.from(text), 0).map((r) => r.cells);
    return rows.some((cells) => isHeader(mapHeaders(contract, cells)));
  });
  let best: HeaderMap | undefined;
  const rows = firstRows(head, bom, encoding);
  for (const row of rows) {
    const map = mapHeaders(contract, row.cells);
    if (isHeader(map)) return { encoding, bom, preambleEnd: row.start, bodyStart: row.end, headers: row.cells, map };
    if (!best || map.positions.size > best.positions.size) best = map;
  }
  throw headerError(contract, best);
}

interface HeadRow {
  start: number;
  end: number;
  cells: string[];
}

function firstRows(bytes: Buffer, from: number, encoding: Encoding = 'utf-8'): HeadRow[] {
  const rows: HeadRow[] = [];
  const splitter = new RecordSplitter(
    {
      record(buffer, start, end, offset, _fields, marks) {
        if (rows.length >= HEADER_WITHIN || marks & (Mark.tooLong | Mark.badQuote)) return;
        const cells = fieldsOf(buffer.subarray(start, end)).map((f) => decode(f, encoding));
        let after = offset + end - start;
        if (bytes[after] === 13) after++;
        if (bytes[after] === 10) after++;
        rows.push({ start: offset, end: after, cells });
      },
      span() {},
    },
    0,
    from,
  );
  // The tail of a cut head is not a record; it is dropped unless the file ends there.
  splitter.push(bytes.subarray(from));
  if (bytes.length < HEAD) splitter.end();
  return rows;
}
