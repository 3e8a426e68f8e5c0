import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Column } from './contract.ts';
import { readContracts } from './contract.ts';
import { generate } from './generate.ts';
import { isCitizenNumber, isCreditCode } from './numbers.ts';
import { rowsOf } from './readback.ts';

const PACKS = fileURLToPath(new URL('../../packs', import.meta.url));
const contracts = readContracts(PACKS);
const root = mkdtempSync(join(tmpdir(), 'doudi-synth-'));
const options = { division: '321324', persons: 2000, months: 2, end: '2026-10', packs: PACKS };

before(() => {
  generate({ ...options, seed: 21, out: join(root, 'a') });
});
after(() => rmSync(root, { recursive: true, force: true }));

function hashes(dir: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(dir.length)] = createHash('sha256').update(readFileSync(path)).digest('hex');
  }
  return found;
}

function isRight(column: Column, text: string): boolean {
  if (text === '') return !column.required;
  switch (column.type) {
    case 'citizen_number':
      return isCitizenNumber(text);
    case 'credit_code':
      return isCreditCode(text);
    case 'code':
      return [...column.spellings.values()].flat().includes(text);
    case 'date':
      return (
        /^(19[2-9]\d|20[0-3]\d)-\d\d-\d\d$/.test(text) &&
        !text.startsWith('2026-02-3') &&
        text !== '2026-09-31' &&
        !text.startsWith('2026-13')
      );
    case 'month':
      return /^\d{4}-\d\d$/.test(text);
    case 'money':
    case 'area':
    case 'rate':
    case 'integer':
      return /^\d+(\.\d{1,2})?$/.test(text);
    case 'division':
      return /^\d{12}$/.test(text);
    case 'phone':
      return /^1\d{10}$/.test(text);
    case 'disability_certificate':
      return /^\d{17}[\dX][1-7][1-4](B\d)?$/.test(text);
    default:
      return true;
  }
}

test('the same arguments give the same bytes, another seed gives others', () => {
  generate({ ...options, seed: 21, out: join(root, 'b') });
  generate({ ...options, seed: 22, out: join(root, 'c') });
  const [a, b, c] = ['a', 'b', 'c'].map((name) => hashes(join(root, name)));
  assert.deepEqual(a, b);
  assert.notEqual(a?.['/deliveries/2026-09/population.csv'], c?.['/deliveries/2026-09/population.csv']);
  assert.notEqual(a?.['/deliveries/2026-09/disability.xlsx'], c?.['/deliveries/2026-09/disability.xlsx']);
});

test('every file conforms to its contract but for the faults reported', async () => {
  const { files, notDelivered } = JSON.parse(readFileSync(join(root, 'a/truth/faults.json'), 'utf8')) as {
    files: { feed: string; period: string; records: number; faults: Record<string, number> }[];
    notDelivered: { feed: string; period: string }[];
  };
  assert.equal(files.length + notDelivered.length, contracts.size * 2);
  let wrong = 0;
  for (const file of files) {
    const contract = contracts.get(file.feed);
    assert.ok(contract !== undefined);
    const [header = [], ...rows] = await rowsOf(
      join(root, 'a/deliveries', file.period, `${file.feed}.${contract.format}`),
      contract,
    );
    assert.equal(rows.length, file.records, file.feed);
    for (const [i, column] of contract.columns.entries()) {
      assert.ok(column.headers.includes(header[i] ?? ''), `${file.feed}: ${header[i]}`);
    }
    const bad = rows.filter(
      (r) => r.length !== contract.columns.length || contract.columns.some((c, i) => !isRight(c, r[i] ?? '')),
    );
    const injected = Object.values(file.faults).reduce((n, x) => n + x, 0);
    assert.ok(
      bad.length <= injected,
      `${file.period} ${file.feed}: ${bad.length} bad rows, ${injected} faults; ${bad[0]?.join()}`,
    );
    wrong += bad.length;
  }
  assert.ok(wrong > 50, `faults were injected (${wrong})`);
});

test('every row of truth and of decoys names a head who stands in a population file', async () => {
  const contract = contracts.get('population');
  assert.ok(contract !== undefined);
  const rows = await rowsOf(join(root, 'a/deliveries/2026-09/population.csv'), contract);
  const heads = new Set(rows.filter((r) => r[5] === '户主').map((r) => r[0]));
  const truth = readFileSync(join(root, 'a/truth/truth.csv'), 'utf8').trim().split('\n').slice(1);
  const decoys = readFileSync(join(root, 'a/truth/decoys.csv'), 'utf8').trim().split('\n').slice(1);
  assert.ok(truth.length > 100 && decoys.length > 60);
  for (const line of truth) assert.ok(heads.has(line.split(',')[1] ?? ''), line.slice(0, 8));
  for (const line of decoys) assert.ok(heads.has(line.split(',')[0] ?? ''), 'decoy');
});

test('rows of planted families are never lost to a fault', () => {
  const lines = readFileSync(join(root, 'a/truth/persons.csv'), 'utf8').trim().split('\n').slice(1);
  const lost = new Set(['date-wrong', 'code-unknown', 'conflict', 'short-row', 'long-row']);
  const damaged = new Set(lines.filter((l) => lost.has(l.split(',')[4] ?? '')).map((l) => l.split(',')[3]));
  assert.ok(damaged.size > 10);
  for (const name of ['truth', 'decoys']) {
    const at = name === 'truth' ? 1 : 0;
    for (const line of readFileSync(join(root, 'a/truth', `${name}.csv`), 'utf8')
      .trim()
      .split('\n')
      .slice(1)) {
      assert.ok(!damaged.has(line.split(',')[at]), name);
    }
  }
});
