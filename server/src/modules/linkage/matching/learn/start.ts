import type { Comparison } from '../compare/comparison.ts';
import type { Distribution } from './expectation.ts';

/**
 * Where expectation maximisation starts: true pairs mostly agree, and slips are rarer the further they go. Only the start,
 * and the little that keeps a level that was never seen from denying everything.
 */
export function startOf(comparison: Comparison): Distribution {
  const n = comparison.levels.length;
  if (n === 1) return [0.9, 0.1];
  const weights = comparison.levels.map((_, i) => (i === 0 ? 0.85 : 0.1 * 0.6 ** (i - 1) * 0.4));
  const rest = 0.04;
  const total = weights.reduce((a, b) => a + b, 0) + rest;
  return [...weights, rest].map((w) => w / total);
}
