import { type FieldForm, fieldsOf } from '../domain/splitter.ts';

const QUOTE = 34;
const SPACE = 32;
const LF = 10;
const CR = 13;

/** The same record with every field quoted, so that any reader sees the same fields; line ends inside become blanks. */
export function requoted(record: Buffer, form: FieldForm): Buffer {
  const out: number[] = [];
  for (const [i, field] of fieldsOf(record, form).entries()) {
    if (i > 0) out.push(form.delimiter);
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
