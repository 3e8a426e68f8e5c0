import type { CompiledPolicies } from '../compile.ts';
import type { Definition, Node } from '../typed/ir.ts';
import { nodeStep, type Row, slotOf } from './javascript.ts';
import type { Slots } from './slots.ts';

/** Sets of missing inputs as bits; `household` and `own` are rows of such sets, in the slots of the values. */
export type MaskStep = (values: MaskContext) => bigint;

export interface MaskContext {
  household: Row;
  own: Row;
  parameters: Row;
  householdMasks: bigint[];
  ownMasks: bigint[];
}

/**
 * What is missing for an unknown value: of an input itself; of a strict operation what its unknown operands miss; of
 * `and`/`or` what its unknown sides miss; of `if` what the condition misses (and chosen also both branches) or the branch
 * taken misses. A known value misses nothing. The rule is the same in SQL.
 */
export function maskStep(node: Node, rules: CompiledPolicies, slots: Slots): MaskStep {
  const make = (n: Node): MaskStep => maskStep(n, rules, slots);
  const value = nodeStep(node, rules, slots);
  const unknown = (c: MaskContext): boolean => value(c.household, c.own, c.parameters) === null;
  switch (node.op) {
    case 'constant':
      return () => 0n;
    case 'parameter': {
      const bit = slots.bits.get(node.id);
      const mask = bit === undefined ? 0n : 1n << BigInt(bit);
      return (c) => (unknown(c) ? mask : 0n);
    }
    case 'reference': {
      const bit = rules.symbols.inputs.has(node.name) ? slots.bits.get(node.name) : undefined;
      if (bit !== undefined) return (c) => (unknown(c) ? 1n << BigInt(bit) : 0n);
      const slot = slotOf(slots.rows[node.entity], node.name);
      return node.entity === 'household' ? (c) => c.householdMasks[slot] ?? 0n : (c) => c.ownMasks[slot] ?? 0n;
    }
    case 'not':
    case 'oneOf':
      return make(node.operand);
    case 'and':
    case 'or': {
      const [left, right] = [make(node.left), make(node.right)];
      return (c) => (unknown(c) ? left(c) | right(c) : 0n);
    }
    case 'if': {
      const condition = nodeStep(node.condition, rules, slots);
      const [cond, chosen, otherwise] = [make(node.condition), make(node.chosen), make(node.otherwise)];
      return (c) => {
        if (!unknown(c)) return 0n;
        const held = condition(c.household, c.own, c.parameters);
        if (held === null) return cond(c) | chosen(c) | otherwise(c);
        return held ? chosen(c) : otherwise(c);
      };
    }
    case 'divide': {
      const [n, d] = [make(node.numerator), make(node.denominator)];
      return (c) => n(c) | d(c);
    }
    default: {
      const [left, right] = [make(node.left), make(node.right)];
      return (c) => left(c) | right(c);
    }
  }
}

/** As `maskStep`, for base rule and exceptions: what the conditions miss, and what the rules still possible miss. */
export function rulesMask(
  definition: Definition & { kind: 'rules' },
  rules: CompiledPolicies,
  slots: Slots,
): (context: MaskContext, live: readonly boolean[], baseLive: boolean) => bigint {
  const whens = definition.exceptions.map((e) => maskStep(e.when, rules, slots));
  const values = definition.exceptions.map((e) => maskStep(e.value, rules, slots));
  const base = maskStep(definition.base, rules, slots);
  return (context, live, baseLive) => {
    let mask = baseLive ? base(context) : 0n;
    for (const [i, when] of whens.entries()) {
      mask |= when(context);
      if (live[i]) mask |= values[i]?.(context) ?? 0n;
    }
    return mask;
  };
}
