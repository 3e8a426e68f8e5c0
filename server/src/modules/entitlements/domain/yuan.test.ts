import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { yuan } from './yuan.ts';

test('fen become yuan exactly', () => {
  assert.deepEqual([0n, 5n, 61000n, -1n, -12345n].map(yuan), ['0.00', '0.05', '610.00', '-0.01', '-123.45']);
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (fen) => {
      assert.match(yuan(fen), /^-?\d+\.\d{2}$/);
      assert.equal(BigInt(yuan(fen).replace('.', '')), fen);
    }),
    { seed: 7 },
  );
});
