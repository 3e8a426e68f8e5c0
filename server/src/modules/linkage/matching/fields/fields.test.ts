import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEngine } from '../../../../platform/engine/index.ts';
import { normaliseName, syllables } from '../../domain/name.ts';
import { slip } from '../compare/comparison.ts';
import { readAddress } from './address.ts';
import { lunarOf, readDate } from './birth.ts';
import { everydayText } from './characters.ts';
import { chineseName } from './chinese-name.ts';
import { packDigits } from './digest.ts';
import { type Field, slotValues } from './field.ts';

test('a date is read from every spelling', () => {
  const spelt = [
    '19650306',
    '1965-3-6',
    '1965年3月6日',
    '65.03.06',
    '1965/03/06 00:00:00',
    '23807',
    '6 Mar 1965',
    '19650306.0',
    '１９６５－０３－０６',
  ];
  for (const text of spelt) assert.deepEqual(readDate(text), { year: 1965, month: 3, day: 6 }, text);
  assert.deepEqual(readDate('6/3/1965', 'dmy'), { year: 1965, month: 3, day: 6 });
  assert.deepEqual(readDate('3/6/1965', 'mdy'), { year: 1965, month: 3, day: 6 });
  assert.deepEqual(readDate('1965'), { year: 1965, month: 0, day: 0 });
  assert.deepEqual(readDate('1965-03'), { year: 1965, month: 3, day: 0 });
  assert.deepEqual(readDate('一九六五年十二月二十一日'), { year: 1965, month: 12, day: 21 });
  // A slip that no calendar has is kept, since it is still one digit from the truth.
  assert.deepEqual(readDate('19650231'), { year: 1965, month: 2, day: 31 });
  assert.equal(readDate('不记得'), null);
});

test('a lunar date is the solar day it names', () => {
  assert.equal(lunarOf(1965, 4, 6), 19650305);
  assert.deepEqual(readDate('农历一九六五年三月初五'), { year: 1965, month: 4, day: 6 });
});

test('an address is read by its levels, whatever of it is left out', () => {
  const whole = readAddress('江苏省宿迁市泗洪县青阳街道花园社区人民路１２号3栋2单元501室');
  assert.deepEqual(whole, { county: '泗洪', town: '青阳', village: '花园', place: '人民路', door: '12-3-2-501' });
  assert.deepEqual(readAddress('泗洪县青阳街道花园社区居委会人民路12号楼'), {
    county: '泗洪',
    town: '青阳',
    village: '花园',
    place: '人民路',
    door: '12',
  });
  const rural = readAddress('双沟镇王庄村三组15号');
  assert.deepEqual(rural, { county: '', town: '双沟', village: '王庄', place: '', door: '3-15' });
});

test('looking characters up gives what normalising the whole text gives', () => {
  for (const text of ['歐陽 鍾秀', '买买提•艾力', '陈　喆', 'Zhang Wei', '𠮷田', 'ＡＢＣ'])
    assert.equal(everydayText(text), normaliseName(text), text);
});

test('a name is prepared with the readings of its surname and of its given name', () => {
  const read = (text: string) => chineseName.dictionary?.read(text, {} as Field) ?? [];
  assert.deepEqual(read('單雄信').slice(1), read('单雄信').slice(1));
  assert.deepEqual(read('张伟').slice(2), read('张玮').slice(2));
  assert.notEqual(read('张伟')[1], read('张玮')[1]);
  assert.equal(read('买买提·艾力')[10], syllables('买买提艾力').join(' '));
  assert.equal(chineseName.dictionary?.read('·', {} as Field), null);
});

test('a cell holds several values, and what says nothing is none', () => {
  const field = { separators: ';、' } as Field;
  assert.deepEqual(slotValues(field, '13800000001; 、13900000002'), ['13800000001', '13900000002', null]);
  assert.deepEqual(slotValues({ separators: '' } as Field, ' 不详 '), [null]);
});

test('one wrong digit and one exchange of neighbours are slips, two wrong digits are none', async () => {
  const engine = await openEngine({ tempDir: '/tmp', threads: 1 });
  try {
    const tell = async (a: string, b: string) => {
      const [row] = await engine.all<{ s: boolean }>(
        `SELECT ${slip('a', 'b')} AS s FROM (SELECT ${packDigits(a)}::BIGINT AS a, ${packDigits(b)}::BIGINT AS b)`,
      );
      return row?.s;
    };
    assert.equal(await tell('19650306', '19650806'), true);
    assert.equal(await tell('19650306', '19560306'), true);
    assert.equal(await tell('13812345678', '13812354678'), true);
    assert.equal(await tell('19650306', '19650306'), false);
    assert.equal(await tell('19650306', '19750307'), false);
    assert.equal(await tell('12345678', '21435678'), false);
  } finally {
    engine.close();
  }
});
