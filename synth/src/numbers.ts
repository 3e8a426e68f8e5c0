import { civil } from './calendar.ts';
import type { Random } from './random.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

/** Check character of the first 17 digits of a citizen number (GB 11643-1999, MOD 11-2). */
export function checkDigit(first17: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (first17.charCodeAt(i) - 48) * (WEIGHTS[i] ?? 0);
  return CHECKS.charAt(sum % 11);
}

/** Whether an 18-character citizen number has the right form, a real date and the right check character. */
export function isCitizenNumber(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false;
  const at = new Date(Date.UTC(Number(text.slice(6, 10)), Number(text.slice(10, 12)) - 1, Number(text.slice(12, 14))));
  const real = at.toISOString().slice(0, 10).replaceAll('-', '') === text.slice(6, 14);
  return real && checkDigit(text) === text[17];
}

/** "YYYYMMDD" of a day number. */
export function compact(value: number): string {
  const { year, month, date } = civil(value);
  return `${year}${String(month).padStart(2, '0')}${String(date).padStart(2, '0')}`;
}

/** Gives out citizen numbers, each once. */
export class NumberIssuer {
  readonly #used = new Map<string, number>();

  /** A new valid number for an area (6 digits), birth day and sex; 500 for each. */
  issue(area: string, birth: number, sex: 'male' | 'female'): string {
    const stem = area + compact(birth);
    const key = `${stem}${sex}`;
    const count = this.#used.get(key) ?? 0;
    if (count >= 500) throw new RangeError(`more than 500 numbers of one area, day and sex: ${area}`);
    this.#used.set(key, count + 1);
    // A stride coprime to 500 scatters the sequence numbers without a draw and without repeats.
    // Days before 1970 are negative; the remainder must not be.
    const start = (((birth * 37) % 500) + 500) % 500;
    const sequence = ((start + count * 183) % 500) * 2 + (sex === 'male' ? 1 : 0);
    const first17 = stem + String(sequence).padStart(3, '0');
    return first17 + checkDigit(first17);
  }
}

const CREDIT = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** A unified social credit code (GB 32100-2015) of a body registered in an area. */
export function creditCode(rng: Random, kind: '91' | '92' | '93', area: string): string {
  let text = kind + area;
  for (let i = 0; i < 9; i++) text += CREDIT.charAt(rng.int(0, 30));
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += CREDIT.indexOf(text.charAt(i)) * (CREDIT_WEIGHTS[i] ?? 0);
  return text + CREDIT.charAt((31 - (sum % 31)) % 31);
}

/** Whether a unified social credit code has the right check character. */
export function isCreditCode(text: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(text)) return false;
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += CREDIT.indexOf(text.charAt(i)) * (CREDIT_WEIGHTS[i] ?? 0);
  return CREDIT.charAt((31 - (sum % 31)) % 31) === text[17];
}

/** A 19-digit bank account with a right Luhn digit. */
export function bankAccount(rng: Random): string {
  let text = rng.pick(['621700', '622848', '621449', '623066']);
  for (let i = 0; i < 12; i++) text += String(rng.int(0, 9));
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    let digit = text.charCodeAt(text.length - 1 - i) - 48;
    if (i % 2 === 0) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return text + String((10 - (sum % 10)) % 10);
}

const CATEGORY_DIGIT = { vision: 1, hearing: 2, speech: 3, physical: 4, intellectual: 5, mental: 6, multiple: 7 };
export type DisabilityCategory = keyof typeof CATEGORY_DIGIT;

/** A disability certificate's number: citizen number, category, level, and B1 … for a re-issue. */
export function certificateNumber(number: string, category: DisabilityCategory, level: number, reissue = 0): string {
  return `${number}${CATEGORY_DIGIT[category]}${level}${reissue > 0 ? `B${reissue}` : ''}`;
}
