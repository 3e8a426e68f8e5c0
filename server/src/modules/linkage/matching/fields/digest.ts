/**
 * A number of 53 bits for a text (cyrb53, public domain, by bryc): prepared tables hold it in place of names and addresses.
 * It stays the same between processes and engine versions, and is never 0.
 */
export function digest(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0) || 1;
}

/** A small number of a text (31 bits), for values of which there are few. */
export const smallDigest = (text: string): number => digest(text) % 2147483629;

/** Decimal digits with 4 bits for each, so that a wrong digit is one differing nibble; X counts as ten. */
export function packDigits(digits: string): number {
  let packed = 0;
  for (let i = 0; i < digits.length; i++) {
    const c = digits.charCodeAt(i);
    packed = packed * 16 + (c >= 48 && c <= 57 ? c - 48 : 10);
  }
  return packed;
}
