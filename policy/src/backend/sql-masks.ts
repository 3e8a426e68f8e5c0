import type { Node } from '../typed/ir.ts';
import { nodeSql, type SqlDialect } from './sql-nodes.ts';

/** Bits per BIGINT column of a set of missing inputs; one bit is left for the sign. */
export const bitsPerWord = 62;

export function maskColumn(variable: string, word: number): string {
  return `${variable}!m${word}`;
}

/** What the mask generator must know of names: the bit of an input or parameter, or the words of a variable. */
export interface MaskNames {
  bit(name: string): number | undefined;
  hasWord(variable: string, word: number): boolean;
}

/**
 * The SQL of what is missing for a node, as bits of one word; undefined when it can never hold a bit of it. The rule is
 * that of `maskStep` of the JavaScript backend.
 */
export function maskSql(
  node: Node,
  word: number,
  dialect: SqlDialect,
  names: MaskNames,
  column: (name: string) => string,
): string | undefined {
  const make = (n: Node): string | undefined => maskSql(n, word, dialect, names, column);
  const value = (n: Node): string => nodeSql(n, dialect, column);
  switch (node.op) {
    case 'constant':
      return undefined;
    case 'parameter':
    case 'reference': {
      const name = node.op === 'parameter' ? node.id : node.name;
      const bit = names.bit(name);
      if (bit !== undefined) {
        if (Math.floor(bit / bitsPerWord) !== word) return undefined;
        return `CASE WHEN ${column(name)} IS NULL THEN ${bitLiteral(bit)} ELSE 0 END`;
      }
      return names.hasWord(name, word) ? column(maskColumn(name, word)) : undefined;
    }
    case 'not':
    case 'oneOf':
      return make(node.operand);
    case 'and':
    case 'or': {
      const both = union([make(node.left), make(node.right)]);
      return both && `CASE WHEN ${value(node)} IS NULL THEN ${both} ELSE 0 END`;
    }
    case 'if': {
      const [c, a, b] = [make(node.condition), make(node.chosen), make(node.otherwise)];
      const all = union([c, a, b]);
      if (!all) return undefined;
      const condition = value(node.condition);
      return `CASE WHEN ${value(node)} IS NOT NULL THEN 0 WHEN ${condition} THEN ${a ?? '0'} WHEN NOT ${condition} THEN ${b ?? '0'} ELSE ${all} END`;
    }
    case 'divide':
      return union([make(node.numerator), make(node.denominator)]);
    default:
      return union([make(node.left), make(node.right)]);
  }
}

export function bitLiteral(bit: number): string {
  return `CAST(${1n << BigInt(bit % bitsPerWord)} AS BIGINT)`;
}

export function union(parts: readonly (string | undefined)[]): string | undefined {
  const present = [...new Set(parts.filter((p) => p !== undefined))];
  if (present.length === 0) return undefined;
  return present.length === 1 ? present[0] : `(${present.join(' | ')})`;
}
