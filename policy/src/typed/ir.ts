import type { Comparison } from '../expression/ast.ts';
import type { RoundingMode } from './exact.ts';
import type { Unit } from './units.ts';

/** Whose fact or variable it is. Persons and obligors belong to one household. */
export type Entity = 'household' | 'person' | 'obligor';
export const entities: readonly Entity[] = ['household', 'person', 'obligor'];

/**
 * A number is a whole number `n` that stands for n/den in its unit (money: fen). `low` and `high` bound n, so that
 * overflow is known before running and JavaScript knows where it must use BigInt.
 */
export interface NumberType {
  kind: 'number';
  unit: Unit;
  den: bigint;
  low: bigint;
  high: bigint;
}

export type ValueType =
  | NumberType
  | { kind: 'boolean' }
  | { kind: 'date' }
  | { kind: 'enum'; values: Readonly<Record<string, string>> };

/** Inner value: whole numbers as bigint or safe number, dates as days since 1970-01-01, enums as their id. */
export type Scalar = bigint | number | boolean | string;

/** The typed form from which both backends are made. Names are resolved, units gone, denominators equal. */
export type Node = { type: ValueType } & (
  | { op: 'constant'; value: Scalar }
  | { op: 'reference'; entity: Entity; name: string }
  | { op: 'parameter'; id: string }
  | { op: 'add' | 'subtract' | 'multiply' | 'max' | 'min'; left: Node; right: Node }
  | { op: 'compare'; comparison: Comparison; left: Node; right: Node }
  | { op: 'and' | 'or'; left: Node; right: Node }
  | { op: 'not'; operand: Node }
  | { op: 'oneOf'; operand: Node; values: string[] }
  | { op: 'if'; condition: Node; chosen: Node; otherwise: Node }
  | { op: 'divide'; numerator: Node; denominator: Node; mode: RoundingMode }
  | { op: 'years' | 'months' | 'days'; left: Node; right: Node }
);

/** How a variable gets its value. */
export type Definition =
  | { kind: 'formula'; node: Node }
  /** Base rule and labelled exceptions; `outrankedBy` lists the positions of the exceptions that go before this one. */
  | { kind: 'rules'; base: Node; exceptions: RuleException[] }
  /** Over the persons or obligors of a household; `contribution` is a variable of that entity. */
  | { kind: 'aggregate'; how: 'sum' | 'count' | 'any' | 'all' | 'max'; over: Entity; contribution: string };

export interface RuleException {
  label: string;
  when: Node;
  value: Node;
  outrankedBy: number[];
}

/** A variable ready to run. Hidden ones were made by the compiler and are not shown in explanations. */
export interface Variable {
  name: string;
  entity: Entity;
  type: ValueType;
  definition: Definition;
  hidden: boolean;
}

export const largestSafe = 2n ** 53n - 1n;
export const largestBigint = 2n ** 63n - 1n;

/** Whether JavaScript may hold this number as a plain number. */
export function isSafe(type: ValueType): boolean {
  return type.kind !== 'number' || (type.low >= -largestSafe && type.high <= largestSafe);
}

/** Visits a node and everything below it. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  switch (node.op) {
    case 'constant':
    case 'reference':
    case 'parameter':
      return;
    case 'not':
    case 'oneOf':
      walk(node.operand, visit);
      return;
    case 'if':
      walk(node.condition, visit);
      walk(node.chosen, visit);
      walk(node.otherwise, visit);
      return;
    case 'divide':
      walk(node.numerator, visit);
      walk(node.denominator, visit);
      return;
    default:
      walk(node.left, visit);
      walk(node.right, visit);
  }
}

/** The nodes of a definition's own formulas. */
export function nodesOf(definition: Definition): Node[] {
  if (definition.kind === 'formula') return [definition.node];
  if (definition.kind === 'aggregate') return [];
  return [definition.base, ...definition.exceptions.flatMap((e) => [e.when, e.value])];
}
