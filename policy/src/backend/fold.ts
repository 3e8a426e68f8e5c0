import type { CompiledPolicies } from '../compile.ts';
import type { Definition, Node, Scalar, Variable } from '../typed/ir.ts';

type Constant = Node & { op: 'constant' };

/**
 * The rules with parameters that are the same wherever the run goes written in, and what follows from them worked out: a
 * supplement whose share is nought costs nothing, an exception of a setting nobody uses is gone. Values, and what is missing
 * for a value that is unknown, stay what they were, since every step holds for unknown operands too (`false and unknown` is
 * false; `0 × unknown` stays unknown).
 * @param constants parameter ids with their one value; those not published anywhere are not among them
 */
export function foldRules(rules: CompiledPolicies, constants: ReadonlyMap<string, Scalar>): CompiledPolicies {
  if (constants.size === 0) return rules;
  const known = new Map<string, Constant>();
  const fold = folding(constants, known);
  const variables = rules.variables.map((variable): Variable => {
    const definition = foldDefinition(variable.definition, fold);
    const value = settledValue(definition);
    if (value) known.set(variable.name, value);
    return definition === variable.definition ? variable : { ...variable, definition };
  });
  return { ...rules, variables };
}

function foldDefinition(definition: Definition, fold: (node: Node) => Node): Definition {
  if (definition.kind === 'aggregate') return definition;
  if (definition.kind === 'formula') return { kind: 'formula', node: fold(definition.node) };
  const exceptions = definition.exceptions.map((e) => ({ ...e, when: fold(e.when), value: fold(e.value) }));
  const kept = exceptions.flatMap((e, i) => (isConstant(e.when, false) ? [] : [i]));
  const place = new Map(kept.map((old, now) => [old, now]));
  return {
    kind: 'rules',
    base: fold(definition.base),
    exceptions: exceptions
      .filter((_, i) => place.has(i))
      .map((e) => ({ ...e, outrankedBy: e.outrankedBy.flatMap((other) => place.get(other) ?? []) })),
  };
}

/** The value that a variable has for everybody. */
function settledValue(definition: Definition): Constant | undefined {
  if (definition.kind === 'aggregate') return undefined;
  if (definition.kind === 'formula') return constantOf(definition.node);
  const [only, ...others] = definition.exceptions;
  if (!only) return constantOf(definition.base);
  return others.length === 0 && isConstant(only.when, true) ? constantOf(only.value) : undefined;
}

function folding(constants: ReadonlyMap<string, Scalar>, known: ReadonlyMap<string, Constant>): (node: Node) => Node {
  const fold = (node: Node): Node => {
    switch (node.op) {
      case 'constant':
        return node;
      case 'parameter': {
        const value = constants.get(node.id);
        return value === undefined ? node : { op: 'constant', value, type: node.type };
      }
      case 'reference': {
        const value = known.get(node.name);
        return value === undefined ? node : { ...value, type: node.type };
      }
      case 'and':
      case 'or':
        return foldConnective({ ...node, left: fold(node.left), right: fold(node.right) });
      case 'not': {
        const operand = fold(node.operand);
        return operand.op === 'constant' ? truth(node, operand.value !== true) : { ...node, operand };
      }
      case 'oneOf': {
        const operand = fold(node.operand);
        return operand.op === 'constant'
          ? truth(node, node.values.includes(String(operand.value)))
          : { ...node, operand };
      }
      case 'if': {
        const [condition, chosen, otherwise] = [fold(node.condition), fold(node.chosen), fold(node.otherwise)];
        if (condition.op === 'constant') return condition.value === true ? chosen : otherwise;
        const same = chosen.op === 'constant' && otherwise.op === 'constant' && equal(chosen.value, otherwise.value);
        return same ? chosen : { ...node, condition, chosen, otherwise };
      }
      case 'divide':
        return { ...node, numerator: fold(node.numerator), denominator: fold(node.denominator) };
      default: {
        const [left, right] = [fold(node.left), fold(node.right)];
        const value = left.op === 'constant' && right.op === 'constant' ? calculate(node, left, right) : undefined;
        return value === undefined ? { ...node, left, right } : { op: 'constant', value, type: node.type };
      }
    }
  };
  return fold;
}

function foldConnective(node: Node & { op: 'and' | 'or' }): Node {
  const deciding = node.op === 'or';
  const { left, right } = node;
  if (isConstant(left, deciding) || isConstant(right, deciding)) return truth(node, deciding);
  if (left.op === 'constant') return right;
  return right.op === 'constant' ? left : node;
}

/** The result of an operation on two constants; undefined where the engine is left to work it out. */
function calculate(node: Node, left: Constant, right: Constant): Scalar | undefined {
  if (node.op === 'compare' && left.type.kind !== 'number' && left.type.kind !== 'date') {
    if (node.comparison === '=') return left.value === right.value;
    return node.comparison === '!=' ? left.value !== right.value : undefined;
  }
  if (typeof left.value === 'string' || typeof right.value === 'string') return undefined;
  const [a, b] = [BigInt(left.value), BigInt(right.value)];
  switch (node.op) {
    case 'add':
      return a + b;
    case 'subtract':
      return a - b;
    case 'multiply':
      return a * b;
    case 'max':
      return a > b ? a : b;
    case 'min':
      return a < b ? a : b;
    case 'compare':
      return { '=': a === b, '!=': a !== b, '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[node.comparison];
    default:
      return undefined;
  }
}

function constantOf(node: Node): Constant | undefined {
  return node.op === 'constant' ? node : undefined;
}

function isConstant(node: Node, value: boolean): boolean {
  return node.op === 'constant' && node.value === value;
}

function truth(node: Node, value: boolean): Node {
  return { op: 'constant', value, type: node.type };
}

function equal(a: Scalar, b: Scalar): boolean {
  return typeof a === 'bigint' || typeof b === 'bigint' ? BigInt(a) === BigInt(b) : a === b;
}
