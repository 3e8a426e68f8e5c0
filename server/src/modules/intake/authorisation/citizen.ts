const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/**
 * A citizen number as a list names it (GB 11643-1999), 18 characters in upper case; undefined when its length, check
 * character or birth date is wrong. Nothing is repaired: what is signed for one person must not open another.
 */
export function citizenNumberOf(text: string): string | undefined {
  const number = text
    .normalize('NFKC')
    .replace(/[\s'’]/g, '')
    .toUpperCase();
  if (!/^\d{17}[\dX]$/.test(number)) return undefined;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(number[i]), 0);
  if (number[17] !== '10X98765432'.charAt(sum % 11)) return undefined;
  const birth = birthDateOf(number);
  return new Date(`${birth}T00:00:00Z`).toISOString().slice(0, 10) === birth ? number : undefined;
}

/** The birth date 'YYYY-MM-DD' in a citizen number of 18 characters. */
export const birthDateOf = (number: string): string =>
  `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;

/** Full years at a civil date. */
export function yearsAt(birth: string, date: string): number {
  const years = Number(date.slice(0, 4)) - Number(birth.slice(0, 4));
  return date.slice(5) < birth.slice(5) ? years - 1 : years;
}
