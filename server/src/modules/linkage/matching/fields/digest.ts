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

/**
 * A number of 31 bits for a text: names and parts of addresses, of which two different ones meet so rarely (1 in 2 × 10⁹) that
 * it does not matter beside how often the same one does.
 */
export function smallDigest(text: string): number {
  let h = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x5bd1e995);
    h ^= h >>> 15;
  }
  h = Math.imul(h ^ (h >>> 13), 0x85ebca6b);
  return (h ^ (h >>> 16)) >>> 1;
}

/** Decimal digits with 4 bits for each, so that a wrong digit is one differing nibble; X counts as ten. */
export function packDigits(digits: string): number {
  let packed = 0;
  for (let i = 0; i < digits.length; i++) {
    const c = digits.charCodeAt(i);
    packed = packed * 16 + (c >= 48 && c <= 57 ? c - 48 : 10);
  }
  return packed;
}
