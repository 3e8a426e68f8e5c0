import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode } from '../domain/encoding.ts';
import { oddBytes } from './odd.ts';

/** Every character that some folding of plan/cells changes. */
const FOLDED = new Set([
  ...Array.from({ length: 94 }, (_, i) => String.fromCharCode(0xff01 + i)),
  ..."\u3000\u00a0\u2002\u2003\u200b\ufeff\t \u2018\u2019`'\u2022\uff0e\u30fb\u2027\uff65",
]);

test('every character that is folded shows by its first byte in UTF-8', () => {
  const odd = oddBytes('utf-8');
  for (const character of FOLDED) assert.equal(odd[Buffer.from(character)[0] as number], 1, character);
  assert.equal(odd[Buffer.from('张')[0] as number], 0);
});

test('and by some byte in GB18030, as two bytes or as four', () => {
  const odd = oddBytes('gb18030');
  const found = new Set<string>();
  const look = (bytes: Buffer) => {
    const text = decode(bytes, 'gb18030');
    if ([...text].length !== 1 || !FOLDED.has(text)) return;
    found.add(text);
    assert.ok(
      bytes.some((byte) => odd[byte] === 1),
      text,
    );
  };
  for (let a = 0; a < 256; a++) {
    if (a < 0x80) look(Buffer.from([a]));
    else for (let b = 0x40; b < 256; b++) look(Buffer.from([a, b]));
  }
  for (const a of [0x81, 0x82, 0x83, 0x84])
    for (let b = 0x30; b < 0x3a; b++)
      for (let c = 0x81; c < 0xff; c++) for (let d = 0x30; d < 0x3a; d++) look(Buffer.from([a, b, c, d]));
  assert.deepEqual(
    [...FOLDED].filter((c) => !found.has(c)).map((c) => c.codePointAt(0)?.toString(16)),
    [],
  );
});
