import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  birthOf,
  checkCharacter,
  isValidNumber,
  normaliseNumber,
  repairsOf,
  sexOf,
  upgrade15,
} from './citizen-number.ts';

const numbers = fc
  .record({
    area: fc.constantFrom('321324', '321323', '110101', '650102'),
    day: fc.date({ min: new Date('1920-01-01'), max: new Date('2026-10-31'), noInvalidDate: true }),
    order: fc.integer({ min: 1, max: 999 }),
  })
  .map(({ area, day, order }) => {
    const first17 = `${area}${day.toISOString().slice(0, 10).replaceAll('-', '')}${String(order).padStart(3, '0')}`;
    return first17 + checkCharacter(first17);
  });

test('the example of GB 11643-1999 has the check character that the standard prints', () => {
  assert.equal(checkCharacter('11010519491231002'), 'X');
  assert.equal(isValidNumber('11010519491231002X'), true);
  assert.equal(birthOf('11010519491231002X'), '1949-12-31');
  assert.equal(sexOf('11010519491231002X'), 'female');
});

test('a number is read through full width, blanks, apostrophes and a small x', () => {
  assert.equal(normaliseNumber('’１１０１０５ 19491231 002ｘ'), '11010519491231002X');
  assert.equal(normaliseNumber("'11010519491231002x"), '11010519491231002X');
  assert.equal(normaliseNumber('  '), null);
  assert.equal(normaliseNumber(null), null);
});

test('15 digits become the 18 of the same person', () => {
  const upgraded = normaliseNumber('110105491231002');
  assert.equal(upgraded, '11010519491231002X');
  assert.equal(upgrade15('110105491231002'), upgraded);
});

test('a date that no calendar has is no valid number, whatever its check character', () => {
  const first17 = '32132419990230001';
  assert.equal(isValidNumber(first17 + checkCharacter(first17)), false);
});

test('one substituted digit or one swap of neighbours is always among the repairs, and every repair is valid', () => {
  fc.assert(
    fc.property(
      numbers,
      fc.integer({ min: 0, max: 16 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (good, at, by, swap) => {
        const digit = String((Number(good[at]) + by) % 10);
        const wrong = swap
          ? `${good.slice(0, at)}${good[at + 1]}${good[at]}${good.slice(at + 2)}`
          : `${good.slice(0, at)}${digit}${good.slice(at + 1)}`;
        fc.pre(wrong !== good);
        assert.equal(isValidNumber(wrong), false, 'MOD 11-2 sees every single slip');
        const repairs = repairsOf(wrong);
        assert.ok(repairs.includes(good));
        assert.ok(repairs.every(isValidNumber));
        assert.ok(repairs.length <= 40);
      },
    ),
    { seed: 20261122, numRuns: 500 },
  );
});

test('what is not 18 characters of a number has no repairs', () => {
  for (const text of ['', '1101051949123100', '11010519491231002XX', '1101051949123100甲乙'])
    assert.deepEqual(repairsOf(text), []);
});
