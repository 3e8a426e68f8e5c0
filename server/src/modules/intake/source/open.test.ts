import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { system } from '../../../platform/database/index.ts';
import { openRow } from '../index.ts';
import { citizenNumber, type IntakeBed, openIntakeBed } from '../testing.ts';
import { sheetOf, workbookOf, zipOf } from '../testing-files.ts';

let it: IntakeBed;
before(async () => {
  it = await openIntakeBed();
});
after(() => it.close());

const number = (i: number) => citizenNumber('321324', '19700101', i);
const HEADER = ['号牌号码', '所有人证件号', '所有人', '车辆类型', '初次登记日期', '车辆价值(元)', '车辆状态'];
const row = (plate: string, i: number) => [plate, number(i), '张三', '轿车', '2019-03-05', '1', '正常'];
const csv = (rows: string[][], delimiter = ',') => [HEADER, ...rows].map((r) => `${r.join(delimiter)}\n`).join('');
/** GBK bytes of the names used here. */
const GBK = { 一镇: Buffer.from('d2bbd5f2', 'hex'), 二镇: Buffer.from('b6fed5f2', 'hex') };

const quarantine = async (deliveryId: string) =>
  (
    await it.bed.admin.query(
      `select q.row::int, q.line::int, q.reason, s.name from intake.quarantine q
        join lateral (select name from intake.section s where s.delivery_id = q.delivery_id and s.first_row <= q.row
          order by seq desc limit 1) s on true where q.delivery_id = $1 order by q.row`,
      [deliveryId],
    )
  ).rows;

const opened = async (deliveryId: string, n: number) =>
  (await it.bed.db.withActor(system('test'), (tx) => openRow(tx, it.bed.lake, { deliveryId, row: n }))).cells;

test('a zip of tables is one delivery; each row is told by its file, sheet and line', async () => {
  const bad = ['苏N9', number(9), '李四', '火箭', '2019-03-05', '1', '正常'];
  const result = await it.take(
    'vehicle',
    '2026-01',
    zipOf([
      { name: Buffer.concat([GBK.一镇, Buffer.from('/a.csv')]), content: csv([row('苏N1', 1), ['苏N8']]) },
      { name: '__MACOSX/._x.csv', content: 'x' },
      { name: '说明.txt', content: '本月共四份' },
      { name: '封面.pdf', content: '%PDF' },
      { name: Buffer.concat([GBK.二镇, Buffer.from('.csv')]), content: csv([row('苏N2', 2)], ';'), method: 0 },
      {
        name: '三镇.xlsx',
        content: workbookOf({
          甲: sheetOf([['标题'], HEADER, row('苏N3', 3), bad]),
          乙: sheetOf([HEADER, row('苏N4', 4)]),
        }),
        flags: 0x800,
      },
    ]),
    'months.zip',
  );
  assert.deepEqual([result.received, result.accepted, result.quarantined], [6, 4, 2]);
  assert.deepEqual(await quarantine(result.deliveryId), [
    { row: 2, line: 3, reason: 'short-row', name: '一镇/a.csv' },
    { row: 5, line: 4, reason: 'code-unknown', name: '三镇.xlsx › 甲' },
  ]);
  const { rows } = await it.bed.admin.query(`select form, unknown_headers from intake.delivery where id = $1`, [
    result.deliveryId,
  ]);
  assert.deepEqual(rows, [{ form: 'zip', unknown_headers: ['压缩包内：封面.pdf', '压缩包内：说明.txt'] }]);
  const plates = [];
  for (const n of [1, 2, 3, 4, 5, 6]) plates.push((await opened(result.deliveryId, n))[0]);
  assert.deepEqual(plates, ['苏N1', '苏N8', '苏N2', '苏N3', '苏N9', '苏N4']);
});

test('tabs, semicolons and pipes part fields; a pipe inside a character of GB18030 does not', async () => {
  for (const [month, delimiter] of ['\t', ';', '|'].entries()) {
    const text = csv(
      [row('苏N1', 1), ['苏N2', number(2), ' "张,;\t|三" ', '轿车', '2019-03-05', '1', '正常']],
      delimiter,
    );
    const result = await it.take('vehicle', `2025-0${month + 1}`, text);
    assert.deepEqual([result.accepted + result.unchanged, result.quarantined], [2, 0], delimiter);
    assert.equal((await opened(result.deliveryId, 2))[2], '张,;\t|三');
  }
  // 0x8c7c is one character (寍) whose second byte is the pipe's.
  const encoded = Buffer.concat([
    Buffer.from('bbf0bbafb1e0bac57cc9edb7ddd6a4bac57cd0d5c3fb7cbbf0bbafc8d5c6da0a', 'hex'),
    Buffer.from(`C1|${number(1)}|`),
    Buffer.from('8c7cd5c5', 'hex'),
    Buffer.from('|2026-09-02\n'),
  ]);
  const result = await it.take('deaths-cremation', '2025-01', encoded);
  assert.deepEqual([result.received, result.accepted], [1, 1]);
  assert.equal((await opened(result.deliveryId, 1))[2], '寍张');
});

test('a header blanked by nobody: rows refused at the end of a sheet leave the next one whole', async () => {
  const header = ['公民身份号码', '姓名', '性别', '出生日期', '户号', '与户主关系', '村居代码', '联系电话', '户口性质'];
  const person = (i: number, village: string) => [
    number(i),
    '张三',
    '男',
    '1970-01-01',
    `h${i}`,
    '户主',
    village,
    '',
    '农业',
  ];
  const result = await it.take(
    'population',
    '2025-01',
    workbookOf({
      甲: sheetOf([header, person(1, '321324101201'), person(2, '320826101201')]),
      乙: sheetOf([header, person(3, '321324101201')]),
    }),
  );
  assert.deepEqual([result.accepted, result.refused], [2, 1]);
  assert.equal((await opened(result.deliveryId, 3))[0], number(3));
  await assert.rejects(opened(result.deliveryId, 2), { code: 'row-refused' });
});

test('what no text can hold is shown as such in names of columns, sheets and packed files', async () => {
  const odd = csv([row('苏N1', 1)])
    .replace('车辆状态\n', '车辆状态,备\0注\n')
    .replace('正常\n', '正常,\n');
  const columns = await it.take('vehicle', '2023-01', odd);
  assert.equal(columns.accepted, 1);
  const packed = await it.take(
    'vehicle',
    '2023-02',
    zipOf([
      { name: 'a\0.csv', content: csv([row('苏N2', 2)]) },
      { name: 'b\x07.pdf', content: 'x' },
    ]),
  );
  assert.equal(packed.accepted, 1);
  const sheet = await it.take('vehicle', '2023-03', workbookOf({ '甲&#0;': sheetOf([HEADER, row('苏N3', 3)]) }));
  assert.equal(sheet.accepted, 1);
  const { rows } = await it.bed.admin.query(
    `select unknown_headers, name from intake.delivery d join intake.section s on s.delivery_id = d.id
      where period like '2023-%' order by period`,
  );
  assert.deepEqual(rows, [
    { unknown_headers: ['备\ufffd注'], name: null },
    { unknown_headers: ['压缩包内：b\ufffd.pdf'], name: 'a\ufffd.csv' },
    { unknown_headers: [], name: '甲\ufffd' },
  ]);
});

test('zips that cannot or must not be read are refused with a cure, and nothing stays', async () => {
  const table = { name: 'a.csv', content: csv([row('苏N1', 1)]) };
  const zeros = Buffer.alloc(66 << 20);
  const cases: [Buffer, string][] = [
    [zipOf([table]).subarray(0, 90), 'zip-damaged'],
    [zipOf([{ ...table, flags: 1 }]), 'zip-encrypted'],
    [zipOf([table, { name: 'b.zip', content: 'x' }]), 'zip-nested'],
    [zipOf([table, { name: 'b.csv', content: zipOf([table]) }]), 'zip-nested'],
    [zipOf([{ ...table, method: 9 }]), 'zip-method'],
    [zipOf([{ name: 'a.csv', content: zeros }]), 'zip-bomb'],
    [zipOf([{ ...table, unpacked: 10 }]), 'zip-damaged'],
    [zipOf([{ ...table, unpacked: 100 << 20 }]), 'zip-bomb'],
    [zipOf([table, { name: 'b.csv', content: 'x,y\n1,2\n' }]), 'header-missing'],
    [zipOf([{ name: 'a.pdf', content: 'x' }]), 'zip-empty'],
    [zipOf([]), 'zip-empty'],
  ];
  for (const [bytes, code] of cases)
    await assert.rejects(it.take('vehicle', '2024-01', bytes), (error: { code?: string; cure?: string }) => {
      assert.equal(error.code, code);
      assert.ok((error.cure ?? '').length > 0);
      return true;
    });
  const { rows } = await it.bed.admin.query(`select 1 from intake.delivery where period = '2024-01'`);
  assert.deepEqual(rows, []);
});
