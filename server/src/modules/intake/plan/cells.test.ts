import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type Cell, type Engine, openEngine } from '../../../platform/engine/index.ts';
import type { ColumnType, FeedColumn, FeedContract } from '../domain/contract.ts';
import { cellReasonOf } from '../domain/reasons.ts';
import { citizenNumber } from '../testing.ts';
import { typedSql } from './typed.ts';

let engine: Engine;
let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'doudi-cells-'));
  engine = await openEngine({ tempDir: dir, memoryMb: 512 });
  await engine.run(
    `create temp table codes as select * from (values ('321324101201', 100), ('321324', 3)) t(code, id)`,
  );
});
after(async () => {
  engine.close();
  await rm(dir, { recursive: true });
});

let files = 0;

/** What each cell of one column becomes: its value, or the reason why it is set aside. */
async function typed(type: ColumnType, cells: string[], options: Partial<FeedColumn> & { strict?: boolean } = {}) {
  const { strict, ...rest } = options;
  const column: FeedColumn = { name: 'x', headers: ['x'], type, required: false, identity: false, ...rest };
  const contract: FeedContract = {
    id: 'trial',
    title: '试验',
    department: '试验',
    scope: 'full',
    lawful_basis: '无',
    kind: 'snapshot',
    key: ['x'],
    absence: 'none',
    frequency: 'month',
    agreed: true,
    freshness: { due_day: 10, valid_months: 1 },
    volume: { per_person: 1, tolerance: 1 },
    file: { format: 'csv' },
    persons: [],
    columns: [column],
    strict_number: strict === true,
    path: '',
  };
  const records = join(dir, `${files++}.csv`);
  await writeFile(records, cells.map((c, i) => `-${i + 1},"${c.replaceAll('"', '""')}"\n`).join(''));
  const sql = typedSql({
    contract,
    positions: new Map([['x', 0]]),
    fields: 1,
    records,
    delimiter: ',',
    divisions: 'codes',
    homes: ['321324'],
    salt: 's',
  });
  const rows = await engine.all(`select * from (${sql}) order by row`);
  return rows.map((r): Cell => (r.issue === null ? (r.v_x ?? null) : `!${cellReasonOf(Number(r.issue))}`));
}

test('dates in the spellings of departments', async () => {
  const cells: [string, Cell][] = [
    ['2026-09-01', '2026-09-01'],
    ['2026/9/1', '2026-09-01'],
    ['2026.9.1', '2026-09-01'],
    ['20260901', '2026-09-01'],
    ['2026年9月1日', '2026-09-01'],
    ['２０２６－０９－０１', '2026-09-01'],
    [" '2026-09-01 ", '2026-09-01'],
    ['2026-09-01 00:00:00', '2026-09-01'],
    ['46266', '2026-09-01'],
    ['46266.5', '2026-09-01'],
    ['', null],
    ['　', null],
    ['-', null],
    ['长期', '9999-12-31'],
    ['2024-02-29', '2024-02-29'],
    ['2026-02-30', '!date-invalid'],
    ['2026/13/1', '!date-invalid'],
    ['20260230', '!date-invalid'],
    ['1900-01-01', '!date-placeholder'],
    ['1900/1/0', '!date-invalid'],
    ['1', '!date-placeholder'],
    ['2026', '!date-form'],
    ['九月', '!date-form'],
    ['26-9-1', '!date-form'],
  ];
  assert.deepEqual(
    await typed(
      'date',
      cells.map(([c]) => c),
    ),
    cells.map(([, v]) => v),
  );
});

test('money becomes fen exactly or is set aside', async () => {
  const cells: [string, Cell][] = [
    ['1234.50', 123450n],
    ['1234.5', 123450n],
    ['1234', 123400n],
    ['1,234.50', 123450n],
    ['￥1，234.50元', 123450n],
    ['０.01', 1n],
    ['-3.20', -320n],
    ['610.5000', 61050n],
    ['9999999999999.99', 999999999999999n],
    ['', null],
    ['1.005', '!money-precision'],
    ['0.001', '!money-precision'],
    ['1,23', '!money-form'],
    ['1e3', '!money-form'],
    ['约100', '!money-form'],
    ['1.2万', '!money-form'],
    ['99999999999999999', '!money-form'],
    ['1.2.3', '!money-form'],
  ];
  assert.deepEqual(
    await typed(
      'money',
      cells.map(([c]) => c),
    ),
    cells.map(([, v]) => v),
  );
  const fen = fc.sample(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), { numRuns: 400, seed: 5 });
  const yuan = fen.map((f) => {
    const digits = String(f < 0n ? -f : f).padStart(3, '0');
    return `${f < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  });
  assert.deepEqual(await typed('money', yuan), fen);
});

test('codes, months, whole numbers, areas', async () => {
  const codes = { 男: 'male', '1': 'male', 女: 'female', M: 'male' };
  assert.deepEqual(await typed('code', ['男', ' 男', '１', 'm', '女　', '', '不详'], { codes }), [
    'male',
    'male',
    'male',
    'male',
    'female',
    null,
    '!code-unknown',
  ]);
  assert.deepEqual(await typed('month', ['2026-09', '202609', '2026年9月', '2026/9', '2026-09-30', '2026-13', '9月']), [
    '2026-09',
    '2026-09',
    '2026-09',
    '2026-09',
    '2026-09',
    '!month-form',
    '!month-form',
  ]);
  assert.deepEqual(await typed('integer', ['12', '１２', '12.0', '12.5', 'x']), [
    12n,
    12n,
    12n,
    '!integer-form',
    '!integer-form',
  ]);
  assert.deepEqual(await typed('area', ['88.5', '3.25亩', '100㎡', '1.234']), [
    8850n,
    325n,
    10000n,
    '!number-precision',
  ]);
  assert.deepEqual(await typed('rate', ['50%', '33.33', '５０％']), [5000n, 3333n, 5000n]);
});

test('names and texts lose odd blanks only', async () => {
  assert.deepEqual(await typed('name', ['张 三', '　李四 ', '阿依古丽•买买提', 'John  Smith', "'王五"]), [
    '张三',
    '李四',
    '阿依古丽·买买提',
    'John Smith',
    '王五',
  ]);
  assert.deepEqual(await typed('text', ['某公司（普通合伙）', ' Ａ１\u00a0厂 ', '']), [
    '某公司（普通合伙）',
    'A1 厂',
    null,
  ]);
});

test('citizen numbers: folded, upgraded, kept when wrong, set aside where the contract is strict', async () => {
  const good = citizenNumber('321324', '19700101', 17);
  const fifteen = `${good.slice(0, 6)}${good.slice(8, 17)}`;
  const wide = good.replace(/\d/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)).toLowerCase();
  const bad = good.slice(0, 17) + (good.endsWith('1') ? '2' : '1');
  const cells = [
    good,
    good.toLowerCase(),
    wide,
    ` '${good.slice(0, 6)} ${good.slice(6)}`,
    fifteen,
    bad,
    '3.21E+17',
    '',
  ];
  assert.deepEqual(await typed('citizen_number', cells), [good, good, good, good, good, bad, null, null]);
  const required = await typed('citizen_number', cells, { required: true });
  assert.deepEqual(required.slice(5), [bad, '!citizen-form', '!missing']);
  const strict = await typed('citizen_number', cells, { required: true, strict: true });
  assert.deepEqual(strict.slice(4), [good, '!citizen-check', '!citizen-form', '!missing']);
  const impossible = citizenNumber('321324', '19700230', 17);
  assert.deepEqual(await typed('citizen_number', [impossible], { strict: true }), ['!citizen-check']);
});

test('a citizen number holds exactly when its check character and birth date do', async () => {
  const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2026-01-01'), noInvalidDate: true });
  const made = fc.sample(
    fc
      .tuple(days, fc.nat(999))
      .map(([d, n]) => citizenNumber('321324', d.toISOString().slice(0, 10).replaceAll('-', ''), n)),
    { numRuns: 200, seed: 6 },
  );
  assert.deepEqual(await typed('citizen_number', made, { strict: true }), made);
  // Any other check character must fail.
  const broken = made.map(
    (n) => n.slice(0, 17) + '0123456789X'.charAt(('0123456789X'.indexOf(n.charAt(17)) + 1 + (Number(n[16]) % 10)) % 11),
  );
  assert.deepEqual(new Set(await typed('citizen_number', broken, { strict: true })), new Set(['!citizen-check']));
});

test('divisions: known codes, padded codes, codes of elsewhere and mistakes', async () => {
  assert.deepEqual(
    await typed('division', ['321324101201', ' 321324101201 ', '321324', '320826101201', '321324999999', '32132']),
    [100, 100, 3, null, '!division-unknown', '!division-unknown'],
  );
});
