import type { InputDefinition } from '@doudi/policy';
import { literal } from '../../../platform/engine/index.ts';

/** SQL type of an input's column (docs/policy-language/inputs.md). */
export function columnType(input: InputDefinition): string {
  switch (input.type.kind) {
    case 'number':
      return 'BIGINT';
    case 'date':
      return 'DATE';
    case 'enum':
      return 'VARCHAR';
    case 'boolean':
      return 'BOOLEAN';
  }
}

/**
 * SQL select list of an entity's inputs in vocabulary order: what a visit verified, else what the plan derives, else what the
 * vocabulary says is presumed when no feed can deliver it, else NULL, unknown.
 * @param verified inputs that stand in the relation `found` (see verified-inputs.ts)
 * @param added what is known besides: for an input, from the SQL of what is known without it (see added-facts.ts)
 */
export function inputColumns(
  inputs: readonly InputDefinition[],
  entity: InputDefinition['entity'],
  derived: Readonly<Record<string, string>>,
  verified: readonly string[] = [],
  added: Readonly<Record<string, (base: string) => string>> = {},
): string {
  const known = (input: InputDefinition) => {
    const base = derived[input.name] ?? presumed(input);
    return added[input.name]?.(base) ?? base;
  };
  const best = (input: InputDefinition) =>
    verified.includes(input.name) ? `coalesce(found."${input.name}", ${known(input)})` : known(input);
  return inputs
    .filter((input) => input.entity === entity)
    .map((input) => `CAST(${best(input)} AS ${columnType(input)}) AS "${input.name}"`)
    .join(',\n      ');
}

function presumed(input: InputDefinition): string {
  const value = input.presumed;
  if (value === undefined) return 'NULL';
  switch (input.type.kind) {
    case 'number':
    case 'boolean':
      return String(value);
    case 'date':
      return `DATE '1970-01-01' + ${Number(value)}`;
    case 'enum':
      return literal(String(value));
  }
}
