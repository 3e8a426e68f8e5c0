import type { Ast } from '../expression/ast.ts';
import { nearestName } from '../source/located.ts';
import { type RoundingMode, roundingModes } from './exact.ts';
import type { Entity, Node, ValueType } from './ir.ts';
import { constantBoolean, constantNumber, extremeOf, isNumber, type NumberNode, truth } from './nodes.ts';
import { dividedBy, isRatio, roundTyped } from './ratios.ts';
import {
  branch,
  leaf,
  matchZero,
  multiply,
  requireSameUnit,
  type Scope,
  type Typed,
  TypeFault,
  typeAst,
  typeBoolean,
  typeNumber,
  typeValue,
} from './type-formula.ts';

type Call = Ast & { kind: 'call' };

const spellings: Readonly<Record<string, string>> = {
  合计: 'sum',
  计数: 'count',
  任一: 'any',
  全部: 'all',
  最大: 'max',
  最小: 'min',
  取整: 'round',
  周岁: 'age',
  月数: 'months',
  按月: 'per_month',
  按年: 'per_year',
};
const functions = 'sum count any all max min round age years months per_month per_year'.split(' ');
const modeSpellings: Readonly<Record<string, RoundingMode>> = {
  四舍五入: 'half_up',
  四舍六入: 'half_even',
  进一: 'up',
  舍去: 'down',
};
const collections: Readonly<Record<string, { over: Entity; members: boolean }>> = {
  members: { over: 'person', members: true },
  成员: { over: 'person', members: true },
  persons: { over: 'person', members: false },
  全体人员: { over: 'person', members: false },
  obligors: { over: 'obligor', members: false },
  义务人: { over: 'obligor', members: false },
};
/** The person variable of the national policy `family` that says who belongs to the family assessed. */
export const memberVariable = 'family_member';

export function typeCall(call: Call, scope: Scope, expected?: ValueType): Typed {
  const name = spellings[call.name] ?? call.name;
  const [first] = call.args;
  const collection = first?.kind === 'name' ? collections[first.name] : undefined;
  const collective = ['sum', 'count', 'any', 'all'].includes(name) || (name === 'max' && collection !== undefined);
  if (collective) return aggregate(call, name as 'sum', collection, scope);
  const arity: Readonly<Record<string, [number, number]>> = {
    max: [2, 9],
    min: [2, 9],
    round: [3, 3],
    age: [1, 2],
    years: [2, 2],
    months: [2, 2],
    per_month: [1, 1],
    per_year: [1, 1],
  };
  const range = arity[name];
  if (!range) {
    const near = nearestName(name, functions);
    throw new TypeFault(
      call.from,
      'unknown-function',
      `没有函数“${call.name}”`,
      near ? `是否应为“${near}”` : `可用：${functions.join('、')}`,
    );
  }
  if (call.args.length < range[0] || call.args.length > range[1]) {
    throw new TypeFault(
      call.from,
      'arity',
      `${call.name} 应有 ${range[0] === range[1] ? range[0] : `${range[0]} 至 ${range[1]}`} 个参数`,
      '请核对',
    );
  }
  switch (name) {
    case 'max':
    case 'min':
      return extremes(name, call, scope, expected);
    case 'round':
      return rounded(call, scope);
    case 'per_month':
    case 'per_year':
      return perPeriod(call, name, scope);
    default:
      return elapsed(call, name === 'months' ? 'month' : 'year', scope);
  }
}

function argument(call: Call, index: number): Ast {
  const arg = call.args[index];
  if (!arg) throw new TypeFault(call.to, 'arity', `${call.name} 缺少参数`, '请补全');
  return arg;
}

function aggregate(
  call: Call,
  how: 'sum' | 'count' | 'any' | 'all' | 'max',
  collection: { over: Entity; members: boolean } | undefined,
  scope: Scope,
): Node {
  if (!collection) {
    throw new TypeFault(
      call.from,
      'collection',
      `${call.name} 的第一个参数应为 members、persons 或 obligors`,
      '例：sum(members, wage)',
    );
  }
  if (call.args.length > 2 || (call.args.length < 2 && how !== 'count')) {
    throw new TypeFault(call.from, 'arity', `${call.name} 应有两个参数`, `例：${how}(members, …)`);
  }
  const inner = scope.within(collection.over);
  const bodyAt = call.args[1];
  const member: Node = collection.members ? memberOf(call, inner) : constantBoolean(true);
  const always = !collection.members;
  let contribution: Node;
  if (how === 'sum' || how === 'max') {
    const body = typeNumber(argument(call, 1), inner);
    if (how === 'max' && body.type.low < 0n) {
      throw new TypeFault(call.from, 'sign', '最大值只用于不为负的量', '请用 max(…, 0) 包住');
    }
    const zero = constantNumber(0n, { unit: body.type.unit, den: body.type.den });
    contribution = always ? body : branch(call, member, body, zero, inner);
  } else {
    const body = bodyAt ? typeBoolean(bodyAt, inner) : constantBoolean(true);
    if (how === 'all') {
      contribution = always
        ? body
        : { op: 'or', left: { op: 'not', operand: member, type: truth }, right: body, type: truth };
    } else {
      contribution = always ? body : bodyAt ? { op: 'and', left: member, right: body, type: truth } : member;
    }
  }
  return scope.aggregate(how, collection.over, contribution);
}

function memberOf(call: Call, inner: Scope): Node {
  const meaning = inner.lookup(memberVariable);
  if (meaning?.kind !== 'reference' || meaning.type.kind !== 'boolean') {
    throw new TypeFault(
      call.from,
      'no-family',
      `没有定义“${memberVariable}”（谁是家庭成员）`,
      '请读入国家包的 family 政策，或改用 persons',
    );
  }
  return { op: 'reference', entity: meaning.entity, name: meaning.name, type: meaning.type };
}

function extremes(op: 'max' | 'min', call: Call, scope: Scope, expected?: ValueType): Node {
  const parts = call.args.map((arg) => {
    const node = typeValue(arg, scope, expected);
    if (!isNumber(node)) throw new TypeFault(arg.from, 'type', `${call.name} 只用于数`, '请核对');
    return node;
  });
  const [head, ...rest] = parts;
  if (!head) throw new TypeFault(call.from, 'arity', `${call.name} 缺少参数`, '请补全');
  return rest.reduce<NumberNode>((left, right) => {
    const [a, b] = matchZero(left, right);
    requireSameUnit(call, a, b, call.name);
    return extremeOf(op, leaf(a, scope) as NumberNode, leaf(b, scope) as NumberNode);
  }, head);
}

function rounded(call: Call, scope: Scope): Node {
  const value = typeAst(argument(call, 0), scope);
  const digitsAt = argument(call, 1);
  const modeAt = argument(call, 2);
  const sign = digitsAt.kind === 'negation' ? -1 : 1;
  const literal = digitsAt.kind === 'negation' ? digitsAt.operand : digitsAt;
  const digits = literal.kind === 'number' && literal.unit === undefined ? sign * Number(literal.text) : Number.NaN;
  if (!Number.isInteger(digits) || digits < -4 || digits > 6) {
    throw new TypeFault(digitsAt.from, 'bad-digits', '位数应为 -4 至 6 的整数', '例：round(x, 2, half_up)');
  }
  const name = modeAt.kind === 'name' ? modeAt.name : '';
  const mode = modeSpellings[name] ?? roundingModes.find((m) => m === name);
  if (!mode) {
    throw new TypeFault(
      modeAt.from,
      'bad-mode',
      `不认识的取整方式“${name}”`,
      `可用：${roundingModes.join('、')}、四舍五入、进一、舍去`,
    );
  }
  if (!isRatio(value) && !isNumber(value)) throw new TypeFault(call.from, 'type', 'round 只用于数', '请核对');
  const held = isRatio(value)
    ? {
        ...value,
        numerator: leaf(value.numerator, scope) as NumberNode,
        denominator: leaf(value.denominator, scope) as NumberNode,
      }
    : (leaf(value, scope) as NumberNode);
  return roundTyped(held, digits, mode, call);
}

function perPeriod(call: Call, name: 'per_month' | 'per_year', scope: Scope): Node {
  const value = typeNumber(argument(call, 0), scope);
  const needed = name === 'per_month' ? 'year' : 'month';
  if ((value.type.unit[needed] ?? 0) !== -1) {
    const cure = name === 'per_month' ? '用于 元/年 等按年的量' : '用于 元/月 等按月的量';
    throw new TypeFault(call.from, 'unit', `${call.name} 的单位不对`, cure);
  }
  const twelve = constantNumber(12n, { unit: { month: 1, year: -1 }, den: 1n });
  if (name === 'per_year') return multiply(value, twelve);
  const divided = dividedBy(value, twelve, call);
  return isRatio(divided) ? value : divided;
}

/** Completed years between two dates, or calendar months from the one's month to the other's. */
function elapsed(call: Call, unit: 'year' | 'month', scope: Scope): Node {
  const from = typeValue(argument(call, 0), scope);
  const to: Node =
    call.args.length > 1
      ? typeValue(argument(call, 1), scope)
      : { op: 'constant', value: scope.period.end, type: { kind: 'date' } };
  if (from.type.kind !== 'date' || to.type.kind !== 'date') {
    throw new TypeFault(call.from, 'type', `${call.name} 用于日期`, '例：age(birth_date)');
  }
  const most = unit === 'year' ? 9999n : 120_000n;
  return {
    op: unit === 'year' ? 'years' : 'months',
    left: leaf(from, scope),
    right: leaf(to, scope),
    type: { kind: 'number', unit: { [unit]: 1 }, den: 1n, low: -most, high: most },
  };
}
