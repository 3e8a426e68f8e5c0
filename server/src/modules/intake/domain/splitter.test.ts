import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fieldsOf, Mark, RecordSplitter } from './splitter.ts';

interface Seen {
  records: { offset: number; text: string; fields: number; marks: number }[];
  spans: { from: number; to: number }[];
}

function split(bytes: Buffer, columns: number, cuts: number[] = []): Seen {
  const seen: Seen = { records: [], spans: [] };
  const splitter = new RecordSplitter(
    {
      record(buffer, start, end, offset, fields, marks) {
        const text = marks & Mark.tooLong ? '' : buffer.toString('latin1', start, end);
        seen.records.push({ offset, text, fields, marks });
      },
      span(from, to) {
        seen.spans.push({ from, to });
      },
    },
    columns,
  );
  let at = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    splitter.push(Buffer.from(bytes.subarray(at, cut)));
    at = cut;
  }
  splitter.push(Buffer.from(bytes.subarray(at)));
  splitter.end();
  return seen;
}

/** Bytes that matter to a splitter, and some of characters of several bytes in GB18030 and UTF-8. */
const awkward = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      ',',
      ',',
      '"',
      '"',
      '""',
      '\n',
      '\n',
      '\r\n',
      '\r',
      '\t',
      '\0',
      ' ',
      '\xd5\xc5',
      '\xe5\xbc\xa0',
      '\x81\x30\x81\x30',
    ),
    { maxLength: 120 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

test('every byte belongs to one record or one span, in order', () => {
  fc.assert(
    fc.property(awkward, fc.integer({ min: 0, max: 4 }), (bytes, columns) => {
      const { records, spans } = split(bytes, columns);
      const starts = [...records.map((r) => r.offset), ...spans.map((s) => s.from)].sort((a, b) => a - b);
      assert.equal(new Set(starts).size, starts.length);
      assert.equal(starts[0] ?? 0, 0);
      if (bytes.length > 0) assert.ok(starts.length > 0);
      for (const span of spans) {
        const next = starts.find((s) => s > span.from) ?? bytes.length;
        assert.equal(span.to, next);
      }
      for (const record of records) {
        const next = starts.find((s) => s > record.offset) ?? bytes.length;
        const whole = bytes.toString('latin1', record.offset, next);
        assert.equal(whole.slice(0, record.text.length), record.text);
        assert.match(whole.slice(record.text.length), /^(\r?\n|\r)?$/);
      }
    }),
    { numRuns: 3000, seed: 1 },
  );
});

test('how the file is cut into chunks changes nothing', () => {
  fc.assert(
    fc.property(
      awkward,
      fc.array(fc.nat(200), { maxLength: 8 }),
      fc.integer({ min: 0, max: 4 }),
      (bytes, cuts, columns) => {
        const inside = cuts.map((c) => Math.min(c, bytes.length));
        assert.deepEqual(split(bytes, columns, inside), split(bytes, columns));
      },
    ),
    { numRuns: 3000, seed: 2 },
  );
});

test('long fields and lines are bounded the same way whatever the chunks', () => {
  const line = (n: number) => Buffer.alloc(n, 'x');
  const files = [
    Buffer.concat([Buffer.from('a,b\n"'), line(20_000), Buffer.from('\n'), line(300_000), Buffer.from('\nc,d\n')]),
    Buffer.concat([Buffer.from('"a\n'), line(17_000), Buffer.from('",b\nc,d\n')]),
    Buffer.concat([line(300_000), Buffer.from('\nc,d\n')]),
    Buffer.concat([Buffer.from('"'), line(300_000), Buffer.from('",b\nc,d\n')]),
    Buffer.concat([Buffer.from('a,"'), line(600_000)]),
    Buffer.alloc(300_000, ' '),
    Buffer.alloc(300_000, ','),
  ];
  for (const file of files) {
    const whole = split(file, 2);
    for (const size of [1000, 16_384, 65_536, 262_144, 262_145]) {
      const cuts = Array.from({ length: Math.ceil(file.length / size) }, (_, i) => Math.min(i * size, file.length));
      assert.deepEqual(split(file, 2, cuts), whole);
    }
  }
});

test('what a careful writer wrote comes back, quoted or not', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', ' ', '张'), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }), fc.boolean(), (rows, crlf) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const end = crlf ? '\r\n' : '\n';
      const bytes = Buffer.from(rows.map((r) => r.map(quote).join(',') + end).join(''));
      const found: string[][] = [];
      const splitter = new RecordSplitter(
        {
          record: (buffer, start, stop) => found.push(fieldsOf(buffer.subarray(start, stop)).map((f) => f.toString())),
          span: () => assert.fail('nothing of it is blank'),
        },
        3,
      );
      splitter.push(bytes);
      splitter.end();
      assert.deepEqual(found, rows);
    }),
    { numRuns: 500, seed: 3 },
  );
});

test('an open quote damages its own line only', () => {
  const { records } = split(Buffer.from('a,b\n"c,d\ne,f\n"g",h\n'), 2);
  assert.deepEqual(
    records.map((r) => [r.text, (r.marks & Mark.badQuote) !== 0]),
    [
      ['a,b', false],
      ['"c,d', true],
      ['e,f', false],
      ['"g",h', false],
    ],
  );
});
