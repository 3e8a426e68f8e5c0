import type { Decision, Evaluation } from '../backend/evaluate.ts';
import { nodeStep, type Row, type Value } from '../backend/javascript.ts';
import { assignSlots, type Slots } from '../backend/slots.ts';
import type { CompiledPolicies, Programme } from '../compile.ts';
import type { ResolvedParameter, ResolvedParameters } from '../model/resolve-parameters.ts';
import type { Plan } from '../plan.ts';
import { packFlag } from '../typed/compile-variables.ts';
import { type Entity, type Node, nodesOf, type Scalar, type ValueType, type Variable, walk } from '../typed/ir.ts';
import { formatUnit } from '../typed/units.ts';
import { valueText } from '../typed/value-text.ts';
import type { Explanation, ExplanationNode } from './explain.ts';
import { citeOf, sourceIn, wordingOf } from './wording.ts';

/** What explaining looks up again and again, made once for each set of compiled rules. */
interface Index {
  slots: Slots;
  variables: ReadonlyMap<string, Variable>;
}

const indexes = new WeakMap<CompiledPolicies, Index>();

function indexOf(rules: CompiledPolicies): Index {
  const known = indexes.get(rules);
  if (known) return known;
  const index = { slots: assignSlots(rules), variables: new Map(rules.variables.map((v) => [v.name, v])) };
  indexes.set(rules, index);
  return index;
}

/** Fen as yuan with two digits. */
export function yuan(fen: bigint): string {
  return valueText(fen, { kind: 'number', unit: { yuan: 1 }, den: 1n, low: 0n, high: 0n });
}

const outcomesZh = { eligible: '符合', ineligible: '不符合', undetermined: '待定' } as const;

/** Reads an evaluation by names, from the standpoint of one decision. */
export class View {
  readonly #plan: Plan;
  readonly #evaluation: Evaluation;
  readonly #decision: Decision;
  readonly #parameters: ResolvedParameters;
  readonly #slots: Slots;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #used = new Map<string, ResolvedParameter>();

  constructor(plan: Plan, evaluation: Evaluation, decision: Decision, parameters: ResolvedParameters) {
    this.#plan = plan;
    this.#evaluation = evaluation;
    this.#decision = decision;
    this.#parameters = parameters;
    const { slots, variables } = indexOf(plan.rules);
    this.#slots = slots;
    this.#variables = variables;
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
    return this.#variables.get(name)?.type ?? inputs.get(name)?.type ?? parameters.get(name)?.type;
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
    const definition = this.#variables.get(variable)?.definition;
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
      const { title, cite } = wordingOf(c, this.#parameters.chain);
      return {
        kind: 'condition',
        name: c.code,
        title,
        value: this.text(value, { kind: 'boolean' }),
        unit: '',
        cite,
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

  /** What a variable was made of: named variables, inputs and parameters; hidden ones are looked through. */
  #parts(variable: string, entity: Entity, id: string | null, seen: Set<string>): ExplanationNode[] {
    const found = this.#variables.get(variable);
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
    const { symbols } = this.#plan.rules;
    const variable = this.#variables.get(name);
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
    const source = sourceIn(this.#plan, this.#parameters.chain, name);
    const children = this.#parts(name, variable?.entity ?? entity, id, seen);
    const cite = source ? citeOf(this.#plan, source) : '';
    return [{ ...base, kind: 'variable', cite, branch, source: source?.policy ?? '', children }];
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
