import type { Decision, Evaluation, Family } from '../backend/evaluate.ts';
import { nodeStep, type Row, type Value } from '../backend/javascript.ts';
import { assignSlots, type Slots } from '../backend/slots.ts';
import { valueText } from '../cases/run-cases.ts';
import type { Programme, ProgrammeCondition } from '../compile.ts';
import { citeInForce } from '../model/read-policy.ts';
import type { ResolvedParameter, ResolvedParameters } from '../model/resolve-parameters.ts';
import type { VariableSource } from '../model/shapes.ts';
import type { Plan } from '../plan.ts';
import { packFlag } from '../typed/compile-variables.ts';
import { type Entity, type Node, nodesOf, type Scalar, type ValueType, walk } from '../typed/ir.ts';
import { formatUnit } from '../typed/units.ts';

/** One step of an explanation: what it is, its value, where it comes from, and what it was made of. */
export interface ExplanationNode {
  kind: 'programme' | 'condition' | 'comparison' | 'variable' | 'input' | 'parameter' | 'person';
  name: string;
  title: string;
  /** As a person writes it: "610.00", "是", "未知". */
  value: string;
  unit: string;
  cite: string;
  /** The exception that gave the value; null for the base rule. */
  branch: string | null;
  /** For a parameter: its pack, effect date and the place it was borrowed from. */
  source: string;
  children: ExplanationNode[];
}

export interface Explanation {
  programme: string;
  title: string;
  outcome: Decision['outcome'];
  /** Sentences as a letter to the family could say them. */
  zh: string[];
  en: string[];
  /** For each condition its truth and clause, and the comparisons inside it with both values. */
  conditions: {
    code: string;
    title: string;
    en: string;
    holds: boolean | null;
    cite: string;
    /** The condition said as a sentence with its values; empty when it is unknown. */
    sentence: string;
    comparisons: { left: string; operator: string; right: string; holds: boolean | null }[];
  }[];
  missing: { name: string; title: string; en: string }[];
  parameters: ResolvedParameter[];
  tree: ExplanationNode;
}

const outcomesZh = { eligible: '符合', ineligible: '不符合', undetermined: '待定' } as const;

/**
 * Explains one decision of an evaluation by JavaScript, from the values of the variables, the branch taken and the
 * parameters used.
 * @param decision one of `evaluation.decisions`
 * @param parameters those the evaluation was made with (default: of the family's division)
 */
export function explain(
  plan: Plan,
  family: Family,
  evaluation: Evaluation,
  decision: Decision,
  parameters: ResolvedParameters = plan.resolve(family.division),
): Explanation {
  const programme = plan.programmes.find((p) => p.id === decision.programme);
  if (!programme) throw new RangeError(`no programme ${decision.programme}`);
  const view = new View(plan, evaluation, decision, parameters);
  const conditions = programme.conditions.map((c) => {
    const value = view.value(c.variable, programme.scope);
    return {
      code: c.code,
      title: c.title,
      en: c.en,
      holds: typeof value === 'boolean' ? value : null,
      cite: c.cite,
      sentence: typeof value === 'boolean' ? conditionSentence(c, value, view) : '',
      comparisons: view.comparisons(c.variable, programme.scope),
    };
  });
  const missing = decision.missing.map((name) => ({ name, ...view.titles(name) }));
  const tree = view.programmeTree(programme);
  return {
    programme: programme.id,
    title: programme.title,
    outcome: decision.outcome,
    zh: sentencesZh(programme, decision, conditions, missing),
    en: sentencesEn(programme, decision, conditions, missing),
    conditions,
    missing,
    parameters: view.usedParameters(),
    tree,
  };
}

function yuan(fen: bigint): string {
  return valueText(fen, { kind: 'number', unit: { yuan: 1 }, den: 1n, low: 0n, high: 0n });
}

function sentencesZh(
  programme: Programme,
  decision: Decision,
  conditions: Explanation['conditions'],
  missing: Explanation['missing'],
): string[] {
  const out: string[] = [];
  const per = programme.period === 'once' ? '一次性' : '每月';
  if (decision.outcome === 'eligible') {
    const paid = decision.amountFen !== null && decision.amountFen > 0n;
    out.push(`经核算，符合${programme.title}条件${paid ? `，${per}发给${yuan(decision.amountFen ?? 0n)}元` : ''}。`);
  } else if (decision.outcome === 'ineligible') out.push(`经核算，不符合${programme.title}条件。`);
  else out.push(`${programme.title}暂不能确定，还需要：${missing.map((m) => m.title).join('、') || '核对政策冲突'}。`);
  for (const condition of conditions) {
    if (condition.holds === null || (decision.outcome === 'ineligible' && condition.holds)) continue;
    out.push(condition.cite ? `${condition.sentence}（依据：${condition.cite}）` : condition.sentence);
  }
  return out;
}

function sentencesEn(
  programme: Programme,
  decision: Decision,
  conditions: Explanation['conditions'],
  missing: Explanation['missing'],
): string[] {
  const out: string[] = [];
  if (decision.outcome === 'eligible') {
    const paid = decision.amountFen !== null && decision.amountFen > 0n;
    const amount = paid
      ? `: ${yuan(decision.amountFen ?? 0n)} yuan ${programme.period === 'once' ? 'once' : 'a month'}`
      : '';
    out.push(`Eligible for ${programme.en}${amount}.`);
  } else if (decision.outcome === 'ineligible') out.push(`Not eligible for ${programme.en}.`);
  else
    out.push(
      `${programme.en} is undetermined; still needed: ${missing.map((m) => m.en).join('; ') || 'the rules conflict'}.`,
    );
  for (const condition of conditions) {
    if (condition.holds === null || (decision.outcome === 'ineligible' && condition.holds)) continue;
    out.push(`${condition.en}: ${condition.holds ? 'yes' : 'no'}${condition.cite ? ` (${condition.cite})` : ''}.`);
  }
  return out;
}

function conditionSentence(condition: ProgrammeCondition, holds: boolean, view: View): string {
  const template = holds ? condition.yes : condition.no;
  return template ? view.fill(template) : `${condition.title}：${holds ? '是' : '否'}。`;
}

/** Reads an evaluation by names, from the standpoint of one decision. */
class View {
  readonly #plan: Plan;
  readonly #evaluation: Evaluation;
  readonly #decision: Decision;
  readonly #parameters: ResolvedParameters;
  readonly #slots: Slots;
  readonly #used = new Map<string, ResolvedParameter>();

  constructor(plan: Plan, evaluation: Evaluation, decision: Decision, parameters: ResolvedParameters) {
    this.#plan = plan;
    this.#evaluation = evaluation;
    this.#decision = decision;
    this.#parameters = parameters;
    this.#slots = assignSlots(plan.rules);
  }

  usedParameters(): ResolvedParameter[] {
    return [...this.#used.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  titles(name: string): { title: string; en: string } {
    const { inputs, parameters, variables } = this.#plan.rules.symbols;
    const input = inputs.get(name) ?? parameters.get(name);
    if (input) return { title: input.title, en: input.en };
    const source = variables.get(name)?.[0]?.source;
    return { title: source?.title ?? name, en: source?.en ?? name };
  }

  #typeOf(name: string): ValueType | undefined {
    const { inputs, parameters } = this.#plan.rules.symbols;
    return (
      this.#plan.rules.variables.find((v) => v.name === name)?.type ??
      inputs.get(name)?.type ??
      parameters.get(name)?.type
    );
  }

  #rowOf(entity: Entity, id: string | null): ReadonlyMap<string, Scalar | null> {
    if (entity === 'household') return this.#evaluation.household;
    const rows = entity === 'person' ? this.#evaluation.persons : this.#evaluation.obligors;
    return rows.find((r) => r.id === id)?.values ?? new Map();
  }

  value(name: string, entity: Entity, id: string | null = this.#decision.person): Scalar | null {
    if (this.#plan.rules.symbols.parameters.has(name)) return this.#parameter(name)?.value ?? null;
    return this.#rowOf(entity, id).get(name) ?? this.#evaluation.household.get(name) ?? null;
  }

  #parameter(id: string): ResolvedParameter | undefined {
    const found = this.#parameters.parameters.find((p) => p.id === id);
    if (found) this.#used.set(id, found);
    return found;
  }

  text(value: Scalar | null, type: ValueType | undefined): string {
    if (value === null || !type) return '未知';
    if (type.kind === 'boolean') return value === true ? '是' : '否';
    if (type.kind === 'enum') return type.values[String(value)] ?? String(value);
    return valueText(value, type);
  }

  /** Puts values in place of {names}. */
  fill(template: string): string {
    return template.replaceAll(/\{([^}]+)\}/g, (_, written: string) => {
      const name = this.#plan.rules.symbols.titles.get(written) ?? written;
      return this.text(this.value(name, 'person'), this.#typeOf(name));
    });
  }

  #rows(entity: Entity, id: string | null): { household: Row; own: Row; parameters: Row } {
    const parameters: Row = [];
    for (const [name, slot] of this.#slots.parameters) {
      parameters[slot] = name.startsWith('@')
        ? this.#parameters.chain.some((pack) => packFlag(pack) === name)
        : (this.#parameters.parameters.find((p) => p.id === name)?.value ?? null);
    }
    const row = (e: Entity): Row => {
      const out: Row = [];
      const values = this.#rowOf(e, id);
      for (const [name, slot] of this.#slots.rows[e]) {
        const value = values.get(name) ?? null;
        const unsafe = this.#typeOf(name);
        out[slot] = fitTo(value, unsafe);
      }
      return out;
    };
    return {
      household: row('household'),
      own: row(entity),
      parameters: parameters.map((p, i) => fitParameter(p, i, this.#slots, this.#plan)),
    };
  }

  /** The comparisons inside a condition, each with the values of both sides. */
  comparisons(variable: string, entity: Entity): Explanation['conditions'][number]['comparisons'] {
    const definition = this.#plan.rules.variables.find((v) => v.name === variable)?.definition;
    if (definition?.kind !== 'formula') return [];
    const rows = this.#rows(entity, this.#decision.person);
    const run = (node: Node): Value =>
      nodeStep(node, this.#plan.rules, this.#slots)(rows.household, rows.own, rows.parameters);
    const out: Explanation['conditions'][number]['comparisons'] = [];
    walk(definition.node, (node) => {
      if (node.op !== 'compare') return;
      const [left, right, holds] = [run(node.left), run(node.right), run(node)];
      out.push({
        left: this.text(left, node.left.type),
        operator: node.comparison,
        right: this.text(right, node.right.type),
        holds: typeof holds === 'boolean' ? holds : null,
      });
    });
    return out;
  }

  programmeTree(programme: Programme): ExplanationNode {
    const seen = new Set<string>();
    const children = programme.conditions.map((c): ExplanationNode => {
      const value = this.value(c.variable, programme.scope);
      return {
        kind: 'condition',
        name: c.code,
        title: c.title,
        value: this.text(value, { kind: 'boolean' }),
        unit: '',
        cite: c.cite,
        branch: null,
        source: '',
        children: this.#parts(c.variable, programme.scope, this.#decision.person, seen),
      };
    });
    if (programme.amount) children.push(...this.#parts(programme.amount, programme.scope, this.#decision.person, seen));
    const { amountFen, outcome, branch } = this.#decision;
    const amount = amountFen === null || amountFen === 0n ? '' : ` ${yuan(amountFen)}元`;
    return {
      kind: 'programme',
      name: programme.id,
      title: programme.title,
      value: `${outcomesZh[outcome]}${amount}`,
      unit: '',
      cite: '',
      branch,
      source: programme.pack,
      children,
    };
  }

  #cite(source: VariableSource | undefined): string {
    if (!source) return '';
    const { policies } = this.#plan.rules.symbols;
    const policy = policies.find((p) => p.id === source.policy && p.pack === source.pack);
    return citeInForce(policy?.clauses ?? [], source.cite, this.#plan.rules.period.start);
  }

  /** What a variable was made of: named variables, inputs and parameters; hidden ones are looked through. */
  #parts(variable: string, entity: Entity, id: string | null, seen: Set<string>): ExplanationNode[] {
    const found = this.#plan.rules.variables.find((v) => v.name === variable);
    if (!found) return [];
    const { definition } = found;
    if (definition.kind === 'aggregate') {
      if (definition.over === 'household') return [];
      const rows = definition.over === 'person' ? this.#evaluation.persons : this.#evaluation.obligors;
      return rows.map(
        (row, index): ExplanationNode => ({
          kind: 'person',
          name: row.id,
          title: `${definition.over === 'person' ? '成员' : '义务人'}${index + 1}`,
          value: this.text(row.values.get(definition.contribution) ?? null, this.#typeOf(definition.contribution)),
          unit: '',
          cite: '',
          branch: null,
          source: '',
          children: this.#mention(definition.contribution, definition.over, row.id, seen),
        }),
      );
    }
    const out: ExplanationNode[] = [];
    for (const root of nodesOf(definition)) {
      walk(root, (node) => {
        if (node.op === 'parameter' && !node.id.startsWith('@')) out.push(...this.#mention(node.id, entity, id, seen));
        else if (node.op === 'reference')
          out.push(...this.#mention(node.name, node.entity === 'household' ? 'household' : entity, id, seen));
      });
    }
    return out;
  }

  #mention(name: string, entity: Entity, id: string | null, seen: Set<string>): ExplanationNode[] {
    const { symbols, variables } = this.#plan.rules;
    const variable = variables.find((v) => v.name === name);
    if (variable?.hidden) return this.#parts(name, entity, id, seen);
    const key = `${name}/${entity === 'household' ? '' : id}`;
    if (seen.has(key)) return [];
    seen.add(key);
    const type = this.#typeOf(name);
    const value = this.text(this.value(name, entity, id), type);
    const unit = type?.kind === 'number' ? formatUnit(type.unit, 'zh') : '';
    const base = { name, title: this.titles(name).title, value, unit: unit === '1' ? '' : unit };
    if (symbols.parameters.has(name)) {
      const p = this.#parameter(name);
      const borrowed = p?.borrowedFrom ? `，借自${p.borrowedFrom.title}` : '';
      const source = p?.pack ? `${p.pack}，自${p.from}起${borrowed}` : '当地未公布';
      return [{ ...base, kind: 'parameter', cite: p?.cite ?? '', branch: null, source, children: [] }];
    }
    if (symbols.inputs.has(name)) return [{ ...base, kind: 'input', cite: '', branch: null, source: '', children: [] }];
    const rowId = entity === 'household' ? this.#decision.household : id;
    const branch = this.#evaluation.branches.find((b) => b.variable === name && b.id === rowId)?.branch ?? null;
    const source = symbols.variables.get(name)?.[0]?.source;
    const children = this.#parts(name, variable?.entity ?? entity, id, seen);
    return [{ ...base, kind: 'variable', cite: this.#cite(source), branch, source: source?.policy ?? '', children }];
  }
}

function fitTo(value: Scalar | null, type: ValueType | undefined): Value {
  if (type?.kind !== 'number' || value === null) return value;
  const safe = type.low >= -(2n ** 53n) + 1n && type.high <= 2n ** 53n - 1n;
  return safe ? Number(value) : BigInt(value as bigint);
}

function fitParameter(value: Value, slot: number, slots: Slots, plan: Plan): Value {
  const id = [...slots.parameters].find(([, s]) => s === slot)?.[0] ?? '';
  return fitTo(value, plan.rules.symbols.parameters.get(id)?.type);
}
