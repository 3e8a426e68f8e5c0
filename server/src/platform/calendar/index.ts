import { parse } from 'yaml';
import { z } from 'zod';
import { invalid } from '../errors.ts';
import { type Bundle, oncePerBundle } from '../packs/index.ts';

const CivilDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const CalendarFile = z.strictObject({
  year: z.number().int(),
  published: z.boolean(),
  cite: z.string().min(1),
  holidays: z.array(z.strictObject({ name: z.string(), from: CivilDate, to: CivilDate })),
  workdays: z.array(CivilDate),
});
type CalendarFile = z.infer<typeof CalendarFile>;

/** A due day; provisional when the arrangement of its year is not yet published. */
export interface DueDay {
  date: string;
  provisional: boolean;
}

/** Working days as the State Council arranges them each year; civil dates 'YYYY-MM-DD' in Asia/Shanghai. */
export interface Calendar {
  isWorkday(date: string): boolean;
  /** The `count`-th working day after `from`; the day itself is not counted. */
  addWorkingDays(from: string, count: number): DueDay;
  /** Working days after `from` up to and including `to`; negative when `to` lies before `from`. */
  workingDaysBetween(from: string, to: string): number;
  /** True when the arrangement of the year of `date` is not published. */
  provisional(date: string): boolean;
}

const DAY = 86_400_000;
const toDays = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY;
const toDate = (days: number): string => new Date(days * DAY).toISOString().slice(0, 10);

/** The civil date a number of calendar days later. */
export const addDays = (date: string, days: number): string => toDate(toDays(date) + days);

/** The month 'YYYY-MM' a number of months later. */
export function addMonths(month: string, count: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  const index = year * 12 + (number - 1) + count;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** First and last civil date of a month 'YYYY-MM'. */
export function monthBounds(month: string): { first: string; last: string } {
  return { first: `${month}-01`, last: addDays(`${addMonths(month, 1)}-01`, -1) };
}

function readYears(bundle: Bundle): Calendar {
  const years = new Map<number, CalendarFile>();
  for (const file of bundle.under('calendars')) {
    const read = CalendarFile.safeParse(parse(file.text));
    if (!read.success) {
      const issue = read.error.issues[0];
      throw invalid(
        'calendar-invalid',
        `${file.path}：${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
        '请按 packs/national/calendars/2026.yaml 的写法改正',
      );
    }
    years.set(read.data.year, read.data);
  }
  return calendarOf([...years.values()]);
}

/**
 * Reads the calendar files of the packs (`calendars/<year>.yaml`); a later pack's year replaces its parent's.
 * @throws calendar-invalid with the file when one cannot be read
 */
export const readCalendar = oncePerBundle(readYears);

/** A calendar of given years. */
export function calendarOf(years: readonly CalendarFile[]): Calendar {
  const published = new Set(years.filter((y) => y.published).map((y) => y.year));
  const off = new Set<number>();
  const worked = new Set<number>();
  for (const year of years) {
    for (const { from, to } of year.holidays) for (let day = toDays(from); day <= toDays(to); day++) off.add(day);
    for (const day of year.workdays) worked.add(toDays(day));
  }
  const works = (day: number): boolean => {
    if (worked.has(day)) return true;
    if (off.has(day)) return false;
    const weekday = (((day + 4) % 7) + 7) % 7;
    return weekday !== 0 && weekday !== 6;
  };
  const provisional = (date: string): boolean => !published.has(Number(date.slice(0, 4)));
  return {
    isWorkday: (date) => works(toDays(date)),
    provisional,
    addWorkingDays(from, count) {
      let day = toDays(from);
      for (let left = count; left > 0; ) {
        day++;
        if (works(day)) left--;
      }
      const date = toDate(day);
      return { date, provisional: provisional(date) };
    },
    workingDaysBetween(from, to) {
      const start = toDays(from);
      const end = toDays(to);
      let count = 0;
      for (let day = Math.min(start, end) + 1; day <= Math.max(start, end); day++) if (works(day)) count++;
      return end >= start ? count : -count;
    },
  };
}
