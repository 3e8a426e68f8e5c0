/** The days that a month's assessment needs, as 'YYYY-MM-DD'. */
export interface PeriodDays {
  first: string;
  last: string;
  /** First day of the twelve months that end with this one (近十二个月, as the vocabulary defines its yearly sums). */
  yearStart: string;
}

export const MONTHS_OF_A_YEAR = 12;

/** @param period 'YYYY-MM' */
export function periodDays(period: string): PeriodDays {
  const [year = 0, month = 0] = period.split('-').map(Number);
  const day = (y: number, zeroBasedMonth: number, d: number) =>
    new Date(Date.UTC(y, zeroBasedMonth, d)).toISOString().slice(0, 10);
  return {
    first: day(year, month - 1, 1),
    last: day(year, month, 0),
    yearStart: day(year, month - MONTHS_OF_A_YEAR, 1),
  };
}
