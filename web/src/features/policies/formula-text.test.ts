import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readableFormula } from './formula-text.ts';

const titles: Record<string, string> = {
  household_income: '家庭月收入',
  'subsistence.standard': '低保标准',
  supplement: '分类施保金',
};
const read = (text: string) => readableFormula(text, (name) => titles[name]);

test('names stand by their titles, words and signs as an official writes them', () => {
  assert.equal(
    read('if household_income <= subsistence.standard * 1[person] then sum(members, supplement) else 0'),
    '如果 家庭月收入 ≤ 低保标准 × 1人 那么 合计(成员, 分类施保金) 否则 0',
  );
  assert.equal(read('round(household_income / 2, 2, half_up)'), '取整(家庭月收入 ÷ 2, 2, 四舍五入)');
});

test('codes and units are said in words where they have but one meaning', () => {
  const of = (code: string) => ({ prison: '监狱服刑' })[code];
  assert.equal(
    readableFormula("custody = 'prison' or custody = 'x'", () => undefined, of),
    "custody = “监狱服刑” 或 custody = 'x'",
  );
  assert.equal(read('20[yuan/person/month]'), '20元/人/月');
});

test('what is not known, and a formula with a fault in it, keeps every character', () => {
  assert.equal(read('zzz + 1'), 'zzz + 1');
  assert.equal(read('household_income + ('), '家庭月收入 + (');
  assert.equal(read("custody = 'prison'"), "custody = 'prison'");
});
