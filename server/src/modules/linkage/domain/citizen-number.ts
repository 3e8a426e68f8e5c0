/** Citizen numbers (GB 11643-1999): 17 digits and a check character by ISO 7064 MOD 11-2. */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECKS = '10X98765432';

/** The check character of 17 digits. */
export function checkCharacter(first17: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (first17.charCodeAt(i) - 48) * (WEIGHTS[i] as number);
  return CHECKS[sum % 11] as string;
}

/**
 * A number as departments write it, made comparable: full-width digits, blanks, apostrophes and lower-case x mended,
 * 15 digits upgraded. Gives what is left even when that is no valid number; null for nothing.
 */
export function normaliseNumber(text: string | null | undefined): string | null {
  if (!text) return null;
  const plain = text
    .normalize('NFKC')
    .replace(/[\s'’‘`-]/g, '')
    .toUpperCase();
  if (plain === '') return null;
  return /^\d{15}$/.test(plain) ? upgrade15(plain) : plain;
}

/** The 18-digit form of a 15-digit number, which leaves out the century (always 19) and the check character. */
export function upgrade15(number: string): string {
  const first17 = `${number.slice(0, 6)}19${number.slice(6)}`;
  return first17 + checkCharacter(first17);
}

/** True when form, birth date and check character hold. */
export function isValidNumber(number: string): boolean {
  return /^\d{17}[\dX]$/.test(number) && birthOf(number) !== null && checkCharacter(number) === number[17];
}

/** The birth date 'YYYY-MM-DD' that a number states, or null when that is no date. */
export function birthOf(number: string): string | null {
  const year = Number(number.slice(6, 10));
  const month = Number(number.slice(10, 12));
  const day = Number(number.slice(12, 14));
  if (!(year >= 1800 && month >= 1 && month <= 12 && day >= 1)) return null;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] as number;
  return day <= days ? `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}` : null;
}

/** The sex that a number states in its 17th digit (odd is male). */
export function sexOf(number: string): 'male' | 'female' {
  return Number(number[16]) % 2 === 1 ? 'male' : 'female';
}

/**
 * Every valid number that lies one slip of the hand from a wrong one: one character substituted, or two neighbours swapped.
 * Nothing for a text that is not 18 characters of a number. The check character leaves about twenty; which of them is a
 * person, and whose name agrees, is for the caller to say.
 */
export function repairsOf(wrong: string): string[] {
  if (!/^[\dX]{18}$/.test(wrong)) return [];
  const found = new Set<string>();
  const consider = (candidate: string) => {
    if (candidate !== wrong && isValidNumber(candidate)) found.add(candidate);
  };
  for (let i = 0; i < 17; i++) {
    for (let digit = 0; digit <= 9; digit++) consider(`${wrong.slice(0, i)}${digit}${wrong.slice(i + 1)}`);
    consider(`${wrong.slice(0, i)}${wrong[i + 1]}${wrong[i]}${wrong.slice(i + 2)}`);
  }
  if (/^\d{17}/.test(wrong)) consider(wrong.slice(0, 17) + checkCharacter(wrong));
  return [...found];
}
