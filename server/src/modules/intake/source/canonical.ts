import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { decode, type Encoding, isPossible } from '../domain/encoding.ts';
import type { RecordReason } from '../domain/reasons.ts';
import { fieldsOf, Mark, RecordSplitter, type SpanReason } from '../domain/splitter.ts';

const CHUNK = 1 << 20;

/** What splitting a file left in the work folder, and its counts. */
export interface Canonical {
  /** UTF-8 CSV of the well-formed records, each led by its record number. */
  records: string;
  /** CSV `row,reason` of the records whose form is damaged. */
  faults: string;
  /** CSV `from,to,reason` of bytes that are no record. */
  spans: string;
  /** Float64 little-endian: the place of each record's first byte, record 1 first. */
  offsets: string;
  received: number;
  damaged: number;
  bytes: number;
  sha256: string;
}

/** Appends to a file in large blocks. */
class BlockWriter {
  readonly path: string;
  readonly #handle: number;
  readonly #block = Buffer.allocUnsafe(CHUNK);
  #used = 0;

  constructor(path: string) {
    this.path = path;
    this.#handle = openSync(path, 'wx', 0o600);
  }

  text(line: string): void {
    if (this.#used + line.length * 3 > CHUNK) this.flush();
    this.#used += this.#block.write(line, this.#used);
  }

  double(value: number): void {
    if (this.#used + 8 > CHUNK) this.flush();
    this.#used = this.#block.writeDoubleLE(value, this.#used);
  }

  flush(): void {
    writeAll(this.#handle, this.#block.subarray(0, this.#used));
    this.#used = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.#handle);
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
}

/**
 * Splits a delivered file, from the end of its header on, into records, and writes the well-formed ones as UTF-8.
 * Memory does not grow with the file.
 * @param source.head places of the preamble and header: bytes [0, preambleEnd) are reported, [preambleEnd, bodyStart) are the header
 * @param workDir receives four files
 */
export async function canonicalise(
  source: { file: string; encoding: Encoding; fields: number; preambleEnd: number; bodyStart: number; bom: number },
  workDir: string,
  progress?: (bytes: number) => void,
): Promise<Canonical> {
  const writer = new CanonicalWriter(source.encoding, source.fields, workDir);
  const splitter = new RecordSplitter(writer, source.fields, source.bodyStart);
  const hash = createHash('sha256');
  const handle = await open(source.file, 'r');
  let at = 0;
  try {
    if (source.preambleEnd > source.bom) writer.other(source.bom, source.preambleEnd, 'preamble');
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, at);
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      const skip = Math.max(0, source.bodyStart - at);
      if (skip < bytesRead) splitter.push(chunk.subarray(skip));
      at += bytesRead;
      progress?.(at);
    }
    splitter.end();
  } finally {
    await handle.close();
    writer.close();
  }
  return { ...writer.result(), bytes: at, sha256: hash.digest('hex') };
}

const COMMA = 44;
const QUOTE = 34;
const SPACE = 32;
const LF = 10;
const CR = 13;

class CanonicalWriter {
  readonly #encoding: Encoding;
  readonly #fields: number;
  readonly #records: { path: string; handle: number };
  readonly #faults: BlockWriter;
  readonly #spans: BlockWriter;
  readonly #offsets: BlockWriter;
  #block = Buffer.allocUnsafe(CHUNK);
  #used = 0;
  /** Record number and place in the block of each record of the block, to find the one with an impossible byte. */
  #rows: number[] = [];
  #starts: number[] = [];
  #received = 0;
  #damaged = 0;
  #span: { from: number; to: number; reason: string } | undefined;

  constructor(encoding: Encoding, fields: number, dir: string) {
    this.#encoding = encoding;
    this.#fields = fields;
    const path = join(dir, 'records.csv');
    this.#records = { path, handle: openSync(path, 'wx', 0o600) };
    this.#faults = new BlockWriter(join(dir, 'faults.csv'));
    this.#spans = new BlockWriter(join(dir, 'spans.csv'));
    this.#offsets = new BlockWriter(join(dir, 'offsets.bin'));
  }

  record(buffer: Buffer, start: number, end: number, offset: number, fields: number, marks: number): void {
    const row = ++this.#received;
    this.#offsets.double(offset);
    const fault = this.#faultOf(fields, marks);
    if (fault) {
      this.#fault(row, fault);
      return;
    }
    const bytes = marks & (Mark.multiline | Mark.innerQuote) ? requoted(buffer.subarray(start, end)) : undefined;
    const length = bytes ? bytes.length : end - start;
    if (this.#used + length + 20 > this.#block.length) this.#flush(length + 20);
    this.#rows.push(row);
    this.#starts.push(this.#used);
    this.#number(row);
    if (bytes) this.#block.set(bytes, this.#used);
    else if (length < 96) {
      // A short copy is quicker by hand than by a call into native code.
      const block = this.#block;
      for (let i = start, to = this.#used; i < end; i++, to++) block[to] = buffer[i] as number;
    } else buffer.copy(this.#block, this.#used, start, end);
    this.#used += length;
    this.#block[this.#used++] = LF;
  }

  span(from: number, to: number, reason: SpanReason): void {
    this.other(from, to, reason);
  }

  other(from: number, to: number, reason: string): void {
    if (this.#span && this.#span.to === from && this.#span.reason === reason) this.#span.to = to;
    else {
      this.#writeSpan();
      this.#span = { from, to, reason };
    }
  }

  close(): void {
    this.#flush(0);
    this.#writeSpan();
    closeSync(this.#records.handle);
    this.#faults.close();
    this.#spans.close();
    this.#offsets.close();
  }

  result() {
    return {
      records: this.#records.path,
      faults: this.#faults.path,
      spans: this.#spans.path,
      offsets: this.#offsets.path,
      received: this.#received,
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

  #fault(row: number, reason: RecordReason): void {
    this.#damaged++;
    this.#faults.text(`${row},${reason}\n`);
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
    this.#block[this.#used++] = COMMA;
  }

  #flush(room: number): void {
    const bytes = this.#block.subarray(0, this.#used);
    if (this.#used > 0) {
      if (this.#encoding === 'utf-8') {
        if (isUtf8(bytes)) writeAll(this.#records.handle, bytes);
        else this.#oneByOne(bytes);
      } else {
        const text = decode(bytes, 'gb18030');
        if (text.includes('\ufffd')) this.#oneByOne(bytes);
        else writeAll(this.#records.handle, Buffer.from(text, 'utf8'));
      }
    }
    this.#used = 0;
    this.#rows = [];
    this.#starts = [];
    if (room > this.#block.length) this.#block = Buffer.allocUnsafe(room);
  }

  /** Writes the possible records of a block and reports the others. */
  #oneByOne(bytes: Buffer): void {
    for (let i = 0; i < this.#rows.length; i++) {
      const record = bytes.subarray(this.#starts[i], this.#starts[i + 1] ?? bytes.length);
      if (isPossible(record, this.#encoding))
        writeAll(this.#records.handle, Buffer.from(decode(record, this.#encoding), 'utf8'));
      else this.#fault(this.#rows[i] as number, 'encoding');
    }
  }
}

/** The same record with every field quoted, so that any reader sees the same fields; line ends inside become blanks. */
function requoted(record: Buffer): Buffer {
  const out: number[] = [];
  for (const [i, field] of fieldsOf(record).entries()) {
    if (i > 0) out.push(COMMA);
    out.push(QUOTE);
    for (const byte of field) {
      if (byte === LF || byte === CR) out.push(SPACE);
      else {
        if (byte === QUOTE) out.push(QUOTE);
        out.push(byte);
      }
    }
    out.push(QUOTE);
  }
  return Buffer.from(out);
}
