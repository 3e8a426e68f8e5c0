import type { CompiledPolicies } from '../compile.ts';
import { packFlag } from '../typed/compile-variables.ts';
import { nodesOf, type Variable, walk } from '../typed/ir.ts';

/**
 * The rules without what only packs of other divisions say, so that a run costs what its own divisions ask for, however
 * many counties there are: exceptions of packs in no chain go, and then the variables that nothing needs any more.
 * @param chains packs that apply to each division that occurs
 */
export function pruneRules(rules: CompiledPolicies, chains: readonly (readonly string[])[]): CompiledPolicies {
  const here = new Set(chains.flat());
  const elsewhere = new Set(rules.packs.filter((p) => !here.has(p.id)).map((p) => packFlag(p.id)));
  if (elsewhere.size === 0) return rules;
  const pruned = rules.variables.map((variable) => withoutFlags(variable, elsewhere));
  const byName = new Map(pruned.map((v) => [v.name, v]));
  const needed = new Set<string>();
  const open = pruned.filter((v) => !v.hidden && isDefinedIn(rules, v.name, here)).map((v) => v.name);
  for (const programme of rules.programmes) {
    open.push(...programme.conditions.map((c) => c.variable));
    for (const name of [programme.amount, programme.applies]) if (name !== undefined) open.push(name);
  }
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const definition = byName.get(name)?.definition;
    if (!definition || needed.has(name)) continue;
    needed.add(name);
    if (definition.kind === 'aggregate') open.push(definition.contribution);
    for (const node of nodesOf(definition)) {
      walk(node, (part) => {
        if (part.op === 'reference') open.push(part.name);
      });
    }
  }
  return { ...rules, variables: pruned.filter((v) => needed.has(v.name)) };
}

function isDefinedIn(rules: CompiledPolicies, name: string, packs: ReadonlySet<string>): boolean {
  return (rules.symbols.variables.get(name) ?? []).some((i) => packs.has(i.pack));
}

/** The variable without exceptions that are true nowhere; ranks among the others stay. */
function withoutFlags(variable: Variable, flags: ReadonlySet<string>): Variable {
  const { definition } = variable;
  if (definition.kind !== 'rules') return variable;
  const kept = definition.exceptions.flatMap((e, i) => (e.when.op === 'parameter' && flags.has(e.when.id) ? [] : [i]));
  if (kept.length === definition.exceptions.length) return variable;
  if (kept.length === 0) return { ...variable, definition: { kind: 'formula', node: definition.base } };
  const place = new Map(kept.map((old, now) => [old, now]));
  const exceptions = kept.flatMap((index) => {
    const exception = definition.exceptions[index];
    if (!exception) return [];
    const outrankedBy = exception.outrankedBy.flatMap((other) => place.get(other) ?? []);
    return [{ ...exception, outrankedBy }];
  });
  return { ...variable, definition: { ...definition, exceptions } };
}
