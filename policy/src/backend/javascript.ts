import type { CompiledPolicies } from '../compile.ts';
import { divideRounded, monthsBetween, type RoundingMode, yearsBetween } from '../typed/exact.ts';
import { isSafe, type Node, type ValueType } from '../typed/ir.ts';
import type { Slots } from './slots.ts';

/** A value while running: null is unknown. Whole numbers are plain where bounds allow, BigInt elsewhere. */
export type Value = number | bigint | boolean | string | null;
export type Row = Value[];
/** Computes a node from the household's row, the current person's (or obligor's, or household's) row and parameters. */
export type Step = (household: Row, own: Row, parameters: Row) => Value;

/**
 * Makes closures from typed nodes; no source text is generated, so it also runs where `eval` is forbidden. Unknown
 * values follow strong Kleene logic: `and`, `or` and `if` are known when the known parts decide, all else is strict.
 */
export function nodeStep(node: Node, rules: CompiledPolicies, slots: Slots): Step {
  const make = (n: Node): Step => nodeStep(n, rules, slots);
  switch (node.op) {
    case 'constant': {
      const value = represent(node.value, node.type);
      return () => value;
    }
    case 'parameter': {
      const slot = slotOf(slots.parameters, node.id);
      const big = !isSafe(node.type);
      return (_h, _o, p) => fit(p[slot] ?? null, big);
    }
    case 'reference': {
      const slot = slotOf(slots.rows[node.entity], node.name);
      return node.entity === 'household' ? (h) => h[slot] ?? null : (_h, o) => o[slot] ?? null;
    }
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'max':
    case 'min':
      return arithmeticStep(node.op, node, make);
    case 'compare':
      return compareStep(node, make);
    case 'not': {
      const operand = make(node.operand);
      return (h, o, p) => {
        const v = operand(h, o, p);
        return v === null ? null : !v;
      };
    }
    case 'and':
    case 'or': {
      const [left, right, decisive] = [make(node.left), make(node.right), node.op === 'or'];
      return (h, o, p) => {
        const a = left(h, o, p);
        if (a === decisive) return decisive;
        const b = right(h, o, p);
        if (b === decisive) return decisive;
        return a === null || b === null ? null : !decisive;
      };
    }
    case 'oneOf': {
      const operand = make(node.operand);
      const values = new Set<Value>(node.values);
      return (h, o, p) => {
        const v = operand(h, o, p);
        return v === null ? null : values.has(v);
      };
    }
    case 'if': {
      const condition = make(node.condition);
      const chosen = fitted(node.chosen, node.type, make);
      const otherwise = fitted(node.otherwise, node.type, make);
      return (h, o, p) => {
        const c = condition(h, o, p);
        if (c === true) return chosen(h, o, p);
        if (c === false) return otherwise(h, o, p);
        const a = chosen(h, o, p);
        return a !== null && a === otherwise(h, o, p) ? a : null;
      };
    }
    case 'divide':
      return divideStep(node, make);
    case 'years':
    case 'months':
    case 'days': {
      const [left, right] = [make(node.left), make(node.right)];
      const between = { years: yearsBetween, months: monthsBetween, days: (a: number, b: number) => a - b }[node.op];
      return (h, o, p) => {
        const a = left(h, o, p);
        const b = right(h, o, p);
        if (a === null || b === null) return null;
        return between(Number(a), Number(b));
      };
    }
  }
}

export function slotOf(map: ReadonlyMap<string, number>, name: string): number {
  const slot = map.get(name);
  if (slot === undefined) throw new RangeError(`no slot for ${name}`);
  return slot;
}

/** The form in which a whole number of this type is kept. */
export function represent(value: Value | bigint, type: ValueType): Value {
  if (type.kind !== 'number' || value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  return fit(value, !isSafe(type));
}

export function fit(value: Value, big: boolean): Value {
  if (big) return typeof value === 'number' ? BigInt(value) : value;
  return typeof value === 'bigint' ? Number(value) : value;
}

/** A step whose result has the form of `type`, which may be wider than the node's own. */
export function fitted(node: Node, type: ValueType, make: (node: Node) => Step): Step {
  const step = make(node);
  if (node.type.kind !== 'number' || isSafe(node.type) === isSafe(type)) return step;
  const big = !isSafe(type);
  return (h, o, p) => fit(step(h, o, p), big);
}

function arithmeticStep(
  op: 'add' | 'subtract' | 'multiply' | 'max' | 'min',
  node: Node & { left: Node; right: Node },
  make: (node: Node) => Step,
): Step {
  const bothSafe = isSafe(node.type) && isSafe(node.left.type) && isSafe(node.right.type);
  const left = make(node.left);
  const right = make(node.right);
  if (bothSafe) {
    const on =
      (combine: (a: number, b: number) => number): Step =>
      (h, o, p) => {
        const a = left(h, o, p);
        if (a === null) return null;
        const b = right(h, o, p);
        return b === null ? null : combine(a as number, b as number);
      };
    if (op === 'add') return on((a, b) => a + b);
    if (op === 'subtract') return on((a, b) => a - b);
    if (op === 'multiply') return on((a, b) => a * b);
    return op === 'max' ? on((a, b) => (a >= b ? a : b)) : on((a, b) => (a <= b ? a : b));
  }
  const big = !isSafe(node.type);
  const combine = (a: bigint, b: bigint): bigint => {
    if (op === 'add') return a + b;
    if (op === 'subtract') return a - b;
    if (op === 'multiply') return a * b;
    return (op === 'max') === a >= b ? a : b;
  };
  return (h, o, p) => {
    const a = left(h, o, p);
    const b = right(h, o, p);
    return a === null || b === null ? null : fit(combine(BigInt(a), BigInt(b)), big);
  };
}

function compareStep(node: Node & { op: 'compare' }, make: (node: Node) => Step): Step {
  const mixed = isSafe(node.left.type) !== isSafe(node.right.type);
  const widen = (n: Node): Step => {
    const step = make(n);
    return mixed && n.type.kind === 'number' ? (h, o, p) => fit(step(h, o, p), true) : step;
  };
  const left = widen(node.left);
  const right = widen(node.right);
  const on =
    (holds: (a: never, b: never) => boolean): Step =>
    (h, o, p) => {
      const a = left(h, o, p);
      if (a === null) return null;
      const b = right(h, o, p);
      return b === null ? null : holds(a as never, b as never);
    };
  switch (node.comparison) {
    case '=':
      return on((a, b) => a === b);
    case '!=':
      return on((a, b) => a !== b);
    case '<':
      return on((a, b) => a < b);
    case '<=':
      return on((a, b) => a <= b);
    case '>':
      return on((a, b) => a > b);
    case '>=':
      return on((a, b) => a >= b);
  }
}

function divideStep(node: Node & { op: 'divide' }, make: (node: Node) => Step): Step {
  const numerator = make(node.numerator);
  const denominator = make(node.denominator);
  const big = !isSafe(node.type);
  const mode: RoundingMode = node.mode;
  if (isSafe(node.numerator.type) && isSafe(node.denominator.type)) {
    return (h, o, p) => {
      const n = numerator(h, o, p);
      const d = denominator(h, o, p);
      return n === null || d === null ? null : divideSafe(n as number, d as number, mode);
    };
  }
  return (h, o, p) => {
    const n = numerator(h, o, p);
    const d = denominator(h, o, p);
    return n === null || d === null ? null : fit(divideRounded(BigInt(n), BigInt(d), mode), big);
  };
}

/** As `divideRounded` on safe integers; n − n%d is exact, so the quotient is too. */
function divideSafe(n: number, d: number, mode: RoundingMode): number {
  const remainder = n % d;
  const quotient = (n - remainder) / d;
  if (remainder === 0) return quotient + 0;
  const sign = n < 0 ? -1 : 1;
  const rest = d - Math.abs(remainder);
  switch (mode) {
    case 'down':
      return quotient + 0;
    case 'up':
      return quotient + sign;
    case 'floor':
      return n < 0 ? quotient - 1 : quotient;
    case 'ceiling':
      return n > 0 ? quotient + 1 : quotient + 0;
    case 'half_up':
      return Math.abs(remainder) >= rest ? quotient + sign : quotient + 0;
    case 'half_even': {
      const over = Math.abs(remainder) - rest;
      return over > 0 || (over === 0 && quotient % 2 !== 0) ? quotient + sign : quotient + 0;
    }
  }
}
