import { type Field, slotColumn, slotsOf } from '../fields/field.ts';

/** How far two values agree; levels are tried in order. */
export interface Level {
  id: string;
  /** SQL of whether it holds, for aliases `l` and `r`. */
  holds: string;
  /** The value whose frequency weighs the agreement: agreeing on a rare name says more than on a frequent one. */
  frequency?: { field: string; part: string };
  /** With frequency: the level asks for more than equality, so its share is drawn from random pairs. */
  sampled?: boolean;
  /** With frequency: SQL of the value's rarity in bits, a column of the left side. */
  rarity?: string;
}

/** One comparison of two records; correlated columns are one comparison. */
export interface Comparison {
  id: string;
  /** Fields that speak in it. */
  fields: readonly string[];
  /** SQL of whether both records say anything. */
  known: string;
  /** Levels, best first; what fits none of them is `other`. */
  levels: readonly Level[];
  /** People of one household share it: the part by which a household is found in one file. */
  shared?: { field: string; part: string };
  /** A number of one person; relatives use each other's (see `../learn/households.ts`). */
  personal?: boolean;
}

/** What a blocking key is made of. */
export interface Atom {
  id: string;
  comparison: string;
  field: string;
  /** SQL of the key of one slot, given a column reference. */
  key(of: (part: string) => string): string;
  /** Atoms that agree whenever this one does. */
  implies: readonly string[];
  /** How often true pairs that both have a value agree on it; only to choose among rules, never in a weight. */
  reliability: number;
}

/** Which sides are compared: a dedupe and the search for households compare the left side with itself. */
export type Pairing = { left: 'left'; right: 'left' | 'right' };

/** A reference to a column of one slot. */
export type Of = (part: string) => string;

/** SQL that holds when it holds for any pair of slots of two fields. */
export function anySlots(one: Field, other: Field, pairing: Pairing, sql: (a: Of, b: Of) => string): string {
  const all: string[] = [];
  for (let i = 1; i <= slotsOf(one, pairing.left); i++)
    for (let j = 1; j <= slotsOf(other, pairing.right); j++)
      all.push(
        `(${sql(
          (p) => `l.${slotColumn(one.name, i, p)}`,
          (p) => `r.${slotColumn(other.name, j, p)}`,
        )})`,
      );
  return all.length === 0 ? 'false' : all.length === 1 ? (all[0] as string) : `(${all.join(' OR ')})`;
}

/** SQL of whether both sides have a value of the part. */
export function knownBoth(field: Field, pairing: Pairing, part: string): string {
  const any = (alias: 'l' | 'r', side: 'left' | 'right') =>
    Array.from(
      { length: slotsOf(field, side) },
      (_, i) => `${alias}.${slotColumn(field.name, i + 1, part)} IS NOT NULL`,
    );
  const left = any('l', pairing.left);
  const right = any('r', pairing.right);
  if (left.length === 0 || right.length === 0) return 'false';
  return `(${left.join(' OR ')}) AND (${right.join(' OR ')})`;
}

/** A level of equal values, weighed by how rare the value is. */
export function equal(id: string, field: Field, pairing: Pairing, part: string, and = ''): Level {
  const cases: string[] = [];
  const n = slotsOf(field, pairing.left);
  for (let i = 1; i <= n; i++) {
    const l = `l.${slotColumn(field.name, i, part)}`;
    const tf = `l.${slotColumn(field.name, i, `rarity_${part}`)}`;
    const hits = Array.from(
      { length: slotsOf(field, pairing.right) },
      (_, j) => `${l} = r.${slotColumn(field.name, j + 1, part)}`,
    );
    cases.push(i === n ? `ELSE ${tf}` : `WHEN ${hits.join(' OR ') || 'false'} THEN ${tf}`);
  }
  return {
    id,
    holds: anySlots(field, field, pairing, (a, b) => `${a(part)} = ${b(part)}${and}`),
    frequency: { field: field.name, part },
    rarity: n === 1 ? `l.${slotColumn(field.name, 1, `rarity_${part}`)}` : `CASE ${cases.join(' ')} END`,
  };
}

/** SQL: how many packed digits differ (two different digits differ in some of their four bits). */
const differing = (x: string): string =>
  `bit_count(((${x} | (${x} >> 1)) | ((${x} >> 2) | (${x} >> 3))) & 1229782938247303441)`;

/**
 * SQL: one digit differs, or two neighbours are exchanged, in packed digits. Neighbours exchanged leave the same
 * difference in both places, which cancels when the difference is laid over itself one digit on.
 */
export function slip(a: string, b: string): string {
  const x = `xor(${a}, ${b})`;
  return `(${differing(x)} = 1 OR (${differing(x)} = 2 AND ${differing(`xor(${x}, (${x} & 72057594037927935) << 4)`)} = 2))`;
}
