const DAY = 86_400_000;

/** Days since 1970-01-01 of a date. */
export function dayNumber(year: number, month: number, day: number): number {
  return Math.round(Date.UTC(year, month - 1, day) / DAY);
}

/** YYYY-MM-DD of a day number. */
export function dayText(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

const chinese = new Intl.DateTimeFormat('en-u-ca-chinese', {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  timeZone: 'UTC',
});
const lunarDays = new Map<number, string>();

/**
 * The Chinese calendar's date of a day written as if it were a civil one (YYYY-MM-DD, the leap month like the plain
 * one), which is what a family says when asked for a birthday. From ICU's Chinese calendar; may be 02-30.
 */
export function lunarText(day: number): string {
  let text = lunarDays.get(day);
  if (text === undefined) {
    const parts = chinese.formatToParts(day * DAY);
    const of = (type: string) => (parts.find((part) => part.type === type)?.value ?? '').replace(/\D/g, '');
    text = `${of('relatedYear')}-${of('month').padStart(2, '0')}-${of('day').padStart(2, '0')}`;
    lunarDays.set(day, text);
  }
  return text;
}
