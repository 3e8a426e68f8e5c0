import type { PolicySources } from '@doudi/contracts';
import { compilePolicies, type Pack, type Plan, type PolicySource, readPacks } from '@doudi/policy';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/call.ts';

/** The rules in force as this browser has compiled them; the same library decides at night on the server. */
export interface Rulebook {
  sources: PolicySources;
  packs: Pack[];
  plan: Plan;
}

/** Reads and compiles the rules once a session; nothing about a family is asked for or sent. */
export function useRulebook() {
  const sources = useQuery({
    queryKey: ['GET /api/policies/sources'],
    queryFn: ({ signal }) => call('GET /api/policies/sources', {}, signal),
    staleTime: 10 * 60_000,
  });
  const { data } = sources;
  return useQuery({
    queryKey: ['rulebook', data?.hash, data?.period],
    enabled: data !== undefined || sources.isError,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: (): Rulebook => {
      if (!data) throw sources.error;
      const { packs } = readPacks([...data.files]);
      return { sources: data, packs, plan: compilePolicies(packs, { month: data.period }) };
    },
  });
}

/** A programme's own policy, and the changes that divisions made to it. */
export function policiesOf(
  packs: readonly Pack[],
  programme: string,
): { own: PolicySource; changes: PolicySource[] } | undefined {
  const all = packs.flatMap((pack) => pack.policies).filter((policy) => policy.id === programme);
  const own = all.find((policy) => !policy.extends);
  return own && { own, changes: all.filter((policy) => policy.extends) };
}

type Formula = Extract<Plan['rules']['variables'][number]['definition'], { kind: 'formula' }>['node'];
const isNode = (part: unknown): part is Formula => typeof part === 'object' && part !== null && 'op' in part;

/** Inputs and parameters that a programme reads, itself or through the variables it names. */
export function reads(plan: Plan, programme: string): { inputs: Set<string>; parameters: Set<string> } {
  const { symbols } = plan.rules;
  const byName = new Map(plan.rules.variables.map((v) => [v.name, v.definition]));
  const [inputs, parameters, seen] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    if (symbols.inputs.has(name)) inputs.add(name);
    const definition = byName.get(name);
    if (!definition) return;
    if (definition.kind === 'formula') formula(definition.node);
    else if (definition.kind === 'aggregate') visit(definition.contribution);
    else
      for (const node of [definition.base, ...definition.exceptions.flatMap((e) => [e.when, e.value])]) formula(node);
  };
  const formula = (node: Formula): void => {
    if (node.op === 'parameter') parameters.add(node.id);
    else if (node.op === 'reference') visit(node.name);
    for (const part of Object.values(node)) if (isNode(part)) formula(part);
  };
  const found = plan.programmes.find((p) => p.id === programme);
  for (const name of [...(found?.conditions.map((c) => c.variable) ?? []), found?.amount, found?.applies])
    if (name) visit(name);
  return { inputs, parameters };
}
