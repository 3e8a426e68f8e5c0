import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learn, type PatternCount, posterior } from './expectation.ts';

/** Expected counts of all patterns of independent comparisons, in a world of known m, u and λ. */
function world(m: number[][], u: number[][], lambda: number, pairs: number): PatternCount[] {
  let patterns: { levels: number[]; m: number; u: number }[] = [{ levels: [], m: 1, u: 1 }];
  for (const [k, row] of m.entries())
    patterns = patterns.flatMap((p) =>
      row.map((x, i) => ({ levels: [...p.levels, i + 1], m: p.m * x, u: p.u * (u[k]?.[i] ?? 0) })),
    );
  return patterns.map((p) => ({ levels: p.levels, n: pairs * (lambda * p.m + (1 - lambda) * p.u) }));
}

const M = [
  [0.9, 0.06, 0.04],
  [0.8, 0.15, 0.05],
  [0.95, 0.05],
  [0.7, 0.3],
];
const U = [
  [0.001, 0.01, 0.989],
  [0.0005, 0.02, 0.9795],
  [0.5, 0.5],
  [0.002, 0.998],
];
const START = [
  [0.8, 0.1, 0.1],
  [0.8, 0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.1],
];

test('expectation maximisation recovers the m, u and λ that made the pairs', () => {
  const lambda = 0.0002;
  const pairs = 1e8;
  const all = U.map((row, k) => row.map((x, i) => lambda * (M[k]?.[i] ?? 0) + (1 - lambda) * x));
  const learnt = learn({ patterns: world(M, U, lambda, pairs), all, kinships: [], pairs, most: 1e5, start: START });
  assert.ok(Math.abs(learnt.lambda / lambda - 1) < 0.02, `λ ${learnt.lambda}`);
  for (const [k, row] of M.entries())
    for (const [i, x] of row.entries()) {
      assert.ok(Math.abs((learnt.m[k]?.[i] ?? 0) - x) < 0.01, `m ${k} ${i}: ${learnt.m[k]?.[i]} for ${x}`);
      assert.ok(Math.abs((learnt.u[k]?.[i] ?? 0) / (U[k]?.[i] ?? 1) - 1) < 0.05, `u ${k} ${i}: ${learnt.u[k]?.[i]}`);
    }
});

test('a level that was never seen denies nothing', () => {
  const learnt = learn({
    patterns: [
      { levels: [1, 1], n: 500 },
      { levels: [3, 3], n: 1e6 },
    ],
    all: [
      [0.001, 0.01, 0.989],
      [0.001, 0.01, 0.989],
    ],
    kinships: [],
    pairs: 1e6,
    most: 1000,
    start: START.slice(0, 2),
  });
  assert.ok(learnt.m.every((row) => row.every((p) => p > 0)));
});

test('two people of one household are not one person, though everything that a household shares agrees', () => {
  const m = [
    [0.9, 0.1],
    [0.9, 0.1],
    [0.9, 0.1],
  ];
  const u = [
    [1e-5, 1 - 1e-5],
    [1e-5, 1 - 1e-5],
    [1e-5, 1 - 1e-5],
  ];
  // name and birth differ, the address is the same
  const relatives = [{ id: 'address', share: 1e-5, levels: [[0.001, 0.999], [0.001, 0.999], null] }];
  assert.ok(posterior([2, 2, 1], m, u, relatives, 1e-4) < 0.05);
  assert.ok(posterior([1, 1, 1], m, u, relatives, 1e-4) > 0.99);
});
