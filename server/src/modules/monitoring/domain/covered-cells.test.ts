import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverCells } from './covered-cells.ts';

const column = (
  name: string,
  header: string,
  type: 'text' | 'name' | 'citizen_number' | 'phone' | 'address' | 'money',
) => ({
  name,
  headers: [header],
  type,
  required: false,
  identity: type !== 'money' && type !== 'text',
});
const contract = {
  columns: [
    column('name', '姓名', 'name'),
    column('number', '身份证号', 'citizen_number'),
    column('phone', '电话', 'phone'),
    column('address', '住址', 'address'),
    column('self_pay', '个人自付', 'money'),
    { ...column('plate', '号牌', 'text'), identity: true },
  ],
};
const cover = (headers: string[], cells: string[]) => coverCells(contract, { headers, cells }).map((c) => c.value);

test('who somebody is, is covered; what was paid is not', () => {
  assert.deepEqual(
    cover(
      ['姓名', ' 身份证号', '电话', '住址', '个人自付', '号牌'],
      ['王小明', '321324199001011234', '13812345678', '双沟镇罗岗村三组12号', '１２０.50', '苏N12345'],
    ),
    ['王××', '321324********1234', '138****5678', '双沟镇罗岗村＊＊＊', '１２０.50', '＊＊＊'],
  );
});

test('a column without contract is covered whole, and so is a value too short to show its ends', () => {
  assert.deepEqual(cover(['备注', '身份证号', '电话'], ['王小明之女', '3213', '']), ['＊＊＊', '＊＊＊', '']);
});

test('no digit between the ends is left, whatever the length', () => {
  for (const number of [
    '321324900101123',
    '321324199001011234',
    '３２１３２４１９９００１０１１２３４',
    "'321324199001011234",
  ]) {
    const [shown = ''] = cover(['身份证号'], [number]);
    assert.ok(!shown.includes('1990') && !shown.includes('900101'), shown);
  }
});
