import type { Encoding } from '../domain/encoding.ts';

const tables: Record<Encoding, Uint8Array> = { 'utf-8': utf8(), gb18030: gb18030() };

/**
 * For each byte, 1 where it may begin a character that typing folds: blanks and apostrophes, full-width letters and digits,
 * blanks of other kinds, quotation marks, the dots of minority names. A record without any is typed as it stands; one with a
 * byte that only looks so costs some time and nothing else.
 */
export const oddBytes = (encoding: Encoding): Uint8Array => tables[encoding];

function ascii(): Uint8Array {
  const odd = new Uint8Array(256);
  // White space, apostrophe and backtick.
  for (const byte of [9, 10, 11, 12, 13, 32, 39, 96]) odd[byte] = 1;
  return odd;
}

/** All that is folded lies in U+00A0, U+2000–U+30FF and U+FEFF–U+FF65; ideographs begin with 0xE3 (rare) to 0xE9. */
function utf8(): Uint8Array {
  const odd = ascii();
  for (const byte of [0xc2, 0xe2, 0xe3, 0xef]) odd[byte] = 1;
  return odd;
}

/** Marks and full-width forms have first bytes 0xA1 to 0xA9; other blanks and dots have four bytes, led by 0x81 or 0x84. */
function gb18030(): Uint8Array {
  const odd = ascii();
  odd[0x81] = 1;
  odd[0x84] = 1;
  for (let byte = 0xa1; byte <= 0xa9; byte++) odd[byte] = 1;
  return odd;
}
