import { compilePolicies, formatLocatedError, type InputDefinition, type Plan, readPacks } from '@doudi/policy';
import { parse } from 'yaml';
import { invalid } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';

/** The policies of a bundle as one month's assessment uses them. */
export interface Rulebook {
  plan: Plan;
  vocabulary: readonly InputDefinition[];
  /** The part of the vocabulary that the programmes read, and each programme's own roll input. */
  inputsRead: readonly InputDefinition[];
}

type Node = Extract<Plan['rules']['variables'][number]['definition'], { kind: 'formula' }>['node'];

const compiled = new WeakMap<Bundle, Map<string, Rulebook>>();

/**
 * Compiles the monthly programmes of a bundle for one month; once per bundle object and month.
 * @param month 'YYYY-MM'
 * @throws policy-invalid with file, line and column of the first fault
 */
export function rulebookOf(bundle: Bundle, month: string): Rulebook {
  const byMonth = compiled.get(bundle) ?? new Map<string, Rulebook>();
  compiled.set(bundle, byMonth);
  const known = byMonth.get(month);
  if (known) return known;
  const read = readPacks(bundle.files);
  const plan = compilePolicies(read.packs, { month, programmes: monthlyProgrammes(bundle) });
  const [first] = [...read.errors, ...plan.errors];
  if (first) {
    const more = read.errors.length + plan.errors.length - 1;
    throw invalid(
      'policy-invalid',
      `政策规则有误：${formatLocatedError(first)}${more > 0 ? `（另有 ${more} 处）` : ''}`,
      '请按提示改正规则包，再重新运行；有误的规则不作任何决定',
    );
  }
  const vocabulary = read.packs.flatMap((pack) => pack.inputs);
  const names = namesRead(plan);
  const rulebook = { plan, vocabulary, inputsRead: vocabulary.filter((input) => names.has(input.name)) };
  byMonth.set(month, rulebook);
  return rulebook;
}

/** Programmes that the monthly run decides, as assessment/monthly.yaml of the most specific pack lists them. */
export function monthlyProgrammes(bundle: Bundle): string[] {
  const file = bundle.under('assessment').findLast((f) => f.path.endsWith('/monthly.yaml'));
  const listed = file ? (parse(file.text) as { programmes?: unknown }).programmes : undefined;
  if (!Array.isArray(listed) || !listed.every((p) => typeof p === 'string'))
    throw invalid(
      'monthly-programmes',
      '规则包没有写明每月测算哪些项目（assessment/monthly.yaml）',
      '请在规则包写 programmes: [项目代码, …]，可参照 packs/national/assessment/monthly.yaml',
    );
  return listed;
}

/** Input of a person that says whether it is on the roll of a programme, e.g. 'on_disability_living'. */
export const rollInput = (programme: string): string => `on_${programme.replaceAll('-', '_')}`;

/** Every name that a formula of the plan refers to. */
function namesRead(plan: Plan): Set<string> {
  const names = new Set(plan.programmes.map((programme) => rollInput(programme.id)));
  const visit = (node: Node): void => {
    if (node.op === 'reference') names.add(node.name);
    for (const part of Object.values(node)) if (isNode(part)) visit(part);
  };
  for (const { definition } of plan.rules.variables) {
    if (definition.kind === 'formula') visit(definition.node);
    else if (definition.kind === 'aggregate') names.add(definition.contribution);
    else {
      visit(definition.base);
      for (const exception of definition.exceptions) {
        visit(exception.when);
        visit(exception.value);
      }
    }
  }
  return names;
}

const isNode = (part: unknown): part is Node => typeof part === 'object' && part !== null && 'op' in part;
