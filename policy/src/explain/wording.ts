import type { CompiledPolicies, ProgrammeCondition } from '../compile.ts';
import { citeInForce } from '../model/read-policy.ts';
import type { VariableSource } from '../model/shapes.ts';
import type { Plan } from '../plan.ts';
import { nodesOf, walk } from '../typed/ir.ts';

/**
 * A condition as the division words it: the most specific pack of the chain that changed it, else the programme's own.
 * @param chain packs that apply, the most specific first
 */
export function wordingOf(
  condition: ProgrammeCondition,
  chain: readonly string[],
): { title: string; cite: string; yes: string | undefined; no: string | undefined } {
  for (const pack of chain) {
    const own = condition.local.find((l) => l.pack === pack);
    if (own) return own;
  }
  return condition;
}

/** The rule of a variable that holds for a chain of packs: the most specific one, else the first that defines it. */
export function sourceIn(plan: Plan, chain: readonly string[], name: string): VariableSource | undefined {
  const all = plan.rules.symbols.variables.get(name) ?? [];
  for (const pack of chain) {
    const own = all.find((i) => i.pack === pack);
    if (own) return own.source;
  }
  return all[0]?.source;
}

/** The clause of a variable's rule that is in force in the plan's month. */
export function citeOf(plan: Plan, source: VariableSource): string {
  const policy = plan.rules.symbols.policies.find((p) => p.id === source.policy && p.pack === source.pack);
  return citeInForce(policy?.clauses ?? [], source.cite, plan.rules.period.start);
}

/** Names of the variables that some variables are made of, themselves included; hidden ones too. */
export function madeOf(rules: CompiledPolicies, roots: readonly string[]): Set<string> {
  const known = closures.get(rules) ?? new Map<string, Set<string>>();
  closures.set(rules, known);
  const out = new Set<string>();
  for (const root of roots) {
    const names = known.get(root) ?? closure(rules, root);
    known.set(root, names);
    for (const name of names) out.add(name);
  }
  return out;
}

const closures = new WeakMap<CompiledPolicies, Map<string, Set<string>>>();

function closure(rules: CompiledPolicies, root: string): Set<string> {
  const byName = new Map(rules.variables.map((v) => [v.name, v.definition]));
  const out = new Set<string>();
  const open = [root];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const definition = byName.get(name);
    if (out.has(name) || !definition) continue;
    out.add(name);
    if (definition.kind === 'aggregate') open.push(definition.contribution);
    for (const node of nodesOf(definition)) {
      walk(node, (part) => {
        if (part.op === 'reference') open.push(part.name);
      });
    }
  }
  return out;
}

/** The changes that divisions of the chain made to rules which `roots` rest on: what, by whom, by which clause. */
export function localRules(
  plan: Plan,
  chain: readonly string[],
  roots: readonly string[],
): { code: string; cite: string; text: string }[] {
  const packs = new Map(plan.rules.packs.map((p) => [p.id, p.title]));
  return [...madeOf(plan.rules, roots)].flatMap((name) => {
    const all = plan.rules.symbols.variables.get(name) ?? [];
    const source = all.length > 1 ? sourceIn(plan, chain, name) : undefined;
    if (!source || source === all[0]?.source) return [];
    const title = source.title && source.title !== name ? source.title : (all[0]?.source.title ?? name);
    const text = `${title}按${packs.get(source.pack) ?? source.pack}（${source.pack}）的规定。`;
    return [{ code: `rule:${name}`, cite: citeOf(plan, source), text }];
  });
}
