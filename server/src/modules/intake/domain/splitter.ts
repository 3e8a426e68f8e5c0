/** A record longer than this is not read as fields; memory stays bounded whatever a file holds. */
export const MAX_RECORD = 256 * 1024;
/** A quoted field that goes on longer than this over line ends is an opening quote without its end. */
const MAX_QUOTED = 16 * 1024;

/** Marks of a record, as bits. */
export const Mark = {
  /** Some field is quoted (rightly). */
  quoted: 1,
  /** A quoted field holds a line end. */
  multiline: 2,
  /** A quote stands inside a field that is not quoted; the quote is taken as it is. */
  innerQuote: 4,
  /** A control character (other than tab) is inside. */
  control: 8,
  /** A quote is opened and not closed, or text follows a closing quote: fields cannot be told apart. */
  badQuote: 16,
  /** Longer than MAX_RECORD. */
  tooLong: 32,
} as const;

/** How the fields of a file are told apart. */
export interface FieldForm {
  /** Byte between fields: comma, tab, semicolon or pipe. */
  delimiter: number;
  /**
   * True where the delimiter may be the second byte of a character (a pipe in GB18030, whose second bytes go from 0x40):
   * characters of two bytes are then stepped over whole.
   */
  pairs: boolean;
}

/** Fields parted by commas, as nearly all files have them. */
export const COMMAS: FieldForm = { delimiter: 44, pairs: false };

/** Why bytes that are no record were passed over. */
export type SpanReason = 'blank-line' | 'nul-padding';

export interface RecordSink {
  /** One record: its bytes are `buffer[start, end)` without the line end; `offset` is the place of its first byte in the file. */
  record(buffer: Buffer, start: number, end: number, offset: number, fields: number, marks: number): void;
  /** Bytes [from, to) of the file that are no record. */
  span(from: number, to: number, reason: SpanReason): void;
}

const LF = 10;
const CR = 13;
const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const INCOMPLETE = -1;

/**
 * Splits CSV bytes into records (RFC 4180, as departments really write it). It works on bytes of UTF-8 and GB18030 alike:
 * in both, no byte of a character of several bytes is a comma, tab, semicolon, quote or line end. Every byte pushed belongs to exactly one
 * record (its line end included) or one span.
 *
 * A line without any character other than commas, blanks and NULs is no record. A quote that is opened and not closed
 * damages one physical line, never the rest of the file: a record over several lines is accepted only when it has the
 * header's number of fields.
 */
export class RecordSplitter {
  readonly #sink: RecordSink;
  /** Fields of the header; 0 while unknown. */
  readonly #columns: number;
  readonly #delimiter: number;
  readonly #pairs: boolean;
  #rest: Buffer = Buffer.alloc(0);
  #offset: number;
  /** Start of a record too long to hold, while its end is looked for. */
  #skipping = -1;
  #fields = 0;
  #marks = 0;
  #contentEnd = 0;

  constructor(sink: RecordSink, columns: number, offset = 0, form: FieldForm = COMMAS) {
    this.#sink = sink;
    this.#columns = columns;
    this.#delimiter = form.delimiter;
    this.#pairs = form.pairs;
    this.#offset = offset;
  }

  /** Takes the next bytes of the file. Sink calls get views that are valid only during the call. */
  push(chunk: Buffer): void {
    this.#work(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]), false);
  }

  /** Ends the file: what is left is the last record. */
  end(): void {
    this.#work(this.#rest, true);
    if (this.#skipping >= 0) this.#sink.record(Buffer.alloc(0), 0, 0, this.#skipping, 0, Mark.tooLong);
    this.#skipping = -1;
  }

  #work(buffer: Buffer, final: boolean): void {
    const base = this.#offset;
    let at = 0;
    if (this.#skipping >= 0) {
      const lf = buffer.indexOf(LF);
      if (lf < 0) {
        this.#offset += buffer.length;
        this.#rest = Buffer.alloc(0);
        return;
      }
      this.#sink.record(Buffer.alloc(0), 0, 0, this.#skipping, 0, Mark.tooLong);
      this.#skipping = -1;
      at = lf + 1;
    }
    while (at < buffer.length) {
      const next = this.#scan(buffer, at, final);
      if (next === INCOMPLETE) {
        if (buffer.length - at <= MAX_RECORD) break;
        const lf = buffer.indexOf(LF, at);
        if (lf < 0) {
          this.#skipping = base + at;
          at = buffer.length;
          break;
        }
        // Only an open quote keeps a record unfinished beyond its first line end.
        const mark = lf - at > MAX_RECORD ? Mark.tooLong : Mark.badQuote;
        this.#sink.record(buffer, at, lf, base + at, 0, mark);
        at = lf + 1;
        continue;
      }
      const blank = this.#blank(buffer, at, this.#contentEnd);
      if (blank) this.#sink.span(base + at, base + next, blank);
      else {
        if (this.#contentEnd - at > MAX_RECORD) {
          this.#marks = Mark.tooLong;
          this.#fields = 0;
        }
        this.#sink.record(buffer, at, this.#contentEnd, base + at, this.#fields, this.#marks);
      }
      at = next;
    }
    this.#rest = Buffer.from(buffer.subarray(at));
    this.#offset = base + at;
  }

  /** Scans one record from `start`; gives the place after its line end, or INCOMPLETE when the buffer ends within it. */
  #scan(buffer: Buffer, start: number, final: boolean): number {
    const length = buffer.length;
    const delimiter = this.#delimiter;
    let fields = 1;
    let marks = 0;
    let i = start;
    for (;;) {
      let open = i;
      while (open < length && buffer[open] === SPACE) open++;
      if (open >= length && !final) return INCOMPLETE;
      if (open < length && buffer[open] === QUOTE) {
        const closed = this.#quoted(buffer, open, final);
        if (closed === INCOMPLETE) return INCOMPLETE;
        const after = closed < 0 ? closed : this.#afterQuote(buffer, closed, final);
        if (after === INCOMPLETE) return INCOMPLETE;
        if (after >= 0) {
          marks |= Mark.quoted | this.#marks;
          // Blanks around the quotes are no part of the field; only a rewritten record says so to every reader.
          if (open > i || after > closed) marks |= Mark.innerQuote;
          i = after;
        } else if (open === i) return this.#line(buffer, start, final);
      }
      let byte = 0;
      while (i < length) {
        byte = buffer[i] as number;
        if (byte === delimiter) break;
        if (byte <= QUOTE) {
          if (byte === LF) break;
          if (byte < SPACE) {
            if (byte === CR) {
              if (i + 1 >= length && !final) return INCOMPLETE;
              if (this.#isLineEnd(buffer, i, final)) break;
              marks |= Mark.control;
            } else if (byte !== TAB) marks |= Mark.control;
          } else if (byte === QUOTE) marks |= Mark.innerQuote;
        } else if (this.#pairs && byte > 0x80) {
          if (i + 1 >= length && !final) return INCOMPLETE;
          const second = buffer[i + 1] as number;
          if (second >= 0x40 && second !== 0x7f) i++;
        }
        i++;
      }
      if (i >= length) {
        if (!final) return INCOMPLETE;
        return this.#close(start, Math.min(i, length), Math.min(i, length), fields, marks, buffer, final);
      }
      if (byte === delimiter) {
        fields++;
        i++;
        if (i >= length && !final) return INCOMPLETE;
        continue;
      }
      return this.#close(start, i, byte === CR ? i + 2 : i + 1, fields, marks, buffer, final);
    }
  }

  /** The end of a quoted field after its closing quote, blanks passed over; -2 when text follows the quote. */
  #afterQuote(buffer: Buffer, closed: number, final: boolean): number {
    let i = closed;
    while (i < buffer.length && buffer[i] === SPACE) i++;
    if (i >= buffer.length) return final ? i : INCOMPLETE;
    const after = buffer[i];
    if (after === this.#delimiter || after === LF) return i;
    if (after !== CR) return -2;
    if (i + 1 >= buffer.length && !final) return INCOMPLETE;
    return this.#isLineEnd(buffer, i, final) ? i : -2;
  }

  #close(
    start: number,
    end: number,
    next: number,
    fields: number,
    marks: number,
    buffer: Buffer,
    final: boolean,
  ): number {
    const unlikely = (this.#columns > 0 && fields !== this.#columns) || end - start > MAX_RECORD;
    if (marks & Mark.multiline && unlikely) return this.#line(buffer, start, final);
    this.#fields = fields;
    this.#marks = marks;
    this.#contentEnd = Math.min(end, buffer.length);
    return Math.min(next, buffer.length);
  }

  /** From an opening quote to the place after its closing one; -2 when there is none; leaves multiline and control in #marks. */
  #quoted(buffer: Buffer, open: number, final: boolean): number {
    const length = buffer.length;
    let marks = 0;
    for (let i = open + 1; i < length; i++) {
      const byte = buffer[i] as number;
      if (byte > QUOTE) continue;
      if (byte === QUOTE) {
        if (i + 1 >= length && !final) return INCOMPLETE;
        if (buffer[i + 1] === QUOTE) {
          i++;
          continue;
        }
        // The same bound at the close as at a line end, so that the answer does not depend on how the file was cut into chunks.
        if (marks & Mark.multiline && i - open > MAX_QUOTED) return -2;
        this.#marks = marks;
        return i + 1;
      }
      if (byte === LF || byte === CR) {
        marks |= Mark.multiline;
        if (i - open > MAX_QUOTED) return -2;
      } else if (byte < SPACE && byte !== TAB) marks |= Mark.control;
    }
    if (final || (marks & Mark.multiline && length - open > MAX_QUOTED)) return -2;
    return INCOMPLETE;
  }

  /** The physical line from `start` as one record whose quotes are damaged. */
  #line(buffer: Buffer, start: number, final: boolean): number {
    const lf = buffer.indexOf(LF, start);
    if (lf < 0 && !final) return INCOMPLETE;
    const next = lf < 0 ? buffer.length : lf + 1;
    let end = lf < 0 ? buffer.length : lf;
    if (end > start && buffer[end - 1] === CR) end--;
    this.#fields = 0;
    this.#marks = Mark.badQuote;
    this.#contentEnd = end;
    return next;
  }

  #isLineEnd(buffer: Buffer, cr: number, final: boolean): boolean {
    return cr + 1 < buffer.length ? buffer[cr + 1] === LF : final;
  }

  #blank(buffer: Buffer, start: number, end: number): SpanReason | undefined {
    if (end - start > MAX_RECORD) return undefined;
    let nul = false;
    for (let i = start; i < end; i++) {
      const byte = buffer[i] as number;
      if (byte === 0) nul = true;
      else if (byte !== this.#delimiter && byte !== SPACE && byte !== TAB && byte !== CR) return undefined;
    }
    return nul ? 'nul-padding' : 'blank-line';
  }
}

/**
 * The fields of one record's bytes, without their quotes (and blanks around them), doubled ones made single. The record must
 * not be marked badQuote.
 */
export function fieldsOf(record: Buffer, form: FieldForm = COMMAS): Buffer[] {
  const fields: Buffer[] = [];
  let i = 0;
  for (;;) {
    const quoted = quotedField(record, i, form.delimiter);
    if (quoted) {
      fields.push(quoted.field);
      i = quoted.end;
    } else {
      const end = plainEnd(record, i, form);
      fields.push(record.subarray(i, end));
      i = end;
    }
    if (i >= record.length) return fields;
    i++;
    if (i === record.length) {
      fields.push(Buffer.alloc(0));
      return fields;
    }
  }
}

function plainEnd(record: Buffer, from: number, form: FieldForm): number {
  if (!form.pairs) {
    const end = record.indexOf(form.delimiter, from);
    return end < 0 ? record.length : end;
  }
  for (let i = from; i < record.length; i++) {
    const byte = record[i] as number;
    if (byte === form.delimiter) return i;
    const second = record[i + 1] ?? 0;
    if (byte > 0x80 && second >= 0x40 && second !== 0x7f) i++;
  }
  return record.length;
}

/** A quoted field that begins at `from` (after blanks) and ends before a delimiter; undefined when the field is not quoted. */
function quotedField(record: Buffer, from: number, delimiter: number): { field: Buffer; end: number } | undefined {
  let open = from;
  while (record[open] === SPACE) open++;
  if (record[open] !== QUOTE) return undefined;
  const parts: Buffer[] = [];
  let at = open + 1;
  let j = at;
  for (; j < record.length; j++) {
    if (record[j] !== QUOTE) continue;
    if (record[j + 1] !== QUOTE) break;
    parts.push(record.subarray(at, j + 1));
    j++;
    at = j + 1;
  }
  if (j >= record.length) return undefined;
  parts.push(record.subarray(at, j));
  let end = j + 1;
  while (record[end] === SPACE) end++;
  if (end < record.length && record[end] !== delimiter) return undefined;
  return { field: parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts), end };
}
