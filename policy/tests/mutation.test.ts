import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkPacks,
  compilePolicies,
  type Family,
  formatLocatedError,
  inputsOf,
  knownNone,
  type Pack,
  type PackFile,
  readPacks,
  testPolicies,
} from '../src/index.ts';
import { repositoryPacks } from './pack-files.ts';
import { randomFamilies, seeded } from './random-families.ts';

/** 300 in the nightly run; fewer while working, because each reads all files anew. */
const broken = Number(process.env.DOUDI_BROKEN_FILES ?? (process.env.DOUDI_NIGHTLY ? 300 : 45));

/** Ways in which an author's hand slips. Each gives another text, or undefined when the file has no place for it. */
const slips: Record<string, (text: string, random: () => number) => string | undefined> = {
  truncated: (text, random) => text.slice(0, Math.floor(text.length * (0.2 + random() * 0.75))),
  'key misspelt': (text, random) =>
    swapAt(
      text,
      /\b(formula|conditions|variables|title|when|type|unit|values|define|scope)(?=:)/g,
      random,
      (w) => `${w.slice(0, -1)}z`,
    ),
  'name misspelt': (text, random) =>
    swapAt(
      text,
      /\b(household_income|standard|property_ok|margin_total|certificate_valid|on_subsistence|years_old)\b(?!:)/g,
      random,
      (w) => w.replace(/[aeiou]/, 'q'),
    ),
  'wrong unit': (text, random) => swapAt(text, /unit: (yuan[a-z0-9/]*|person|year)/g, random, () => 'unit: m2/day'),
  'unknown unit': (text, random) => swapAt(text, /unit: [a-z0-9/]+/g, random, () => 'unit: furlong'),
  'operator lost': (text, random) => swapAt(text, /( (?:and|or) | [<>]=? | \+ )/g, random, () => ' '),
  'parenthesis lost': (text, random) => swapAt(text, /[()]/g, random, () => ''),
  cyclic: (text, random) => swapAt(text, /^ {4}formula: /gm, random, (w) => `${w}household_size * 0 + `),
  'bad date': (text, random) => swapAt(text, /\d{4}-\d{2}-\d{2}/g, random, () => '2026-02-30'),
  'bad number': (text, random) => swapAt(text, /value: [\d.]+%?/g, random, () => 'value: 12,5x'),
  'too many digits': (text, random) => swapAt(text, /value: [\d]+\.\d\d\b/g, random, (w) => `${w}001`),
  'twice the same': (text, random) => swapAt(text, / {2}- \{ (?:id|code): [^\n]+\n/g, random, (w) => w + w),
  overlapping: (text, random) =>
    swapAt(text, / {8}- \[[^\n]+\]\n/g, random, (w) => w + w.replace(/, [^,\n]+\]\n$/, ", '1']\n")),
  'limit turned': (text, random) =>
    swapAt(text, / (<|>=|<=|>) (?=[a-z0-9])/g, random, (w) => (w.includes('<') ? ' > ' : ' < ')),
  'value of another unit': (text, random) => swapAt(text, /type: (money|rate|count)/g, random, () => 'type: boolean'),
  'quote open': (text, random) => swapAt(text, /'[^'\n]*'/g, random, (w) => w.slice(0, -1)),
  tab: (text, random) => swapAt(text, /^ {4}/gm, random, () => '\t'),
  'rule of two types': (text, random) =>
    swapAt(text, /^ {4}formula: .*$/gm, random, (w) => w.replace('formula: ', 'formula: true + ')),
};

function swapAt(
  text: string,
  pattern: RegExp,
  random: () => number,
  change: (word: string) => string,
): string | undefined {
  const hits = [...text.matchAll(pattern)];
  const hit = hits[Math.floor(random() * hits.length)];
  if (!hit) return undefined;
  return text.slice(0, hit.index) + change(hit[0]) + text.slice(hit.index + hit[0].length);
}

const core = /^(national|32-jiangsu|321324-sihong|321324-sihong-demo)\//;

test(`${broken} broken files give located errors, no crash, no other decision`, async () => {
  const files = repositoryPacks((path) => core.test(path));
  const rules = files.filter((f) => !f.path.endsWith('cases.yaml'));
  const random = seeded(20261122);
  const sound = readPacks(files);
  const families = [plain(sound.packs), ...randomFamilies(sound.packs, ['321324'], 40, 20261122)];
  const decided = (packs: readonly Pack[]): string => {
    const { evaluate } = compilePolicies(packs, { month: '2026-10', everything: true });
    return JSON.stringify(
      families.map((f) => evaluate(f).decisions),
      (_, v: unknown) => (typeof v === 'bigint' ? `${v}` : v),
    );
  };
  const right = decided(sound.packs);
  const names = Object.keys(slips);
  const silent: string[] = [];
  let done = 0;
  let unharmed = 0;
  let byCases = 0;
  for (let attempt = 0; done < broken && attempt < broken * 5; attempt++) {
    const name = names[attempt % names.length] ?? '';
    const file = rules[Math.floor(random() * rules.length)];
    const text = file && slips[name]?.(file.text, random);
    if (!file || text === undefined || text === file.text) continue;
    done++;
    const changed: PackFile[] = files.map((f) => (f === file ? { path: f.path, text } : f));
    const read = readPacks(changed);
    const errors = [...read.errors, ...(read.errors.length > 0 ? [] : checkPacks(read.packs, { months: ['2026-10'] }))];
    for (const error of errors) {
      assert.ok(
        error.file !== '' && error.line >= 1 && error.column >= 1,
        `${name}: ${formatLocatedError(error)} has no place`,
      );
      assert.ok(error.message !== '' && error.cure !== '', `${name}: an error without message or cure`);
    }
    if (errors.length > 0) continue;
    // No error: the slip changed nothing that is decided (a sentence, a date in a citation, a value unused here), or a
    // file that is whole in form says something else, and then the cases beside the rules tell, at their line.
    if (decided(read.packs) === right) unharmed++;
    else if ((await testPolicies(read.packs)).failed.some((f) => f.line >= 1)) byCases++;
    else silent.push(`${name} in ${file.path}`);
  }
  assert.equal(done, broken);
  assert.deepEqual(silent, []);
  assert.ok(unharmed + byCases < broken / 3, `${unharmed} without effect and ${byCases} seen by cases alone`);
});

/** A poor family of one whose facts are all known. */
function plain(packs: readonly Pack[]): Family {
  const none = (entity: 'household' | 'person') =>
    Object.fromEntries([...inputsOf(packs, entity).values()].map((i) => [i.name, knownNone(i)]));
  return {
    id: 'plain',
    division: '321324',
    household: { ...none('household'), income_declared: true, declared_other_income: 30000n },
    persons: [{ id: '1', facts: { ...none('person'), birth_date: 3652 } }],
  };
}
