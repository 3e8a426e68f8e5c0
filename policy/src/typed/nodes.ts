import type { Comparison } from '../expression/ast.ts';
import { lcm } from './exact.ts';
import type { Node, NumberType, ValueType } from './ir.ts';

/** A node known to be a number. */
export type NumberNode = Node & { type: NumberType };

export function isNumber(node: Node): node is NumberNode {
  return node.type.kind === 'number';
}

export const truth: ValueType = { kind: 'boolean' };

export function constantNumber(value: bigint, type: Omit<NumberType, 'kind' | 'low' | 'high'>): NumberNode {
  return { op: 'constant', value, type: { kind: 'number', ...type, low: value, high: value } };
}

export function constantBoolean(value: boolean): Node {
  return { op: 'constant', value, type: truth };
}

/** The same number with a larger denominator: n and den are multiplied alike. */
export function withDenominator(node: NumberNode, den: bigint): NumberNode {
  const factor = den / node.type.den;
  if (factor === 1n) return node;
  return timesWhole(node, factor, den);
}

/** Multiplies n by a positive whole number and states the denominator of the result. */
export function timesWhole(node: NumberNode, factor: bigint, den: bigint): NumberNode {
  const type = { ...node.type, den, low: node.type.low * factor, high: node.type.high * factor };
  if (factor === 1n) return { ...node, type } as NumberNode;
  if (node.op === 'constant') return { ...node, value: BigInt(node.value as bigint) * factor, type } as NumberNode;
  const by = constantNumber(factor, { unit: {}, den: 1n });
  return { op: 'multiply', left: node, right: by, type };
}

/** Two numbers on their common denominator. */
export function alignNumbers(a: NumberNode, b: NumberNode): [NumberNode, NumberNode] {
  const den = lcm(a.type.den, b.type.den);
  return [withDenominator(a, den), withDenominator(b, den)];
}

export function addNumbers(op: 'add' | 'subtract', a: NumberNode, b: NumberNode): NumberNode {
  const [left, right] = alignNumbers(a, b);
  const low = op === 'add' ? left.type.low + right.type.low : left.type.low - right.type.high;
  const high = op === 'add' ? left.type.high + right.type.high : left.type.high - right.type.low;
  return { op, left, right, type: { ...left.type, low, high } };
}

export function extremeOf(op: 'max' | 'min', a: NumberNode, b: NumberNode): NumberNode {
  const [left, right] = alignNumbers(a, b);
  const pick = (x: bigint, y: bigint) => ((op === 'max') === x > y ? x : y);
  return {
    op,
    left,
    right,
    type: { ...left.type, low: pick(left.type.low, right.type.low), high: pick(left.type.high, right.type.high) },
  };
}

export function corners(a: NumberType, b: NumberType): { low: bigint; high: bigint } {
  const products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  return {
    low: products.reduce((x, y) => (x < y ? x : y)),
    high: products.reduce((x, y) => (x > y ? x : y)),
  };
}

export function compareNodes(comparison: Comparison, left: Node, right: Node): Node {
  return { op: 'compare', comparison, left, right, type: truth };
}

/** Join of two branch types: enums merge their values, numbers their bounds (denominators must already be equal). */
export function joinTypes(a: ValueType, b: ValueType): ValueType {
  if (a.kind === 'number' && b.kind === 'number') {
    return { ...a, ...hull([a, b]) };
  }
  if (a.kind === 'enum' && b.kind === 'enum') return { kind: 'enum', values: { ...a.values, ...b.values } };
  return a;
}

/** Bounds that hold for all of these numbers. */
export function hull(types: readonly NumberType[]): { low: bigint; high: bigint } {
  let [low, high] = [types[0]?.low ?? 0n, types[0]?.high ?? 0n];
  for (const type of types) {
    if (type.low < low) low = type.low;
    if (type.high > high) high = type.high;
  }
  return { low, high };
}
