/** The month `months` after (before when negative) a period 'YYYY-MM'. */
export function addMonths(period: string, months: number): string {
  const [year, month] = period.split('-').map(Number) as [number, number];
  const total = year * 12 + (month - 1) + months;
  return `${Math.floor(total / 12)}-${String((total % 12) + 1).padStart(2, '0')}`;
}

/** The civil date by which the file of a period is due: that day of the following month. */
export const dueDate = (period: string, day: number): string =>
  `${addMonths(period, 1)}-${String(day).padStart(2, '0')}`;
