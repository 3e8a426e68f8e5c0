import { usage } from './errors.ts';

/** The time by which the product decides; civil dates are Asia/Shanghai (UTC+8, no summer time since 1991). */
export interface Clock {
  now(): Date;
  /** Today as 'YYYY-MM-DD' in Asia/Shanghai. */
  today(): string;
}

const SHANGHAI_OFFSET_MS = 8 * 60 * 60 * 1000;

/** The civil date 'YYYY-MM-DD' in Asia/Shanghai of an instant. */
export function civilDate(at: Date): string {
  return new Date(at.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);
}

export const systemClock: Clock = {
  now: () => new Date(),
  today: () => civilDate(new Date()),
};

/**
 * A clock that stands still.
 * @param at 'YYYY-MM-DD' (nine in the morning in Shanghai) or an ISO date-time.
 */
export function fixedClock(at: string): Clock {
  const text = /^\d{4}-\d{2}-\d{2}$/.test(at) ? `${at}T09:00:00+08:00` : at;
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) {
    throw usage('clock-invalid', `--now 不是日期：${at}`, '请写成 2026-11-03 或 2026-11-03T09:00:00+08:00');
  }
  return { now: () => new Date(instant), today: () => civilDate(instant) };
}
