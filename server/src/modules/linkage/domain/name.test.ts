import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverName, initialsOf, namesAgree, normaliseName, soundOf, surnameOf, syllables } from './name.ts';

test('width, blanks, dots, traditional and variant characters do not make another name', () => {
  assert.equal(normaliseName('歐陽 鍾秀'), '欧阳钟秀');
  assert.equal(normaliseName('欧阳锺秀'), '欧阳钟秀');
  assert.equal(normaliseName('买买提•艾力'), normaliseName('买买提·艾力'));
  assert.equal(normaliseName('陈　喆'), '陈哲');
});

test('surnames are read as surnames', () => {
  assert.deepEqual(syllables('单雄信'), ['shan', 'xiong', 'xin']);
  assert.deepEqual(syllables('仇英'), ['qiu', 'ying']);
  assert.deepEqual(syllables('查良镛'), ['zha', 'liang', 'yong']);
  assert.deepEqual(syllables('令狐冲'), ['ling', 'hu', 'chong']);
  assert.equal(soundOf('曾国藩'), 'zengguofan');
  assert.equal(initialsOf('欧阳修'), 'oyx');
  assert.equal(surnameOf('欧阳修'), '欧阳');
});

test('names agree by text, by sound, or not', () => {
  assert.equal(namesAgree('張偉', '张伟'), 'exact');
  assert.equal(namesAgree('张玮', '张伟'), 'sound');
  assert.equal(namesAgree('张伟', '张军'), 'none');
  assert.equal(namesAgree('', '张伟'), 'none');
});

test('a covered name shows the surname alone', () => {
  assert.equal(coverName('王小明'), '王××');
  assert.equal(coverName('欧阳修'), '欧阳×');
  assert.equal(coverName('王'), '王×');
});
