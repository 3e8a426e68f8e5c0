import type { Condition } from '@doudi/contracts';
import {
  type Decision,
  type Evaluation,
  formatScaled,
  type Plan,
  type Programme,
  type ProgrammeCondition,
  type ResolvedParameters,
  type Scalar,
  type ValueType,
} from '@doudi/policy';
import type { z } from 'zod';
import type { Explained } from './explained.ts';

type Conditions = z.infer<typeof Condition>[];
type Formula = Extract<Plan['rules']['variables'][number]['definition'], { kind: 'formula' }>['node'];

/** What an explanation is made from: the plan, one family's values, and the parameters of its division. */
export interface Explaining {
  plan: Plan;
  evaluation: Evaluation;
  parameters: ResolvedParameters;
  /** Who can supply a missing input, in Chinese. */
  supplier(input: string): string;
}

/**
 * Explains one decision as the desk shows it and as a letter could say it: each condition with the family's value, the
 * threshold, its clause and where the threshold comes from; what is missing and who can supply it.
 */
export function explainDecision(decision: Decision, given: Explaining): Explained {
  const programme = given.plan.programmes.find((p) => p.id === decision.programme);
  if (!programme) throw new Error(`decision about a programme that the plan does not have: ${decision.programme}`);
  const values = valuesFor(decision, given.evaluation);
  const conditions = programme.conditions.map((condition) => explainCondition(condition, values, given));
  const missing = decision.missing.map((input) => ({
    input,
    title: titleOf(input, given),
    supplier: given.supplier(input),
  }));
  return {
    programmeTitle: programme.title,
    sentence: sentence(decision, programme, conditions, missing),
    conditions,
    missing,
  };
}

type Values = (name: string) => Scalar | null | undefined;

function valuesFor(decision: Decision, evaluation: Evaluation): Values {
  const own = evaluation.persons.find((p) => p.id === decision.person)?.values;
  return (name) => own?.get(name) ?? evaluation.household.get(name);
}

function explainCondition(condition: ProgrammeCondition, values: Values, given: Explaining): Conditions[number] {
  const met = values(condition.variable);
  const template = met === true ? condition.yes : met === false ? condition.no : undefined;
  const node = formulaOf(condition.variable, given.plan);
  const sides = node?.op === 'compare' ? { left: node.left, right: node.right } : undefined;
  const value = sides && sideText(sides.left, values, given);
  const threshold = sides && sideText(sides.right, values, given);
  const sources = sides ? parametersOf(sides.right, given) : node ? parametersOf(node, given) : [];
  return {
    text: template ? fill(template, values, given) : condition.title,
    value: value ?? null,
    threshold: threshold ?? null,
    met: typeof met === 'boolean' ? met : null,
    ratio: sides && value && threshold ? position(sides, values, given) : null,
    cite: condition.cite || null,
    source: sources.map(sourceText).join('；') || null,
    borrowed: sources.some((p) => p.borrowedFrom !== null),
  };
}

function sentence(
  decision: Decision,
  programme: Programme,
  conditions: Conditions,
  missing: Explained['missing'],
): string {
  const say = (met: boolean) =>
    conditions
      .filter((c) => c.met === met)
      .map((c) => c.text.replace(/[。；]$/, ''))
      .join('；');
  switch (decision.outcome) {
    case 'eligible': {
      const paid = decision.amountFen ?? 0n;
      const per = programme.period === 'month' ? '每月' : '';
      const amount = paid > 0n ? `，${per}${formatScaled(paid, 2)}元` : '';
      return `符合${programme.title}条件${amount}：${say(true)}。`;
    }
    case 'ineligible':
      return `不符合${programme.title}条件：${say(false)}。`;
    case 'undetermined':
      return `${programme.title}尚不能判定，还缺${missing.map((m) => `${m.title}（${m.supplier}）`).join('、')}。`;
  }
}

function formulaOf(variable: string, plan: Plan): Formula | undefined {
  const definition = plan.rules.variables.find((v) => v.name === variable)?.definition;
  return definition?.kind === 'formula' ? definition.node : undefined;
}

/** The value of one side of a comparison, when it is a single name, parameter or constant. */
function sideValue(node: Formula, values: Values, given: Explaining): Scalar | null | undefined {
  if (node.op === 'constant') return node.value;
  if (node.op === 'reference') return values(node.name);
  if (node.op === 'parameter') return given.parameters.parameters.find((p) => p.id === node.id)?.value;
  return undefined;
}

function sideText(node: Formula, values: Values, given: Explaining): string | undefined {
  const value = sideValue(node, values, given);
  return value === null || value === undefined ? undefined : written(value, node.type);
}

/** Where the value stands on a bar from 0 to twice the threshold; for showing only. */
function position(sides: { left: Formula; right: Formula }, values: Values, given: Explaining): number | null {
  const [left, right] = [sides.left, sides.right].map((side) => {
    const value = sideValue(side, values, given);
    return typeof value === 'bigint'
      ? Number(value) / Number(side.type.kind === 'number' ? side.type.den : 1n)
      : undefined;
  });
  if (left === undefined || right === undefined || right <= 0) return null;
  return Math.round(Math.min(2, Math.max(0, left / right)) * 1000) / 1000;
}

function fill(template: string, values: Values, given: Explaining): string {
  return template.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
    const type = typeOf(name, given);
    const parameter = given.parameters.parameters.find((p) => p.id === name);
    if (parameter) return parameter.text ?? '未公布';
    const value = values(name);
    if (value === null || value === undefined) return type ? '未知' : whole;
    return type ? written(value, type) : String(value);
  });
}

function typeOf(name: string, given: Explaining): ValueType | undefined {
  const { rules } = given.plan;
  return rules.symbols.inputs.get(name)?.type ?? rules.variables.find((v) => v.name === name)?.type;
}

function titleOf(name: string, given: Explaining): string {
  const { rules } = given.plan;
  return rules.symbols.inputs.get(name)?.title ?? given.parameters.parameters.find((p) => p.id === name)?.title ?? name;
}

const DAY_MS = 86_400_000;

/** A value as a person writes it: yuan with two digits, whole numbers, dates, names of codes. */
function written(value: Scalar, type: ValueType): string {
  switch (type.kind) {
    case 'boolean':
      return value === true ? '是' : '否';
    case 'date':
      return new Date(Number(value) * DAY_MS).toISOString().slice(0, 10);
    case 'enum':
      return type.values[String(value)] ?? String(value);
    case 'number': {
      const n = BigInt(value as bigint | number);
      if (type.unit.yuan === 1) return formatScaled(halfUp(n, type.den), 2);
      if (type.den === 1n) return String(n);
      return formatScaled(halfUp(n * 100n, type.den), 2).replace(/\.?0+$/, '');
    }
  }
}

const halfUp = (n: bigint, d: bigint): bigint => (n < 0n ? -((-n * 2n + d) / (d * 2n)) : (n * 2n + d) / (d * 2n));

type Parameter = ResolvedParameters['parameters'][number];

/** Parameters that a formula reads, itself or through the variables it names, in the order they are met. */
function parametersOf(node: Formula, given: Explaining): Parameter[] {
  const found = new Map<string, Parameter>();
  const seen = new Set<string>();
  const visit = (at: Formula): void => {
    if (at.op === 'parameter') {
      const parameter = given.parameters.parameters.find((p) => p.id === at.id);
      if (parameter && parameter.value !== null) found.set(at.id, parameter);
    } else if (at.op === 'reference' && !seen.has(at.name)) {
      seen.add(at.name);
      const inner = formulaOf(at.name, given.plan);
      if (inner) visit(inner);
    }
    for (const child of childrenOf(at)) visit(child);
  };
  visit(node);
  return [...found.values()];
}

function childrenOf(node: Formula): Formula[] {
  switch (node.op) {
    case 'constant':
    case 'reference':
    case 'parameter':
      return [];
    case 'not':
    case 'oneOf':
      return [node.operand];
    case 'if':
      return [node.condition, node.then, node.otherwise];
    case 'divide':
      return [node.numerator, node.denominator];
    default:
      return [node.left, node.right];
  }
}

function sourceText(p: Parameter): string {
  const from = p.borrowedFrom ? `，借自${p.borrowedFrom.title}` : '';
  return `${p.title} ${p.text ?? ''}（${p.cite}，自${p.from}${from}）`;
}
