import type { Ast, Comparison } from '../expression/ast.ts';
import { divideRounded, gcd, type RoundingMode } from './exact.ts';
import type { Node, NumberType } from './ir.ts';
import { alignNumbers, compareNodes, constantNumber, isNumber, type NumberNode, timesWhole } from './nodes.ts';
import { multiply, type Typed, TypeFault } from './type-formula.ts';
import { isMoney, multiplyUnits, type Unit } from './units.ts';

/** An open quotient: it may be compared (by cross-multiplying) or rounded, never stored. */
export interface Ratio {
  op: 'ratio';
  numerator: NumberNode;
  denominator: NumberNode;
}

export function isRatio(typed: Typed): typed is Ratio {
  return typed.op === 'ratio';
}

export function ratioUnit(typed: Typed): Unit | undefined {
  if (isRatio(typed)) return multiplyUnits(typed.numerator.type.unit, typed.denominator.type.unit, -1);
  return isNumber(typed) ? typed.type.unit : undefined;
}

export function ratioTimes(ratio: Ratio, by: NumberNode): Ratio {
  return { ...ratio, numerator: multiply(ratio.numerator, by) };
}

/** a / b: exact at once when b is a constant (the denominator grows), otherwise an open quotient. */
export function dividedBy(a: NumberNode | Ratio, b: NumberNode, at: Ast): Typed {
  if (b.op === 'constant') {
    const n = BigInt(b.value as bigint);
    if (n <= 0n) throw new TypeFault(at.from, 'zero-division', '除数必须大于零', '请核对除数');
    const common = gcd(n, b.type.den);
    const exact = (x: NumberNode): NumberNode => {
      const divided = timesWhole(x, b.type.den / common, x.type.den * (n / common));
      return { ...divided, type: { ...divided.type, unit: multiplyUnits(x.type.unit, b.type.unit, -1) } } as NumberNode;
    };
    return isRatio(a) ? { ...a, numerator: exact(a.numerator) } : exact(a);
  }
  if (isRatio(a)) return { ...a, denominator: multiply(a.denominator, b) };
  return { op: 'ratio', numerator: a, denominator: b };
}

/** a/b ⋈ c/d as a·d ⋈ c·b; both denominators must never be negative. A quotient over 0 counts as beyond every number. */
export function compareRatios(at: Ast, operator: Comparison, a: Typed, b: Typed): Node {
  const [an, ad] = parts(a, at);
  const [bn, bd] = parts(b, at);
  const left = bd ? multiply(an, bd) : an;
  const right = ad ? multiply(bn, ad) : bn;
  return compareNodes(operator, ...alignNumbers(left, right));
}

function parts(typed: Typed, at: Ast): [NumberNode, NumberNode | undefined] {
  if (isRatio(typed)) {
    if (typed.denominator.type.low < 0n) {
      throw new TypeFault(at.from, 'sign', '除数可能为负，无法交叉相乘比较', '请写 max(除数, 0)');
    }
    return [typed.numerator, typed.denominator];
  }
  if (!isNumber(typed)) throw new TypeFault(at.from, 'type', '商只能与数比较', '请核对两边');
  return [typed, undefined];
}

/**
 * round(x, digits, mode): the only place where digits may be lost. Digits count after the point of the written unit
 * (money: 2 = fen, 1 = jiao, 0 = yuan, -1 = tens of yuan).
 */
export function roundTyped(typed: NumberNode | Ratio, digits: number, mode: RoundingMode, at: Ast): NumberNode {
  const unit = ratioUnit(typed) ?? {};
  const fenDigits = isMoney(unit) ? 2 : 0;
  const shift = digits - fenDigits;
  const up = shift > 0 ? 10n ** BigInt(shift) : 1n;
  const down = shift < 0 ? 10n ** BigInt(-shift) : 1n;
  const source = isRatio(typed) ? typed.numerator : typed;
  const divisor = isRatio(typed) ? typed.denominator : undefined;
  if (divisor && divisor.type.low < 1n) {
    throw new TypeFault(at.from, 'zero-division', '除数可能为零', '请写 max(除数, 1[单位]) 或保证除数大于零');
  }
  // n/den over m/dden, times 10^shift: n·dden·up over den·m·down
  const over = (divisor?.type.den ?? 1n) * up;
  const under = source.type.den * down;
  const common = gcd(over, under);
  const numerator = timesWhole(source, over / common, source.type.den);
  const whole = { unit: {}, den: 1n };
  const by = under / common;
  const denominator: NumberNode = divisor ? timesWhole(divisor, by, divisor.type.den) : constantNumber(by, whole);
  const steps = divideBounds(numerator.type, denominator.type, mode);
  const den = shift > 0 ? 10n ** BigInt(shift) : 1n;
  const exact = denominator.op === 'constant' && denominator.value === 1n;
  const type: NumberType = { kind: 'number', unit, den, ...steps };
  const rounded: NumberNode = exact
    ? ({ ...numerator, type } as NumberNode)
    : { op: 'divide', numerator, denominator, mode, type };
  return timesWhole(rounded, shift < 0 ? 10n ** BigInt(-shift) : 1n, den);
}

function divideBounds(n: NumberType, d: NumberType, mode: RoundingMode): { low: bigint; high: bigint } {
  const all = [n.low, n.high].flatMap((x) => [d.low, d.high].map((y) => divideRounded(x, y, mode)));
  return { low: all.reduce((a, b) => (a < b ? a : b)), high: all.reduce((a, b) => (a > b ? a : b)) };
}
