import { isUtf8 } from 'node:buffer';
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { decode, type Encoding, isPossible } from '../domain/encoding.ts';
import type { RecordReason } from '../domain/reasons.ts';
import { type FieldForm, Mark, RecordSplitter, type SpanReason } from '../domain/splitter.ts';
import { BlockWriter, writeAll } from './block-writer.ts';
import { linesIn } from './head.ts';
import { oddBytes } from './odd.ts';
import type { Section } from './open.ts';
import { requoted } from './requoted.ts';

const CHUNK = 1 << 20;
/** A slice is typed as a whole while the next one is being split; its size bounds the memory of both. */
const SLICE_BYTES = 24 << 20;

/** Some thousand well-formed records of one section as UTF-8 CSV, each led by its record number. */
export interface Slice {
  records: string;
  delimiter: string;
  positions: ReadonlyMap<string, number>;
  fields: number;
}

/** What became of one section: its records are numbered on from those of the sections before. */
export interface SectionAccount {
  name: string | null;
  firstRow: number;
  received: number;
  /** Place of the section's first byte, and of the first after its header, when all sections stand one behind the other. */
  from: number;
  bodyStart: number;
  encoding: Encoding;
  form: FieldForm;
  headers: string[];
  absent: string[];
}

/** What splitting a file left in the work folder, and its counts. */
export interface Canonical {
  sections: SectionAccount[];
  /** CSV `row,reason,line` of the records whose form is damaged. */
  faults: string;
  /** CSV `from,to,reason` of bytes that are no record. */
  spans: string;
  /** CSV `row,line`: from this record on, a record's line is `line` plus the records between. */
  lines: string;
  /** Float64 little-endian: the place of each record's first byte, record 1 first. */
  offsets: string;
  received: number;
  damaged: number;
  bytes: number;
}

/**
 * Splits the sections of a delivered file, each from the end of its header on, into records, and hands the well-formed ones
 * on as UTF-8, slice by slice; the next slice is split while the one before is being typed. Memory does not grow with the file.
 * @param workDir receives the work files; a slice's file is removed by who takes it
 */
export async function canonicalise(
  sections: readonly Section[],
  workDir: string,
  take: (slice: Slice) => Promise<void>,
  progress?: (bytes: number) => void,
): Promise<Canonical> {
  const writer = new CanonicalWriter(workDir);
  const accounts: SectionAccount[] = [];
  // A failure of typing is reported when the next slice is due; until then nobody awaits it.
  let typing: Promise<unknown> = Promise.resolve();
  const next = async (slice: Slice | undefined) => {
    const failure = await typing;
    if (failure !== undefined) throw failure;
    if (slice)
      typing = take(slice).then(
        () => undefined,
        (error: unknown) => error ?? new Error('typing failed'),
      );
  };
  let from = 0;
  try {
    for (const section of sections) {
      const { head } = section;
      const firstRow = writer.received + 1;
      writer.open(head, from);
      const splitter = new RecordSplitter(writer, head.map.fields, head.bodyStart, head.form);
      const handle = await open(section.file, 'r');
      let at = 0;
      try {
        if (head.preambleEnd > head.bom) writer.other(head.bom, head.preambleEnd, 'preamble');
        for (;;) {
          const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, at);
          if (bytesRead === 0) break;
          const chunk = buffer.subarray(0, bytesRead);
          const skip = Math.max(0, head.bodyStart - at);
          if (skip < bytesRead) splitter.push(chunk.subarray(skip));
          at += bytesRead;
          progress?.(from + at);
          if (writer.sliceBytes > SLICE_BYTES) await next(writer.slice());
        }
        splitter.end();
      } finally {
        await handle.close();
      }
      await next(writer.slice());
      accounts.push({
        name: section.name,
        firstRow,
        received: writer.received - firstRow + 1,
        from,
        bodyStart: from + head.bodyStart,
        encoding: head.encoding,
        form: head.form,
        headers: head.headers,
        absent: head.map.absent,
      });
      from += at;
    }
    await next(undefined);
  } finally {
    await typing;
    writer.close();
  }
  return { ...writer.result(), sections: accounts, bytes: from };
}

const SPACE = 32;
const MINUS = 45;
const LF = 10;

class CanonicalWriter {
  readonly #dir: string;
  readonly #faults: BlockWriter;
  readonly #spans: BlockWriter;
  readonly #lines: BlockWriter;
  readonly #offsets: BlockWriter;
  #head: Section['head'] | undefined;
  #encoding: Encoding = 'utf-8';
  #odd = oddBytes('utf-8');
  #fields = 0;
  #form: FieldForm = { delimiter: 44, pairs: false };
  /** Place of the section's first byte when all sections stand one behind the other. */
  #base = 0;
  #records: { path: string; handle: number } | undefined;
  #slices = 0;
  #block = Buffer.allocUnsafe(CHUNK);
  #used = 0;
  /** Record number and place in the block of each record of the block, to find the one with an impossible byte. */
  #rows: number[] = [];
  #starts: number[] = [];
  #shifts: number[] = [];
  received = 0;
  /** Bytes in the slice that is being written. */
  sliceBytes = 0;
  #damaged = 0;
  /** The line that the next record or span begins in, and the last record's line less its number. */
  #line = 1;
  #shift = Number.NaN;
  #span: { from: number; to: number; reason: string } | undefined;

  constructor(dir: string) {
    this.#dir = dir;
    this.#faults = new BlockWriter(join(dir, 'faults.csv'));
    this.#spans = new BlockWriter(join(dir, 'spans.csv'));
    this.#lines = new BlockWriter(join(dir, 'lines.csv'));
    this.#offsets = new BlockWriter(join(dir, 'offsets.bin'));
  }

  /** Begins a section whose first byte stands at `base`. */
  open(head: Section['head'], base: number): void {
    this.#head = head;
    this.#encoding = head.encoding;
    this.#odd = oddBytes(head.encoding);
    this.#fields = head.map.fields;
    this.#form = head.form;
    this.#base = base;
    this.#line = head.linesAbove + 1;
  }

  /** Ends the slice that is being written; the next record begins another. */
  slice(): Slice {
    this.#flush(0);
    const head = this.#head as Section['head'];
    const { path, handle } = this.#target();
    closeSync(handle);
    this.#records = undefined;
    this.sliceBytes = 0;
    const delimiter = String.fromCharCode(this.#form.delimiter);
    return { records: path, delimiter, positions: head.map.positions, fields: this.#fields };
  }

  #target(): { path: string; handle: number } {
    if (!this.#records) {
      const path = join(this.#dir, `records-${this.#slices++}.csv`);
      this.#records = { path, handle: openSync(path, 'wx', 0o600) };
    }
    return this.#records;
  }

  #write(bytes: Uint8Array): void {
    writeAll(this.#target().handle, bytes);
    this.sliceBytes += bytes.length;
  }

  record(buffer: Buffer, start: number, end: number, offset: number, fields: number, marks: number): void {
    const row = ++this.received;
    this.#offsets.double(this.#base + offset);
    const line = this.#line;
    this.#line += marks & Mark.multiline && !(marks & Mark.badQuote) ? 1 + linesIn(buffer, start, end) : 1;
    if (line - row !== this.#shift) {
      this.#shift = line - row;
      this.#lines.text(`${row},${line}\n`);
    }
    const fault = this.#faultOf(fields, marks);
    if (fault) {
      this.#fault(row, fault, line);
      return;
    }
    const rewritten = marks & (Mark.multiline | Mark.innerQuote);
    const bytes = rewritten ? requoted(buffer.subarray(start, end), this.#form) : undefined;
    const length = bytes ? bytes.length : end - start;
    if (this.#used + length + 24 > this.#block.length) this.#flush(length + 24);
    this.#rows.push(row);
    this.#starts.push(this.#used);
    this.#shifts.push(this.#shift);
    const sign = this.#used++;
    this.#number(row);
    const block = this.#block;
    const from = bytes ?? buffer;
    const odd = this.#odd;
    let seen = 0;
    // Copied by hand: each byte is looked at anyway, for what may have to be folded.
    for (let i = bytes ? 0 : start, to = this.#used; i < (bytes ? length : end); i++, to++) {
      const byte = from[i] as number;
      block[to] = byte;
      seen |= odd[byte] as number;
    }
    block[sign] = seen ? MINUS : SPACE;
    this.#used += length;
    block[this.#used++] = LF;
  }

  span(from: number, to: number, reason: SpanReason): void {
    this.#line++;
    this.other(from, to, reason);
  }

  other(first: number, end: number, reason: string): void {
    const from = this.#base + first;
    const to = this.#base + end;
    if (this.#span && this.#span.to === from && this.#span.reason === reason) this.#span.to = to;
    else {
      this.#writeSpan();
      this.#span = { from, to, reason };
    }
  }

  close(): void {
    this.#writeSpan();
    if (this.#records) closeSync(this.#records.handle);
    this.#faults.close();
    this.#spans.close();
    this.#lines.close();
    this.#offsets.close();
  }

  result() {
    return {
      faults: this.#faults.path,
      spans: this.#spans.path,
      lines: this.#lines.path,
      offsets: this.#offsets.path,
      received: this.received,
      damaged: this.#damaged,
    };
  }

  #writeSpan(): void {
    if (this.#span) this.#spans.text(`${this.#span.from},${this.#span.to},${this.#span.reason}\n`);
    this.#span = undefined;
  }

  #faultOf(fields: number, marks: number): RecordReason | undefined {
    if (marks & Mark.tooLong) return 'too-long';
    if (marks & Mark.badQuote) return 'bad-quote';
    if (fields !== this.#fields) return fields < this.#fields ? 'short-row' : 'long-row';
    return marks & Mark.control ? 'control-character' : undefined;
  }

  #fault(row: number, reason: RecordReason, line: number): void {
    this.#damaged++;
    this.#faults.text(`${row},${reason},${line}\n`);
  }

  #number(row: number): void {
    let digits = 1;
    for (let n = row; n >= 10; n = Math.floor(n / 10)) digits++;
    let n = row;
    for (let i = this.#used + digits - 1; i >= this.#used; i--) {
      this.#block[i] = 48 + (n % 10);
      n = Math.floor(n / 10);
    }
    this.#used += digits;
    this.#block[this.#used++] = this.#form.delimiter;
  }

  #flush(room: number): void {
    const bytes = this.#block.subarray(0, this.#used);
    if (this.#used > 0) {
      if (this.#encoding === 'utf-8') {
        if (isUtf8(bytes)) this.#write(bytes);
        else this.#oneByOne(bytes);
      } else {
        const text = decode(bytes, 'gb18030');
        if (text.includes('\ufffd')) this.#oneByOne(bytes);
        else this.#write(Buffer.from(text, 'utf8'));
      }
    }
    this.#used = 0;
    this.#rows = [];
    this.#starts = [];
    this.#shifts = [];
    if (room > this.#block.length) this.#block = Buffer.allocUnsafe(room);
  }

  /** Writes the possible records of a block and reports the others. */
  #oneByOne(bytes: Buffer): void {
    for (let i = 0; i < this.#rows.length; i++) {
      const record = bytes.subarray(this.#starts[i], this.#starts[i + 1] ?? bytes.length);
      if (isPossible(record, this.#encoding)) this.#write(Buffer.from(decode(record, this.#encoding), 'utf8'));
      else this.#fault(this.#rows[i] as number, 'encoding', (this.#rows[i] as number) + (this.#shifts[i] as number));
    }
  }
}
