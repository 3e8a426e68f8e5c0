import { civil, iso, monthLabel } from './calendar.ts';
import type { Column } from './contract.ts';
import { compact } from './numbers.ts';
import type { Random } from './random.ts';
import type { Cell } from './table-file.ts';
import type { WorkbookForm } from './xlsx-file.ts';

/** How a file holds its cells. */
export type FileForm = 'csv' | WorkbookForm;

/** A value before it is spelled: dates are day numbers, money is fen, areas and rates are hundredths, codes are codes. */
export type Value = string | number | undefined;

/** Fen or hundredths as a decimal text: 123450 gives "1234.50". */
export function decimal(hundredths: number): string {
  const sign = hundredths < 0 ? '-' : '';
  const whole = Math.abs(hundredths);
  return `${sign}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`;
}

/** The serial number that spreadsheets keep for a day. */
export function excelSerial(value: number): number {
  return value + 25569;
}

/** Spells a value as its contract column wants it; in .xlsx, amounts are numbers. Throws on a code without spelling. */
export function spell(column: Column, value: Value, format: FileForm, rng: Random): Cell {
  if (value === undefined) {
    if (column.required) throw new Error(`column ${column.name} is required`);
    return undefined;
  }
  switch (column.type) {
    case 'date':
      return format === 'saved' ? excelSerial(value as number) : iso(value as number);
    case 'month':
      return monthLabel(value as number);
    case 'money':
    case 'area':
    case 'rate':
      return format !== 'csv' ? (value as number) / 100 : decimal(value as number);
    case 'integer':
      return format !== 'csv' ? value : String(value);
    case 'code': {
      // A maker that knows better than chance which spelling fits (妻 or 夫) gives it after "=".
      if (typeof value === 'string' && value.startsWith('=')) return value.slice(1);
      const spellings = column.spellings.get(String(value));
      if (spellings === undefined) throw new Error(`column ${column.name} has no code ${value}`);
      // Most clerks write the first spelling of the list; the rest is spread.
      return spellings.length === 1 || rng.chance(0.8) ? spellings[0] : rng.pick(spellings);
    }
    default:
      return String(value);
  }
}

/** A right date in a spelling that the contract did not ask for. */
export function oddDate(value: number, format: FileForm, rng: Random): Cell {
  const { year, month, date } = civil(value);
  switch (rng.int(0, format === 'exported' ? 3 : 2)) {
    case 0:
      return `${year}/${month}/${date}`;
    case 1:
      return compact(value);
    case 2:
      return `${year}年${month}月${date}日`;
    default:
      return excelSerial(value);
  }
}

/** A date that no reader can mend. */
export function wrongDate(rng: Random): Cell {
  return rng.pick(['1900-01-01', '2026-02-30', '0000-00-00', '2026-13-05', '2026-09-31', '不详']);
}

const FULL_WIDTH_ZERO = 0xff10;

/** Digits as a Chinese input method leaves them. */
export function fullWidth(text: string): string {
  return text.replace(/\d/g, (digit) => String.fromCharCode(FULL_WIDTH_ZERO + Number(digit)));
}

/** One digit of the first 17 changed. */
export function oneDigitWrong(number: string, rng: Random): string {
  const at = rng.int(0, 16);
  const digit = (Number(number.charAt(at)) + rng.int(1, 9)) % 10;
  return number.slice(0, at) + String(digit) + number.slice(at + 1);
}

/** Two different neighbouring digits of the first 17 exchanged; undefined if there are none. */
export function swapped(number: string, rng: Random): string | undefined {
  const start = rng.int(0, 15);
  for (let k = 0; k < 16; k++) {
    const at = (start + k) % 16;
    const [a, b] = [number.charAt(at), number.charAt(at + 1)];
    if (a !== b) return number.slice(0, at) + b + a + number.slice(at + 2);
  }
  return undefined;
}

/** The number as it was before 1999; undefined for people born since 2000. */
export function fifteenDigits(number: string): string | undefined {
  return number.slice(6, 8) === '19' ? number.slice(0, 6) + number.slice(8, 17) : undefined;
}
