import { open } from 'node:fs/promises';
import { notFound } from '../../../platform/errors.ts';
import { decode, type Encoding } from '../domain/encoding.ts';
import { COMMAS, type FieldForm, fieldsOf, Mark, RecordSplitter } from '../domain/splitter.ts';
import type { SectionAccount } from '../source/canonical.ts';
import { openSealedFile, type SealedReader, sealFile } from './sealed-file.ts';

/** Every so many records one place is kept; between two places records are counted again. */
const EVERY = 256;
/** '*' over what is refused: it is no line end, comma or quote, so the records around keep their numbers. */
const BLANK = 42;
const LF = 10;
const CR = 13;

interface NotedSection {
  /** Place of the section's first byte behind its header, and of the first byte after the section. */
  bodyStart: number;
  to: number;
  firstRow: number;
  encoding: Encoding;
  form: FieldForm;
  headers: string[];
}

interface DeliveredNote {
  sections: NotedSection[];
  received: number;
  every: number;
  /** Places of records 1, 1 + every, 1 + 2·every, … */
  places: number[];
  refused: number[];
}

/**
 * Seals the sections of a delivered file as they came, one behind the other, but for the spans of refused records, which are blanked first.
 * @param offsets file of Float64 places, record 1 first; @param refused record numbers in ascending order
 */
export async function sealDelivered(source: {
  files: readonly string[];
  target: string;
  key: Buffer;
  context: string;
  offsets: string;
  received: number;
  bytes: number;
  sections: readonly SectionAccount[];
  refused: readonly number[];
}): Promise<void> {
  const places: number[] = [];
  const spans: { from: number; to: number }[] = [];
  const offsets = await open(source.offsets, 'r');
  try {
    const at = async (row: number) => {
      if (row > source.received) return source.bytes;
      const { buffer } = await offsets.read(Buffer.alloc(8), 0, 8, (row - 1) * 8);
      return buffer.readDoubleLE(0);
    };
    for (let row = 1; row <= source.received; row += EVERY) places.push(await at(row));
    // The first record of a section follows a header, which is nobody's.
    const ends = new Map(source.sections.toReversed().map((s) => [s.firstRow - 1, s.from]));
    for (const row of source.refused) spans.push({ from: await at(row), to: ends.get(row) ?? (await at(row + 1)) });
  } finally {
    await offsets.close();
  }
  let next = 0;
  await sealFile(
    source.files,
    source.target,
    source.key,
    source.context,
    (bytes) => ({
      sections: source.sections.map((s, i) => ({
        bodyStart: s.bodyStart,
        to: source.sections[i + 1]?.from ?? bytes,
        firstRow: s.firstRow,
        encoding: s.encoding,
        form: s.form,
        headers: s.headers,
      })),
      received: source.received,
      every: EVERY,
      places,
      refused: [...source.refused],
    }),
    (chunk, start) => {
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
  for await (const opened of openDeliveredRows(path, key, context, [row])) return opened;
  throw rowUnknown(row);
}

const rowUnknown = (row: number) => notFound('row-unknown', `该次报送没有第 ${row} 行`, '请核对行号');

/** Opens several rows of a sealed delivery one after another, in the order asked for. @throws row-unknown, row-refused */
export async function* openDeliveredRows(
  path: string,
  key: Buffer,
  context: string,
  rows: Iterable<number>,
): AsyncGenerator<DeliveredRow & { row: number }> {
  const reader = await openSealedFile(path, key, context);
  try {
    const note = reader.note as unknown as DeliveredNote & { bytes: number };
    const refused = new Set(note.refused);
    for (const row of rows) {
      if (!Number.isInteger(row) || row < 1 || row > note.received) throw rowUnknown(row);
      if (refused.has(row))
        throw notFound('row-refused', `第 ${row} 行因没有法律依据未予保存`, '只保留了行号与原因，内容无法查看');
      const section = sectionOf(note, row);
      yield { row, headers: section.headers, cells: recordAt(reader, note, section, row) };
    }
  } finally {
    reader.close();
  }
}

/** Notes of before there were several sections in a file name one header and encoding. */
function sectionOf(note: DeliveredNote & { bytes: number }, row: number): NotedSection {
  const found = note.sections?.findLast((s) => s.firstRow <= row);
  if (found) return found;
  const old = note as unknown as { encoding: Encoding; headers: string[] };
  return { ...old, bodyStart: note.places[0] ?? 0, to: note.bytes, firstRow: 1, form: COMMAS };
}

function recordAt(reader: SealedReader, note: DeliveredNote, section: NotedSection, row: number): string[] {
  const slot = Math.floor((row - 1) / note.every);
  // A place in an earlier section would lead over a header.
  const inside = slot * note.every + 1 >= section.firstRow;
  const from = inside ? (note.places[slot] ?? 0) : section.bodyStart;
  let current = inside ? slot * note.every : section.firstRow - 1;
  let cells: string[] | undefined;
  const splitter = new RecordSplitter(
    {
      record(buffer, start, end, _offset, _fields, marks) {
        current++;
        if (current !== row) return;
        const bytes = buffer.subarray(start, end);
        const whole = (marks & (Mark.badQuote | Mark.tooLong)) !== 0;
        // A damaged line has no cells: it is shown as it is.
        cells = (whole ? [bytes] : fieldsOf(bytes, section.form)).map((f) => decode(f, section.encoding));
      },
      span() {},
    },
    section.headers.length,
    from,
    section.form,
  );
  for (let at = from; at < section.to && cells === undefined; at += 16384)
    splitter.push(reader.read(at, Math.min(at + 16384, section.to)));
  if (cells === undefined) splitter.end();
  return cells ?? [];
}
