import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { day } from './calendar.ts';
import {
  bankAccount,
  certificateNumber,
  checkDigit,
  creditCode,
  isCitizenNumber,
  isCreditCode,
  NumberIssuer,
} from './numbers.ts';
import { random } from './random.ts';

test('the check digit agrees with published numbers', () => {
  assert.equal(checkDigit('11010519491231002'), 'X');
  assert.equal(checkDigit('44052418800101001'), '4');
  assert.equal(isCitizenNumber('11010519491231002X'), true);
  assert.equal(isCitizenNumber('110105194912310021'), false);
  assert.equal(isCitizenNumber('11010519490231002X'), false);
});

test('issued numbers are valid, of the right sex, and never repeat', () => {
  const issuer = new NumberIssuer();
  const birth = day(1968, 10, 3);
  const men = Array.from({ length: 500 }, () => issuer.issue('321324', birth, 'male'));
  const women = Array.from({ length: 500 }, () => issuer.issue('321324', birth, 'female'));
  assert.equal(new Set([...men, ...women]).size, 1000);
  for (const n of men) assert.ok(isCitizenNumber(n) && Number(n[16]) % 2 === 1);
  for (const n of women) assert.ok(isCitizenNumber(n) && Number(n[16]) % 2 === 0);
  assert.throws(() => issuer.issue('321324', birth, 'male'), RangeError);
});

test('one wrong digit always breaks the check', () => {
  const issuer = new NumberIssuer();
  const number = issuer.issue('321324', day(1975, 5, 17), 'female');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (at, by) => {
      const digit = (Number(number.charAt(at)) + by) % 10;
      return !isCitizenNumber(number.slice(0, at) + String(digit) + number.slice(at + 1));
    }),
    { seed: 7, numRuns: 150 },
  );
});

test('credit codes, accounts and certificates have the forms of their standards', () => {
  const rng = random('codes');
  for (let k = 0; k < 50; k++) {
    const code = creditCode(rng, '91', '321324');
    assert.ok(isCreditCode(code), code);
    const account = bankAccount(rng);
    assert.equal(account.length, 19);
    let sum = 0;
    for (let i = 0; i < 19; i++) {
      const digit = Number(account.charAt(18 - i)) * (i % 2 === 0 ? 1 : 2);
      sum += digit > 9 ? digit - 9 : digit;
    }
    assert.equal(sum % 10, 0);
  }
  assert.equal(certificateNumber('11010519491231002X', 'mental', 2), '11010519491231002X62');
  assert.equal(certificateNumber('11010519491231002X', 'mental', 2, 1), '11010519491231002X62B1');
});
