import type { Chance } from './chance.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** The citizen number of an area, a birth date (YYYYMMDD) and an order number 0–999, with GB 11643's check digit. */
export function citizenNumber(area: string, birth: string, order: number): string {
  const body = `${area}${birth}${String(order).padStart(3, '0')}`;
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (body.charCodeAt(i) - 48) * (WEIGHTS[i] as number);
  return body + '10X98765432'[sum % 11];
}

/** One digit of `text` replaced by another, at or after `from`. */
export function wrongDigit(chance: Chance, text: string, from = 0): string {
  for (let tries = 0; tries < 40; tries++) {
    const at = chance.between(from, text.length - 1);
    const code = text.charCodeAt(at) - 48;
    if (code < 0 || code > 9) continue;
    return `${text.slice(0, at)}${(code + chance.between(1, 9)) % 10}${text.slice(at + 1)}`;
  }
  return text;
}

/** Two neighbouring, different characters of `text` swapped, at or after `from`. */
export function swappedDigits(chance: Chance, text: string, from = 0): string {
  for (let tries = 0; tries < 40; tries++) {
    const at = chance.between(from, text.length - 2);
    const [a, b] = [text[at] as string, text[at + 1] as string];
    if (a === b || a === '-' || b === '-') continue;
    return text.slice(0, at) + b + a + text.slice(at + 2);
  }
  return text;
}

const PREFIXES =
  '130 131 132 134 135 136 137 138 139 150 151 152 153 155 156 157 158 159 177 178 180 182 183 187 188 189 199'.split(
    ' ',
  );

/** A mobile number. */
export function mobile(chance: Chance): string {
  return chance.one(PREFIXES) + String(100_000_000 + chance.below(100_000_000)).slice(1);
}
