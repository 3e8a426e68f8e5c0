import type {
  Decision,
  Evaluation,
  Plan,
  Programme,
  ProgrammeCondition,
  ResolvedParameters,
  Scalar,
  ValueType,
} from '@doudi/policy';
import type { Explanation, Frame, Told } from './explained.ts';
import { written } from './written.ts';

type Formula = Extract<Plan['rules']['variables'][number]['definition'], { kind: 'formula' }>['node'];
type Parameter = ResolvedParameters['parameters'][number];

/** Explains the decisions of one plan in one division; made once for each, since all that can be is looked up before. */
export class Explainer {
  readonly #plan: Plan;
  readonly #parameters: ReadonlyMap<string, Parameter>;
  readonly #formulas: ReadonlyMap<string, Formula>;
  readonly #types: ReadonlyMap<string, ValueType>;
  readonly #sides = new Map<string, { left: Formula; right: Formula } | undefined>();

  constructor(plan: Plan, parameters: ResolvedParameters) {
    this.#plan = plan;
    this.#parameters = new Map(parameters.parameters.map((p) => [p.id, p]));
    this.#formulas = new Map(
      plan.rules.variables.flatMap((v) =>
        v.definition.kind === 'formula' ? [[v.name, v.definition.node] as const] : [],
      ),
    );
    this.#types = new Map([
      ...[...plan.rules.symbols.inputs.values()].map((input) => [input.name, input.type] as const),
      ...plan.rules.variables.map((variable) => [variable.name, variable.type] as const),
    ]);
    for (const condition of plan.programmes.flatMap((p) => p.conditions)) {
      const node = this.#formulas.get(condition.variable);
      this.#sides.set(condition.variable, node?.op === 'compare' ? { left: node.left, right: node.right } : undefined);
    }
  }

  /** What all decisions of a programme have in common here. @param supplier who can supply a missing input, in Chinese */
  frame(programme: Programme, supplier: (input: string) => string): Frame {
    return {
      programmeTitle: programme.title,
      monthly: programme.period === 'month',
      conditions: programme.conditions.map((condition) => {
        const node = this.#formulas.get(condition.variable);
        const behind = this.#sides.get(condition.variable)?.right ?? node;
        const parameters = behind ? this.#parametersOf(behind) : [];
        return {
          title: condition.title,
          cite: condition.cite || null,
          source: parameters.map(inWords).join('；') || null,
          borrowed: parameters.some((p) => p.borrowedFrom !== null),
        };
      }),
      inputs: Object.fromEntries(
        this.#plan.missingNames.map((name) => [name, { title: this.#titleOf(name), supplier: supplier(name) }]),
      ),
    };
  }

  /** One decision's own part: every condition with the family's value and the threshold, as far as they can be named. */
  explanation(decision: Decision, evaluation: Evaluation): Explanation {
    const programme = this.#plan.programmes.find((p) => p.id === decision.programme);
    const own = evaluation.persons.find((p) => p.id === decision.person)?.values;
    const values = (name: string) => own?.get(name) ?? evaluation.household.get(name);
    return { conditions: (programme?.conditions ?? []).map((condition) => this.#tell(condition, values)) };
  }

  #tell(condition: ProgrammeCondition, values: (name: string) => Scalar | null | undefined): Told {
    const met = values(condition.variable);
    const told: Told = {};
    if (typeof met === 'boolean') told.met = met;
    const template = met === true ? condition.yes : met === false ? condition.no : undefined;
    if (template) told.text = this.#fill(template, values);
    const sides = this.#sides.get(condition.variable);
    if (!sides) return told;
    const left = this.#value(sides.left, values);
    const right = this.#value(sides.right, values);
    if (left !== undefined) told.value = written(left, sides.left.type);
    if (right !== undefined) told.threshold = written(right, sides.right.type);
    const ratio = position(left, sides.left.type, right, sides.right.type);
    if (ratio !== undefined) told.ratio = ratio;
    return told;
  }

  /** The value of one side of a comparison, when it is a name, parameter, constant or whole-number arithmetic of such. */
  #value(node: Formula, values: (name: string) => Scalar | null | undefined): Scalar | undefined {
    switch (node.op) {
      case 'constant':
        return node.value;
      case 'reference':
        return values(node.name) ?? undefined;
      case 'parameter':
        return this.#parameters.get(node.id)?.value ?? undefined;
      case 'add':
      case 'subtract':
      case 'multiply':
      case 'max':
      case 'min':
        return arithmetic(node.op, this.#value(node.left, values), this.#value(node.right, values));
      default:
        return undefined;
    }
  }

  #fill(template: string, values: (name: string) => Scalar | null | undefined): string {
    return template.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
      const parameter = this.#parameters.get(name);
      if (parameter) return parameter.text ?? '未公布';
      const type = this.#types.get(name);
      if (!type) return whole;
      const value = values(name);
      return value === null || value === undefined ? '未知' : written(value, type);
    });
  }

  #titleOf(name: string): string {
    return this.#plan.rules.symbols.inputs.get(name)?.title ?? this.#parameters.get(name)?.title ?? name;
  }

  /** Parameters that a formula reads, itself or through the variables it names, in the order they are met. */
  #parametersOf(node: Formula): Parameter[] {
    const found = new Map<string, Parameter>();
    const seen = new Set<string>();
    const visit = (at: Formula): void => {
      if (at.op === 'parameter') {
        const parameter = this.#parameters.get(at.id);
        if (parameter && parameter.value !== null) found.set(at.id, parameter);
      } else if (at.op === 'reference' && !seen.has(at.name)) {
        seen.add(at.name);
        const inner = this.#formulas.get(at.name);
        if (inner) visit(inner);
      }
      for (const child of childrenOf(at)) visit(child);
    };
    visit(node);
    return [...found.values()];
  }
}

function arithmetic(
  op: 'add' | 'subtract' | 'multiply' | 'max' | 'min',
  left: Scalar | undefined,
  right: Scalar | undefined,
): bigint | undefined {
  if (!isWhole(left) || !isWhole(right)) return undefined;
  const [a, b] = [BigInt(left), BigInt(right)];
  switch (op) {
    case 'add':
      return a + b;
    case 'subtract':
      return a - b;
    case 'multiply':
      return a * b;
    case 'max':
      return a > b ? a : b;
    case 'min':
      return a < b ? a : b;
  }
}

const isWhole = (value: Scalar | undefined): value is bigint | number =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));

/** Where the value stands on a bar from 0 to twice the threshold; for showing only. */
function position(
  left: Scalar | undefined,
  leftType: ValueType,
  right: Scalar | undefined,
  rightType: ValueType,
): number | undefined {
  if (leftType.kind !== 'number' || rightType.kind !== 'number' || left === undefined || right === undefined) return;
  const threshold = Number(right) / Number(rightType.den);
  if (!(threshold > 0)) return;
  const share = Number(left) / Number(leftType.den) / threshold;
  return Math.round(Math.min(2, Math.max(0, share)) * 1000) / 1000;
}

/** The nodes right below a node, whatever it is made of. */
function childrenOf(node: Formula): Formula[] {
  return Object.values(node).filter(
    (part): part is Formula => typeof part === 'object' && part !== null && 'op' in part,
  );
}

function inWords(p: Parameter): string {
  const value = p.type.kind === 'number' ? (p.text ?? '') : p.value === null ? '' : written(p.value, p.type);
  const from = p.borrowedFrom ? `，借自${p.borrowedFrom.title}` : '';
  return `${p.title} ${value}（${p.cite}，自${p.from}${from}）`;
}
