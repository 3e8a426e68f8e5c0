import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { failed, notFound } from '../../../platform/errors.ts';
import { decode, type Encoding } from '../domain/encoding.ts';
import { fieldsOf, Mark, RecordSplitter } from '../domain/splitter.ts';
import { openSealedFile, type SealedReader, sealFile } from './sealed-file.ts';

/** Every so many records one place is kept; between two places records are counted again. */
const EVERY = 256;
/** '*' over what is refused: it is no line end, comma or quote, so the records around keep their numbers. */
const BLANK = 42;
const LF = 10;
const CR = 13;

interface DeliveredNote {
  encoding: Encoding;
  headers: string[];
  received: number;
  every: number;
  /** Places of records 1, 1 + every, 1 + 2·every, … */
  places: number[];
  refused: number[];
}

/**
 * Seals a delivered file as it came, but for the spans of refused records, which are blanked first.
 * @param offsets file of Float64 places, record 1 first; @param refused record numbers in ascending order
 * @param sha256 of the file when it was split: a file changed meanwhile is refused
 */
export async function sealDelivered(source: {
  file: string;
  target: string;
  key: Buffer;
  context: string;
  offsets: string;
  received: number;
  sha256: string;
  encoding: Encoding;
  headers: string[];
  refused: readonly number[];
}): Promise<void> {
  const hash = createHash('sha256');
  const places: number[] = [];
  const spans: { from: number; to: number }[] = [];
  const offsets = await open(source.offsets, 'r');
  try {
    const at = async (row: number) => {
      if (row > source.received) return Number.POSITIVE_INFINITY;
      const { buffer } = await offsets.read(Buffer.alloc(8), 0, 8, (row - 1) * 8);
      return buffer.readDoubleLE(0);
    };
    for (let row = 1; row <= source.received; row += EVERY) places.push(await at(row));
    for (const row of source.refused) spans.push({ from: await at(row), to: await at(row + 1) });
  } finally {
    await offsets.close();
  }
  let next = 0;
  await sealFile(
    source.file,
    source.target,
    source.key,
    source.context,
    () => ({
      encoding: source.encoding,
      headers: source.headers,
      received: source.received,
      every: EVERY,
      places,
      refused: [...source.refused],
    }),
    (chunk, start) => {
      hash.update(chunk);
      const end = start + chunk.length;
      while (next < spans.length) {
        const span = spans[next] as { from: number; to: number };
        if (span.from >= end) break;
        blank(chunk, Math.max(span.from, start) - start, Math.min(span.to, end) - start, span.to <= end);
        if (span.to > end) break;
        next++;
      }
    },
  );
  if (hash.digest('hex') !== source.sha256)
    throw failed('file-changed', '文件在读取过程中被改动', '请确认文件已传输完毕，再重新导入');
}

/** Blanks bytes but keeps the line end of the record (a line end inside a quoted field is blanked too). */
function blank(chunk: Buffer, from: number, to: number, closes: boolean): void {
  let end = to;
  if (closes) {
    if (end > from && chunk[end - 1] === LF) end--;
    if (end > from && chunk[end - 1] === CR) end--;
  }
  chunk.fill(BLANK, from, end);
}

/** One delivered row with the headers of its file, as text, before any normalisation. */
export interface DeliveredRow {
  headers: string[];
  cells: string[];
}

/**
 * Opens one row of a sealed delivery; reads a few frames, never the whole file.
 * @throws row-unknown when the file has no such record, row-refused when it was not kept
 */
export async function openDelivered(path: string, key: Buffer, context: string, row: number): Promise<DeliveredRow> {
  const reader = await openSealedFile(path, key, context);
  try {
    const note = reader.note as unknown as DeliveredNote & { bytes: number };
    if (!Number.isInteger(row) || row < 1 || row > note.received)
      throw notFound('row-unknown', `该次报送没有第 ${row} 行`, '请核对行号');
    if (note.refused.includes(row))
      throw notFound('row-refused', `第 ${row} 行因没有法律依据未予保存`, '只保留了行号与原因，内容无法查看');
    return { headers: note.headers, cells: recordAt(reader, note, row) };
  } finally {
    reader.close();
  }
}

function recordAt(reader: SealedReader, note: DeliveredNote & { bytes: number }, row: number): string[] {
  const slot = Math.floor((row - 1) / note.every);
  let current = slot * note.every;
  let cells: string[] | undefined;
  const splitter = new RecordSplitter(
    {
      record(buffer, start, end, _offset, _fields, marks) {
        current++;
        if (current !== row) return;
        const bytes = buffer.subarray(start, end);
        const whole = (marks & (Mark.badQuote | Mark.tooLong)) !== 0;
        // A damaged line has no cells: it is shown as it is.
        cells = (whole ? [bytes] : fieldsOf(bytes)).map((f) => decode(f, note.encoding));
      },
      span() {},
    },
    note.headers.length,
    note.places[slot] ?? 0,
  );
  for (let at = note.places[slot] ?? 0; at < note.bytes && cells === undefined; at += 16384)
    splitter.push(reader.read(at, Math.min(at + 16384, note.bytes)));
  if (cells === undefined) splitter.end();
  return cells ?? [];
}
