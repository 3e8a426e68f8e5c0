import days from 'chinese-days';
import { packDigits } from './digest.ts';
import type { Field, Preparation } from './field.ts';

/**
 * A birth date in any spelling. y, md (month×100+day, 0 when unknown), ymd (packed decimal, 4 bits a digit, so that a wrong
 * digit is one differing nibble), lunar (the same day in the lunar calendar, packed; NULL where there is none).
 */
export const birthDate: Preparation = {
  dictionary: {
    columns: [
      ['y', 'SMALLINT'],
      ['md', 'SMALLINT'],
      ['ymd', 'BIGINT'],
      ['lunar', 'BIGINT'],
    ],
    read(text, field) {
      const read = readDate(text, field.dateOrder);
      if (!read) return null;
      const { year, month, day } = read;
      const md = month * 100 + day;
      const lunar = lunarOf(year, month, day);
      return [year, md, packDigits(String(year * 10000 + md)), lunar === null ? null : packDigits(String(lunar))];
    },
  },
  columns: (of) => ({ y: of('y'), md: of('md'), ymd: of('ymd'), lunar: of('lunar') }),
};

export interface ReadDate {
  year: number;
  /** 0 when unknown, as is the day. */
  month: number;
  day: number;
}

const DIGITS: Record<string, string> = {
  〇: '0',
  零: '0',
  '○': '0',
  一: '1',
  二: '2',
  三: '3',
  四: '4',
  五: '5',
  六: '6',
  七: '7',
  八: '8',
  九: '9',
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Reads a date as people and systems write it: 19650306, 1965-3-6, 1965年3月6日, 65.03.06, 6/3/1965, 6 Mar 1965, 农历一九六五年二月初四,
 * 24172 (spreadsheet serial), 1965-03, 1965. A day that no calendar has (19650231) is kept: it is somebody's slip.
 * @returns null when there is no year in it
 */
export function readDate(raw: string, order: Field['dateOrder'] = 'ymd'): ReadDate | null {
  let text = raw.normalize('NFKC').trim().toLowerCase();
  const lunar = /农历|阴历|旧历|lunar/.test(text);
  text = text.replace(/农历|阴历|旧历|阳历|公历|lunar/g, '').trim();
  if (/[〇零○一二三四五六七八九十正冬腊初廿]/.test(text)) text = fromChinese(text);
  const plain = text.replace(/[t ]\d{1,2}:\d{2}.*$/, '').trim();
  const date = digitsOnly(plain) ?? parts(plain, order);
  if (!date) return null;
  return lunar && date.month > 0 && date.day > 0 ? solarOf(date) : date;
}

function digitsOnly(text: string): ReadDate | null {
  if (!/^\d+(\.0)?$/.test(text)) return null;
  const digits = text.replace(/\.0$/, '');
  const at = (from: number, length: number) => Number(digits.slice(from, from + length));
  switch (digits.length) {
    case 8:
      return dated(at(0, 4), at(4, 2), at(6, 2)) ?? dated(at(4, 4), at(2, 2), at(0, 2));
    case 6:
      return /^(19|20)/.test(digits) && at(4, 2) <= 12
        ? dated(at(0, 4), at(4, 2), 0)
        : dated(century(at(0, 2)), at(2, 2), at(4, 2));
    case 5:
      return fromSerial(Number(digits));
    case 4:
      return dated(at(0, 4), 0, 0);
    default:
      return null;
  }
}

function parts(text: string, order: Field['dateOrder']): ReadDate | null {
  const named = text.match(/[a-z]{3,}/)?.[0];
  const month = named ? MONTHS.indexOf(named.slice(0, 3)) + 1 : 0;
  const found = text.match(/\d+/g)?.map(Number) ?? [];
  if (named) {
    if (month === 0 || found.length < 1) return null;
    const year = found.find((n) => n > 31) ?? found.at(-1) ?? 0;
    const day = found.find((n) => n !== year && n <= 31) ?? 0;
    return dated(year < 100 ? century(year) : year, month, day);
  }
  const [a = 0, b = 0, c = 0] = found;
  if (found.length < 2) return found.length === 1 && a > 1000 ? dated(a, 0, 0) : null;
  if (a > 31 || order === 'ymd') {
    if (found.length === 3 && a <= 31 && c > 31) return dated(c < 100 ? century(c) : c, b, a);
    return dated(a < 100 ? century(a) : a, b, c);
  }
  if (found.length === 2) return dated(b, a, 0);
  const year = c < 100 ? century(c) : c;
  const [day, monthOf] = (order === 'dmy' || a > 12) && b <= 12 ? [a, b] : [b, a];
  return dated(year, monthOf, day);
}

const dated = (year: number, month: number, day: number): ReadDate | null =>
  year >= 1800 && year <= 2199 && month <= 39 && day <= 99 ? { year, month, day } : null;

/** Two digits of a year: nobody born in 1931 or later is taken for somebody of the next century. */
const century = (year: number): number => (year > 30 ? 1900 + year : 2000 + year);

/** Days since 1899-12-30, as spreadsheets store dates. */
function fromSerial(serial: number): ReadDate | null {
  const date = new Date(Date.UTC(1899, 11, 30) + serial * 86_400_000);
  return dated(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
}

function fromChinese(text: string): string {
  return text
    .replace(/正月/, '1月')
    .replace(/冬月/, '11月')
    .replace(/腊月/, '12月')
    .replace(/初/, '')
    .replace(/廿([一二三四五六七八九])/, '二十$1')
    .replace(/廿/, '20')
    .replace(/([二三])?十([一二三四五六七八九])?/g, (_, tens: string, ones: string) =>
      String(Number(DIGITS[tens] ?? '1') * 10 + Number(DIGITS[ones] ?? '0')),
    )
    .replace(/[〇零○一二三四五六七八九]/g, (c) => DIGITS[c] ?? c);
}

const iso = (d: ReadDate): string => `${d.year}-${String(d.month).padStart(2, '0')}-${String(d.day).padStart(2, '0')}`;

const FIRST_LUNAR = 1901;
const LAST_LUNAR = 2099;

/** The lunar digits (year×10000+month×100+day) of a solar day, or null outside 1901–2099. */
export function lunarOf(year: number, month: number, day: number): number | null {
  if (year < FIRST_LUNAR || year > LAST_LUNAR || !exists(year, month, day)) return null;
  const lunar = days.getLunarDate(iso({ year, month, day }));
  return lunar.lunarYear * 10000 + lunar.lunarMon * 100 + lunar.lunarDay;
}

function solarOf(date: ReadDate): ReadDate {
  if (date.year < FIRST_LUNAR || date.year > LAST_LUNAR || date.month > 12 || date.day > 30) return date;
  const solar = days.getSolarDateFromLunar(iso(date)).date;
  const [year, month, day] = solar.split('-').map(Number);
  return year && month && day ? { year, month, day } : date;
}

function exists(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
