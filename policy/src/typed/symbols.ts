import type {
  Dated,
  InputDefinition,
  Pack,
  ParameterDefinition,
  PolicySource,
  VariableSource,
} from '../model/shapes.ts';

/** One definition of a variable by one pack, the national one first, then divisions' changes to it. */
export interface Implementation {
  pack: string;
  source: VariableSource;
}

/** Everything that formulas may name in one month. */
export interface Symbols {
  inputs: Map<string, InputDefinition>;
  parameters: Map<string, ParameterDefinition>;
  variables: Map<string, Implementation[]>;
  policies: PolicySource[];
  /** From a Chinese title (or name) to the name. */
  titles: Map<string, string>;
}

export function inForce(dated: Dated, period: { start: number; end: number }): boolean {
  return (
    (dated.from === undefined || dated.from <= period.start) &&
    (dated.until === undefined || dated.until >= period.start)
  );
}

/** Gathers names over all packs; reports names and titles that are used twice. */
export function gatherSymbols(packs: readonly Pack[], period: { start: number; end: number }): Symbols {
  const symbols: Symbols = {
    inputs: new Map(),
    parameters: new Map(),
    variables: new Map(),
    policies: [],
    titles: new Map(),
  };
  const title = (name: string, text: string, at: { fault: (c: string, m: string, h: string) => void }): void => {
    const taken = symbols.titles.get(text);
    if (taken !== undefined && taken !== name) at.fault('duplicate', `“${text}”已指 ${taken}`, '请换一个标题');
    else symbols.titles.set(text, name);
  };
  for (const input of packs.flatMap((p) => p.inputs)) {
    if (symbols.inputs.has(input.name)) input.source.fault('duplicate', `输入“${input.name}”重复`, '请删去一处');
    symbols.inputs.set(input.name, input);
    title(input.name, input.title, input.source);
  }
  for (const definition of packs.flatMap((p) => p.definitions)) {
    symbols.parameters.set(definition.id, definition);
    title(definition.id, definition.title, definition.source);
  }
  const policies = packs.flatMap((p) => p.policies);
  // A division's change to a programme waits with it until the programme is in force.
  const running = new Set(policies.filter((p) => !p.extends && inForce(p, period)).map((p) => p.id));
  for (const policy of policies) {
    if (inForce(policy, period) && (!policy.extends || running.has(policy.id))) symbols.policies.push(policy);
  }
  for (const policy of policies) {
    if (
      !policy.extends &&
      policies.some((q) => q !== policy && !q.extends && q.id === policy.id && overlaps(q, policy))
    ) {
      policy.source.fault('duplicate', `项目“${policy.id}”在同一时期有两份`, '请改用 extends，或错开 from、until');
    }
    if (policy.extends && !policies.some((q) => !q.extends && q.id === policy.id)) {
      policy.source.fault('unknown-policy', `没有可改的项目“${policy.id}”`, '请核对 extends');
    }
  }
  for (const policy of symbols.policies) {
    for (const variable of policy.variables) {
      const list = symbols.variables.get(variable.name) ?? [];
      if (list.length === 0 && variable.of === undefined) {
        variable.source.fault('unknown-name', `没有可改的变量“${variable.name}”`, '请核对名称，或写明 of 以新设');
        continue;
      }
      if (symbols.inputs.has(variable.name)) {
        variable.source.fault('duplicate', `“${variable.name}”已是输入`, '请改名');
        continue;
      }
      if (list.length > 0 && (!policy.extends || list.some((i) => i.pack === policy.pack))) {
        variable.source.fault('duplicate', `变量“${variable.name}”重复`, '请改名；各地改写请用 extends');
        continue;
      }
      list.push({ pack: policy.pack, source: variable });
      symbols.variables.set(variable.name, list);
      if (list.length === 1) title(variable.name, variable.title, variable.source);
    }
  }
  return symbols;
}

function overlaps(a: Dated, b: Dated): boolean {
  const before = (x: Dated, y: Dated) => x.until !== undefined && y.from !== undefined && x.until < y.from;
  return !before(a, b) && !before(b, a);
}
