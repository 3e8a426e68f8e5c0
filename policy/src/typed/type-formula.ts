import type { Ast } from '../expression/ast.ts';
import { nearestName } from '../source/located.ts';
import { gcd, parseDate, parseDecimal } from './exact.ts';
import type { Entity, Node, ValueType } from './ir.ts';
import {
  addNumbers,
  alignNumbers,
  compareNodes,
  constantBoolean,
  constantNumber,
  corners,
  isNumber,
  joinTypes,
  type NumberNode,
  timesWhole,
  truth,
} from './nodes.ts';
import { compareRatios, dividedBy, isRatio, type Ratio, ratioTimes, ratioUnit } from './ratios.ts';
import { typeCall } from './type-calls.ts';
import { fenFactor, formatUnit, multiplyUnits, parseUnit, sameUnit } from './units.ts';

/** A fault of type found while a formula is typed; caught where the formula's file is known. */
export class TypeFault extends Error {
  readonly position: number;
  readonly code: string;
  readonly cure: string;

  constructor(position: number, code: string, message: string, cure: string) {
    super(message);
    this.position = position;
    this.code = code;
    this.cure = cure;
  }
}

/** What a name in a formula stands for. */
export type Meaning =
  | { kind: 'reference'; entity: Entity; name: string; type: ValueType }
  | { kind: 'parameter'; id: string; type: ValueType };

/** What typing needs of its surroundings: names, and a place to put variables that formulas imply. */
export interface Scope {
  entity: Entity;
  /** First and last day of the month for which the plan is made. */
  period: { start: number; end: number };
  lookup(name: string): Meaning | undefined;
  names(): Iterable<string>;
  /** A hidden variable that holds this node; used where a backend needs a value more than once. */
  hold(node: Node, entity: Entity): Node;
  /** A household variable that aggregates `body` over persons or obligors. */
  aggregate(how: 'sum' | 'count' | 'any' | 'all' | 'max', over: Entity, contribution: Node): Node;
  within(entity: Entity): Scope;
}

export type Typed = Node | Ratio;

/** Types a formula whose value is an ordinary one (not an open quotient). */
export function typeValue(ast: Ast, scope: Scope, expected?: ValueType): Node {
  const typed = typeAst(ast, scope, expected);
  if (isRatio(typed)) {
    throw new TypeFault(ast.from, 'inexact', '除法会丢失位数', '请写 round(…, 位数, 方式)，或直接与另一数比较');
  }
  return typed;
}

export function typeBoolean(ast: Ast, scope: Scope): Node {
  const node = typeValue(ast, scope);
  if (node.type.kind !== 'boolean') {
    throw new TypeFault(ast.from, 'type', `此处应为是非，现为${kindName(node.type)}`, '请写比较或条件');
  }
  return node;
}

export function typeNumber(ast: Ast, scope: Scope): NumberNode {
  const node = typeValue(ast, scope);
  if (!isNumber(node)) throw new TypeFault(ast.from, 'type', `此处应为数，现为${kindName(node.type)}`, '请写数或金额');
  return node;
}

export function kindName(type: ValueType): string {
  switch (type.kind) {
    case 'boolean':
      return '是非';
    case 'date':
      return '日期';
    case 'enum':
      return '代码';
    case 'number':
      return `数（${formatUnit(type.unit, 'zh')}）`;
  }
}

/** Keeps a value that will be used more than once: leaves stay, anything else goes into a hidden variable. */
export function leaf(node: Node, scope: Scope): Node {
  if (node.op === 'constant' || node.op === 'reference' || node.op === 'parameter') return node;
  return scope.hold(node, scope.entity);
}

/** A bare literal 0 fits every unit. */
export function matchZero(a: NumberNode, b: NumberNode): [NumberNode, NumberNode] {
  const zero = (n: NumberNode) => n.op === 'constant' && n.value === 0n && Object.keys(n.type.unit).length === 0;
  if (zero(a) && !zero(b)) return [constantNumber(0n, { unit: b.type.unit, den: 1n }), b];
  if (zero(b) && !zero(a)) return [a, constantNumber(0n, { unit: a.type.unit, den: 1n })];
  return [a, b];
}

export function requireSameUnit(at: Ast, a: NumberNode, b: NumberNode, what: string): void {
  if (sameUnit(a.type.unit, b.type.unit)) return;
  const [x, y] = [formatUnit(a.type.unit, 'zh'), formatUnit(b.type.unit, 'zh')];
  throw new TypeFault(
    at.from,
    'unit',
    `${what}的单位不同：${x} 与 ${y}`,
    '请乘以人数、换算周期（per_month、per_year）或改单位',
  );
}

export function typeAst(ast: Ast, scope: Scope, expected?: ValueType): Typed {
  switch (ast.kind) {
    case 'number':
      return literal(ast);
    case 'date': {
      const days = parseDate(ast.text);
      if (days === undefined) throw new TypeFault(ast.from, 'bad-date', `没有“${ast.text}”这一天`, '请核对日期');
      return { op: 'constant', value: days, type: { kind: 'date' } };
    }
    case 'boolean':
      return constantBoolean(ast.value);
    case 'string':
      return enumLiteral(ast, expected);
    case 'name':
      return named(ast, scope, expected);
    case 'not':
      return { op: 'not', operand: typeBoolean(ast.operand, scope), type: truth };
    case 'and':
    case 'or':
      return { op: ast.kind, left: typeBoolean(ast.left, scope), right: typeBoolean(ast.right, scope), type: truth };
    case 'negation': {
      const operand = typeNumber(ast.operand, scope);
      return addNumbers('subtract', constantNumber(0n, { unit: operand.type.unit, den: operand.type.den }), operand);
    }
    case 'arithmetic':
      return arithmetic(ast, scope);
    case 'comparison':
      return comparison(ast, scope);
    case 'range': {
      const operand = typeAst(ast.operand, scope);
      const held = isRatio(operand) ? operand : leaf(operand, scope);
      const low = compareTyped(ast.low, '>=', held, typeAst(ast.low, scope));
      const high = compareTyped(ast.high, ast.open ? '<' : '<=', held, typeAst(ast.high, scope));
      const inside: Node = { op: 'and', left: low, right: high, type: truth };
      return ast.negated ? { op: 'not', operand: inside, type: truth } : inside;
    }
    case 'choices':
      return choices(ast, scope);
    case 'conditional':
      return conditional(ast, scope, expected);
    case 'call':
      return typeCall(ast, scope, expected);
  }
}

function literal(ast: Ast & { kind: 'number' }): Node {
  const unit = ast.unit === undefined ? {} : parseUnit(ast.unit);
  if (!unit)
    throw new TypeFault(ast.from, 'unknown-unit', `不认识的单位“${ast.unit}”`, '例：[yuan/month]、[元/月]、[person]');
  const decimal = parseDecimal(ast.text);
  if (!decimal) throw new TypeFault(ast.from, 'bad-number', `“${ast.text}”不是数`, '请写十进制数');
  let value = decimal.value * fenFactor(unit);
  let den = 10n ** BigInt(decimal.digits);
  while (den > 1n && value % 10n === 0n) {
    value /= 10n;
    den /= 10n;
  }
  return constantNumber(value, { unit, den });
}

function enumLiteral(ast: Ast & { kind: 'string' }, expected: ValueType | undefined): Node {
  if (expected?.kind !== 'enum') {
    throw new TypeFault(ast.from, 'type', `代码“${ast.text}”没有可比的对象`, '代码只能与代码类的量比较');
  }
  const id = Object.hasOwn(expected.values, ast.text)
    ? ast.text
    : Object.entries(expected.values).find(([, title]) => title === ast.text)?.[0];
  if (id === undefined) {
    const near = nearestName(ast.text, Object.entries(expected.values).flat());
    const cure = near ? `是否应为“${near}”` : `可用：${codesOf(expected.values)}`;
    throw new TypeFault(ast.from, 'bad-enum', `没有代码“${ast.text}”`, cure);
  }
  return { op: 'constant', value: id, type: expected };
}

/** A code list as an author may write it: each code with its title. */
function codesOf(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([code, title]) => `${code}（${title}）`)
    .join('、');
}

/** A name; where a code is wanted and nothing has that name, the code itself may be written without quotes. */
function named(ast: Ast & { kind: 'name' }, scope: Scope, expected: ValueType | undefined): Node {
  const meaning = scope.lookup(ast.name);
  if (!meaning) {
    const { start, end } = scope.period;
    const day = { period_start: start, period_end: end, previous_period_end: start - 1 }[ast.name];
    if (day !== undefined) return { op: 'constant', value: day, type: { kind: 'date' } };
    const codes = expected?.kind === 'enum' ? expected.values : {};
    if (Object.hasOwn(codes, ast.name) || Object.values(codes).includes(ast.name))
      return enumLiteral({ ...ast, kind: 'string', text: ast.name }, expected);
    const near = nearestName(ast.name, [...Object.keys(codes), ...scope.names()]);
    throw new TypeFault(
      ast.from,
      'unknown-name',
      `没有“${ast.name}”`,
      near
        ? `是否应为“${near}”`
        : expected?.kind === 'enum'
          ? `可用的代码：${codesOf(codes)}`
          : '请核对名称，或在词汇、参数、变量中定义',
    );
  }
  if (meaning.kind === 'parameter') return { op: 'parameter', id: meaning.id, type: meaning.type };
  if (meaning.entity !== 'household' && meaning.entity !== scope.entity) {
    const collection = meaning.entity === 'person' ? 'members' : 'obligors';
    throw new TypeFault(
      ast.from,
      'entity',
      `“${ast.name}”是${meaning.entity === 'person' ? '个人' : '义务人'}的量，此处是${scope.entity === 'household' ? '家庭' : scope.entity}`,
      `请用 sum、count、any、all(${collection}, …) 汇总`,
    );
  }
  return { op: 'reference', entity: meaning.entity, name: meaning.name, type: meaning.type };
}

function arithmetic(ast: Ast & { kind: 'arithmetic' }, scope: Scope): Typed {
  const a = typeAst(ast.left, scope);
  const b = typeAst(ast.right, scope);
  if (ast.operator === '*') {
    if (isRatio(a) && isRatio(b)) throw new TypeFault(ast.from, 'inexact', '两个商相乘会丢失位数', '请先 round 其一');
    if (isRatio(a)) return ratioTimes(a, numberOf(b, ast.right));
    if (isRatio(b)) return ratioTimes(b, numberOf(a, ast.left));
    return multiply(numberOf(a, ast.left), numberOf(b, ast.right));
  }
  if (ast.operator === '/') return dividedBy(isRatio(a) ? a : numberOf(a, ast.left), numberOf(b, ast.right), ast);
  if (isRatio(a) || isRatio(b)) {
    throw new TypeFault(ast.from, 'inexact', '商不能直接加减', '请先写 round(…, 位数, 方式)');
  }
  if (a.type.kind === 'date' && b.type.kind === 'date' && ast.operator === '-') {
    return {
      op: 'days',
      left: a,
      right: b,
      type: { kind: 'number', unit: { day: 1 }, den: 1n, low: -4_000_000n, high: 4_000_000n },
    };
  }
  const [left, right] = matchZero(numberOf(a, ast.left), numberOf(b, ast.right));
  requireSameUnit(ast, left, right, ast.operator === '+' ? '相加' : '相减');
  return addNumbers(ast.operator === '+' ? 'add' : 'subtract', left, right);
}

function numberOf(typed: Typed, at: Ast): NumberNode {
  if (isRatio(typed)) throw new TypeFault(at.from, 'inexact', '此处的商会丢失位数', '请写 round(…, 位数, 方式)');
  if (!isNumber(typed)) throw new TypeFault(at.from, 'type', `此处应为数，现为${kindName(typed.type)}`, '请写数或金额');
  return typed;
}

export function multiply(left: NumberNode, right: NumberNode): NumberNode {
  const unit = multiplyUnits(left.type.unit, right.type.unit);
  if (right.op === 'constant' && right.type.low > 0n) {
    // A constant factor first cancels against the denominator: 12 × (n/12) is n.
    const common = gcd(right.type.low, left.type.den);
    const scaled = timesWhole(left, right.type.low / common, (left.type.den / common) * right.type.den);
    return { ...scaled, type: { ...scaled.type, unit } } as NumberNode;
  }
  return {
    op: 'multiply',
    left,
    right,
    type: { kind: 'number', unit, den: left.type.den * right.type.den, ...corners(left.type, right.type) },
  };
}

function comparison(ast: Ast & { kind: 'comparison' }, scope: Scope): Node {
  const literalLeft = ast.left.kind === 'string';
  if (literalLeft) {
    const right = typeValue(ast.right, scope);
    return compareTyped(ast, ast.operator, typeValue(ast.left, scope, right.type), right);
  }
  const left = typeAst(ast.left, scope);
  const right = typeAst(ast.right, scope, isRatio(left) ? undefined : left.type);
  return compareTyped(ast, ast.operator, left, right);
}

export function compareTyped(at: Ast, operator: '=' | '!=' | '<' | '<=' | '>' | '>=', a: Typed, b: Typed): Node {
  if (isRatio(a) || isRatio(b)) {
    const [x, y] = [ratioUnit(a), ratioUnit(b)];
    const zero = [a, b].some((t) => !isRatio(t) && t.op === 'constant' && t.value === 0n);
    if (!x || !y) throw new TypeFault(at.from, 'type', '商只能与数比较', '请核对两边');
    if (!zero && !sameUnit(x, y)) {
      throw new TypeFault(
        at.from,
        'unit',
        `比较的单位不同：${formatUnit(x, 'zh')} 与 ${formatUnit(y, 'zh')}`,
        '请核对单位',
      );
    }
    return compareRatios(at, operator, a, b);
  }
  if (isNumber(a) && isNumber(b)) {
    const [p, q] = matchZero(a, b);
    requireSameUnit(at, p, q, '比较');
    return compareNodes(operator, ...alignNumbers(p, q));
  }
  if (a.type.kind !== b.type.kind) {
    throw new TypeFault(at.from, 'type', `不能比较${kindName(a.type)}与${kindName(b.type)}`, '请核对两边');
  }
  if (a.type.kind === 'enum' && b.type.kind === 'enum') {
    const codes = b.type.values;
    if (!Object.keys(a.type.values).some((code) => Object.hasOwn(codes, code)))
      throw new TypeFault(at.from, 'type', '两边的代码表没有相同的代码，永不相等', '请核对两边');
  }
  if (a.type.kind !== 'date' && operator !== '=' && operator !== '!=') {
    throw new TypeFault(at.from, 'type', `${kindName(a.type)}不能比大小`, '请用 = 或 !=');
  }
  return compareNodes(operator, a, b);
}

function choices(ast: Ast & { kind: 'choices' }, scope: Scope): Node {
  const operand = leaf(typeValue(ast.operand, scope), scope);
  let result: Node;
  if (operand.type.kind === 'enum') {
    const type = operand.type;
    const values = ast.choices.map((c) => {
      const choice = typeValue(c, scope, type);
      if (choice.op !== 'constant' || typeof choice.value !== 'string')
        throw new TypeFault(c.from, 'type', '此处应写代码', "例：in ('1', '2')");
      return choice.value;
    });
    result = { op: 'oneOf', operand, values, type: truth };
  } else {
    result = ast.choices
      .map((c) => compareTyped(c, '=', operand, typeAst(c, scope, operand.type)))
      .reduce((left, right) => ({ op: 'or', left, right, type: truth }));
  }
  return ast.negated ? { op: 'not', operand: result, type: truth } : result;
}

function conditional(ast: Ast & { kind: 'conditional' }, scope: Scope, expected: ValueType | undefined): Node {
  const condition = typeBoolean(ast.condition, scope);
  const chosen = typeValue(ast.chosen, scope, expected);
  const otherwise = typeValue(ast.otherwise, scope, expected ?? chosen.type);
  return branch(ast, condition, chosen, otherwise, scope);
}

/** An if whose branches were made of one type. */
export function branch(at: Ast, condition: Node, chosen: Node, otherwise: Node, scope: Scope): Node {
  const [a, b] = sameType(at, chosen, otherwise);
  return {
    op: 'if',
    condition: leaf(condition, scope),
    chosen: leaf(a, scope),
    otherwise: leaf(b, scope),
    type: joinTypes(a.type, b.type),
  };
}

/** Brings two alternative results to one type and denominator. */
export function sameType(at: Ast, a: Node, b: Node): [Node, Node] {
  if (isNumber(a) && isNumber(b)) {
    const [p, q] = matchZero(a, b);
    requireSameUnit(at, p, q, '两个分支');
    return alignNumbers(p, q);
  }
  if (a.type.kind !== b.type.kind) {
    throw new TypeFault(
      at.from,
      'type',
      `两个分支的类型不同：${kindName(a.type)}与${kindName(b.type)}`,
      '请让各分支类型一致',
    );
  }
  return [a, b];
}
