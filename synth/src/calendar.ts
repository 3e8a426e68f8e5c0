/** Civil dates as whole days since 1970-01-01; months as year x 12 + (month - 1). No clock and no time zone. */
const DAY_MS = 86_400_000;

/** Day number of a civil date. */
export function day(year: number, month: number, date: number): number {
  return Math.round(Date.UTC(year, month - 1, date) / DAY_MS);
}

/** Year, month (1–12) and date of a day number. */
export function civil(value: number): { year: number; month: number; date: number } {
  const at = new Date(value * DAY_MS);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, date: at.getUTCDate() };
}

const formatted = new Map<number, string>();

/** "2026-09-01". */
export function iso(value: number): string {
  let text = formatted.get(value);
  if (text === undefined) {
    text = new Date(value * DAY_MS).toISOString().slice(0, 10);
    formatted.set(value, text);
  }
  return text;
}

/** Month index of a day number. */
export function monthOf(value: number): number {
  const { year, month } = civil(value);
  return year * 12 + month - 1;
}

/** First day of a month index. */
export function monthStart(month: number): number {
  return day(Math.floor(month / 12), (month % 12) + 1, 1);
}

/** Last day of a month index. */
export function monthEnd(month: number): number {
  return monthStart(month + 1) - 1;
}

/** "2026-09" of a month index. */
export function monthLabel(month: number): string {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
}

/** Whole years of age on a day. */
export function ageOn(birth: number, at: number): number {
  const b = civil(birth);
  const t = civil(at);
  const before = t.month < b.month || (t.month === b.month && t.date < b.date);
  return t.year - b.year - (before ? 1 : 0);
}

/** One month of deliveries. */
export interface Period {
  /** Position from 0. */
  index: number;
  /** "2026-09". */
  label: string;
  month: number;
  start: number;
  end: number;
}

/** The periods that end with `end` ("2026-10"), `months` of them. */
export function periodsUntil(end: string, months: number): Period[] {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(end);
  if (match === null) throw new RangeError(`--end must be YYYY-MM, not ${end}`);
  const last = Number(match[1]) * 12 + Number(match[2]) - 1;
  return Array.from({ length: months }, (_, index) => {
    const month = last - months + 1 + index;
    return { index, label: monthLabel(month), month, start: monthStart(month), end: monthEnd(month) };
  });
}
