/** Exact decimal numbers: a whole number of 10⁻ᵈ. All conversions are by text, never through a binary float. */
export interface Decimal {
  value: bigint;
  digits: number;
}

/** Reads `610`, `610.00`, `-3.5`, `30%` (0.30), `1,200.00`. Undefined when it is not a decimal number. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(%?)$/.exec(text.trim());
  if (!match) return undefined;
  const whole = (match[2] ?? '').replaceAll(',', '');
  const fraction = match[3] ?? '';
  if (whole.length + fraction.length > 30) return undefined;
  const value = BigInt(whole + fraction) * (match[1] === '-' ? -1n : 1n);
  return { value, digits: fraction.length + (match[4] === '%' ? 2 : 0) };
}

/** The whole number of 10⁻ᵈ units that a decimal is, or undefined if digits would be lost. */
export function scaleDecimal(decimal: Decimal, digits: number): bigint | undefined {
  if (decimal.digits <= digits) return decimal.value * 10n ** BigInt(digits - decimal.digits);
  const divisor = 10n ** BigInt(decimal.digits - digits);
  return decimal.value % divisor === 0n ? decimal.value / divisor : undefined;
}

/** Writes value·10⁻ᵈ with exactly d digits after the point: (123450n, 2) → "1234.50". */
export function formatScaled(value: bigint, digits: number): string {
  const sign = value < 0n ? '-' : '';
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

export function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function lcm(a: bigint, b: bigint): bigint {
  return (a / gcd(a, b)) * b;
}

export const roundingModes = ['half_up', 'half_even', 'up', 'down', 'ceiling', 'floor'] as const;
export type RoundingMode = (typeof roundingModes)[number];

/** n/d to a whole number by the named mode; d > 0. `up` and `down` are away from and toward zero. */
export function divideRounded(n: bigint, d: bigint, mode: RoundingMode): bigint {
  const quotient = n / d;
  const remainder = n % d;
  if (remainder === 0n) return quotient;
  const sign = n < 0n ? -1n : 1n;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  switch (mode) {
    case 'down':
      return quotient;
    case 'up':
      return quotient + sign;
    case 'floor':
      return n < 0n ? quotient - 1n : quotient;
    case 'ceiling':
      return n > 0n ? quotient + 1n : quotient;
    case 'half_up':
      return twice >= d ? quotient + sign : quotient;
    case 'half_even':
      return twice > d || (twice === d && quotient % 2n !== 0n) ? quotient + sign : quotient;
  }
}

/** n/d as readable text: exact when it is a finite decimal of at most 6 digits, else ≈ with 4 digits. */
export function formatRatio(n: bigint, d: bigint, minimumDigits: number): string {
  for (let digits = minimumDigits; digits <= 6; digits++) {
    const scaled = n * 10n ** BigInt(digits);
    if (scaled % d === 0n) return formatScaled(scaled / d, digits);
  }
  return `≈${formatScaled(divideRounded(n * 10000n, d, 'half_even'), 4)}`;
}

const dayMs = 86_400_000;

/** Days since 1970-01-01 of a civil date YYYY-MM-DD, or undefined when there is no such day. */
export function parseDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim());
  if (!match) return undefined;
  const time = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  if (Number(match[1]) < 1000) return undefined;
  return formatDate(time / dayMs) === match[0] ? time / dayMs : undefined;
}

/** YYYY-MM-DD of days since 1970-01-01. */
export function formatDate(days: number): string {
  return new Date(days * dayMs).toISOString().slice(0, 10);
}

/** First and last day of a month YYYY-MM as days since 1970-01-01; undefined for a bad month. */
export function monthBounds(month: string): { start: number; end: number } | undefined {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month);
  if (!match) return undefined;
  const year = Number(match[1]);
  const zeroBased = Number(match[2]) - 1;
  return { start: Date.UTC(year, zeroBased, 1) / dayMs, end: Date.UTC(year, zeroBased + 1, 1) / dayMs - 1 };
}

/** Year, month and day of days since 1970-01-01, by arithmetic alone (proleptic Gregorian). */
function civil(days: number): { year: number; monthDay: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), monthDay: month * 100 + day };
}

/** Completed years between two days (周岁): a birthday counts from the day itself. */
export function yearsBetween(from: number, to: number): number {
  const [a, b] = [civil(from), civil(to)];
  return b.year - a.year - (b.monthDay < a.monthDay ? 1 : 0);
}

/** Calendar months from the month of one day to that of another: 2026-04-30 to 2026-05-01 is one. */
export function monthsBetween(from: number, to: number): number {
  const [a, b] = [civil(from), civil(to)];
  return b.year * 12 + Math.floor(b.monthDay / 100) - (a.year * 12 + Math.floor(a.monthDay / 100));
}
