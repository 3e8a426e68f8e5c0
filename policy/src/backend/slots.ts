import type { CompiledPolicies } from '../compile.ts';
import { type Entity, entities, type Node, nodesOf, walk } from '../typed/ir.ts';

/** Where each input, variable and parameter stands in the rows of the JavaScript backend, and its bit in missing sets. */
export interface Slots {
  rows: Record<Entity, Map<string, number>>;
  parameters: Map<string, number>;
  /** Inputs and parameters that can be missing, in the order of their bits. */
  missing: string[];
  bits: Map<string, number>;
}

/** Inputs and parameters that the rules use, and a slot for each variable. The order of bits is that of the names. */
export function assignSlots(rules: CompiledPolicies): Slots {
  const usedInputs = new Set<string>();
  const usedParameters = new Set<string>();
  for (const variable of rules.variables) {
    for (const root of nodesOf(variable.definition)) {
      walk(root, (node) => {
        if (node.op === 'parameter') usedParameters.add(node.id);
        else if (node.op === 'reference' && rules.symbols.inputs.has(node.name)) usedInputs.add(node.name);
      });
    }
    if (variable.definition.kind === 'aggregate' && rules.symbols.inputs.has(variable.definition.contribution)) {
      usedInputs.add(variable.definition.contribution);
    }
  }
  const rows = {
    household: new Map<string, number>(),
    person: new Map<string, number>(),
    obligor: new Map<string, number>(),
  };
  const missing: string[] = [];
  for (const name of [...usedInputs].sort()) {
    const entity = rules.symbols.inputs.get(name)?.entity ?? 'household';
    rows[entity].set(name, rows[entity].size);
    missing.push(name);
  }
  const parameters = new Map<string, number>();
  for (const id of [...usedParameters].sort()) {
    parameters.set(id, parameters.size);
    if (!id.startsWith('@')) missing.push(id);
  }
  for (const entity of entities) {
    for (const variable of rules.variables) {
      if (variable.entity === entity) rows[entity].set(variable.name, rows[entity].size);
    }
  }
  return { rows, parameters, missing, bits: new Map(missing.map((name, i) => [name, i])) };
}

/** Whether the node is an input that the rules use (not a variable). */
export function isInput(rules: CompiledPolicies, node: Node): boolean {
  return node.op === 'reference' && rules.symbols.inputs.has(node.name);
}
