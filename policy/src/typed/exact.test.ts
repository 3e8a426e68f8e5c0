import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  divideRounded,
  formatDate,
  formatScaled,
  parseDate,
  parseDecimal,
  scaleDecimal,
  yearsBetween,
} from './exact.ts';

test('decimals are read from text and written back exactly', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(6), (value, digits) => {
      const decimal = parseDecimal(formatScaled(value, digits));
      assert.ok(decimal);
      assert.equal(scaleDecimal(decimal, digits), value);
    }),
    { seed: 1 },
  );
  assert.equal(parseDecimal('1e3'), undefined);
  assert.equal(parseDecimal('12,5'), undefined);
  assert.deepEqual(parseDecimal('30%'), { value: 30n, digits: 2 });
  assert.equal(scaleDecimal({ value: 12345n, digits: 3 }, 2), undefined);
});

test('rounding follows the DMN cases: ties by mode, both signs', () => {
  const at = (n: bigint, mode: Parameters<typeof divideRounded>[2]) => divideRounded(n, 10n, mode);
  assert.deepEqual([at(25n, 'half_up'), at(-25n, 'half_up'), at(24n, 'half_up')], [3n, -3n, 2n]);
  assert.deepEqual([at(25n, 'half_even'), at(35n, 'half_even'), at(-25n, 'half_even')], [2n, 4n, -2n]);
  assert.deepEqual([at(21n, 'up'), at(-21n, 'up'), at(29n, 'down'), at(-29n, 'down')], [3n, -3n, 2n, -2n]);
  assert.deepEqual([at(21n, 'ceiling'), at(-29n, 'ceiling'), at(29n, 'floor'), at(-21n, 'floor')], [3n, -2n, 2n, -3n]);
});

test('completed years agree with the written dates', () => {
  fc.assert(
    fc.property(fc.integer({ min: -40000, max: 40000 }), fc.integer({ min: -40000, max: 40000 }), (a, b) => {
      const [x, y] = [formatDate(a), formatDate(b)];
      const expected = Number(y.slice(0, 4)) - Number(x.slice(0, 4)) - (y.slice(5) < x.slice(5) ? 1 : 0);
      assert.equal(yearsBetween(a, b), expected);
    }),
    { seed: 2, numRuns: 2000 },
  );
  assert.equal(parseDate('2026-02-30'), undefined);
  assert.equal(yearsBetween(parseDate('2008-02-29') ?? 0, parseDate('2026-02-28') ?? 0), 17);
});
