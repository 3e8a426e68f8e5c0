import { closeSync, openSync, writeSync } from 'node:fs';
import { citizenNumber } from '../../server/src/modules/intake/testing.ts';

const HEADER = '结算编号,证件号码,姓名,结算日期,就诊类型,总费用,个人自付\n';
const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗';
const GIVEN = '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂';

/** Writes a UTF-8 file of medical settlements with rows all good and all different, the same for the same number of rows. */
export function writeSettlements(path: string, rows: number): void {
  let state = 12345;
  const upTo = (n: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 4294967296) * n);
  };
  const two = (n: number) => String(n).padStart(2, '0');
  const file = openSync(path, 'wx', 0o600);
  let text = HEADER;
  for (let i = 0; i < rows; i++) {
    const total = upTo(5_000_000);
    const number = citizenNumber('321324', `${1930 + upTo(90)}${two(1 + upTo(12))}${two(1 + upTo(28))}`, upTo(1000));
    const name = `${SURNAMES[upTo(20)]}${GIVEN[upTo(23)]}${upTo(3) > 0 ? GIVEN[upTo(23)] : ''}`;
    const date = `2026-${two(1 + upTo(12))}-${two(1 + upTo(28))}`;
    const kind = upTo(4) > 0 ? '门诊' : '住院';
    text += `S${i},${number},${name},${date},${kind},${(total / 100).toFixed(2)},${(upTo(total + 1) / 100).toFixed(2)}\n`;
    if (text.length < 1 << 20) continue;
    writeSync(file, text);
    text = '';
  }
  writeSync(file, text);
  closeSync(file);
}
