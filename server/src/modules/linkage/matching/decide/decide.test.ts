import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { averageLink } from './clusters.ts';
import { assign } from './hungarian.ts';
import { chooseOneToOne } from './one-to-one.ts';

/** The best sum of any assignment, by trying all. */
function best(worth: readonly (readonly number[])[], row = 0, taken = new Set<number>()): number {
  if (row === worth.length) return 0;
  let most = best(worth, row + 1, taken);
  for (const [j, w] of (worth[row] ?? []).entries())
    if (!taken.has(j)) most = Math.max(most, w + best(worth, row + 1, new Set([...taken, j])));
  return most;
}

test('the assignment has the greatest sum that any has', () => {
  const matrix = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([n, m]) =>
    fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: m, maxLength: m }), {
      minLength: n,
      maxLength: n,
    }),
  );
  fc.assert(
    fc.property(matrix, (worth) => {
      const columns = assign(worth);
      const used = columns.filter((j) => j >= 0);
      assert.equal(new Set(used).size, used.length);
      const sum = columns.reduce((a, j, i) => a + (j >= 0 ? (worth[i]?.[j] ?? 0) : 0), 0);
      assert.equal(sum, best(worth));
    }),
    { seed: 4, numRuns: 300 },
  );
});

test('one-to-one gives each record once, and equal rivals share the probability', () => {
  const twins = chooseOneToOne([
    { l: 1, r: 1, bits: 10 },
    { l: 1, r: 2, bits: 10 },
  ]);
  assert.equal(twins.length, 1);
  assert.ok(Math.abs((twins[0]?.probability ?? 0) - 0.5) < 0.01);
  assert.equal(twins[0]?.gap, 0);
});

test('a rival that is surely somebody else’s takes nothing away', () => {
  const chosen = chooseOneToOne([
    { l: 1, r: 1, bits: 40 },
    { l: 1, r: 2, bits: 20 },
    { l: 2, r: 2, bits: 18 },
  ]);
  assert.deepEqual(
    chosen.map(({ l, r }) => [l, r]),
    [
      [1, 1],
      [2, 2],
    ],
  );
  assert.ok(chosen.every((c) => c.probability > 0.99));
});

test('a household of rivals is solved as a whole, not greedily', () => {
  const chosen = chooseOneToOne([
    { l: 1, r: 1, bits: 10 },
    { l: 1, r: 2, bits: 9 },
    { l: 2, r: 1, bits: 9 },
    { l: 2, r: 2, bits: 1 },
  ]);
  assert.deepEqual(new Set(chosen.map(({ l, r }) => `${l}${r}`)), new Set(['12', '21']));
});

test('average link does not join two groups over one pair', () => {
  const groups = averageLink(
    [1, 2, 3, 4],
    [
      { a: 1, b: 2, bits: 10 },
      { a: 3, b: 4, bits: 10 },
      { a: 2, b: 3, bits: 2 },
      { a: 1, b: 3, bits: -9 },
      { a: 1, b: 4, bits: -9 },
      { a: 2, b: 4, bits: -9 },
    ],
    0,
  );
  assert.deepEqual(groups, [
    [1, 2],
    [3, 4],
  ]);
});
