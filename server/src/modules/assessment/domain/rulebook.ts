import { compilePolicies, formatLocatedError, type InputDefinition, type Plan, readPacks } from '@doudi/policy';
import { parse } from 'yaml';
import { z } from 'zod';
import { invalid } from '../../../platform/errors.ts';
import { type Bundle, oncePerBundle } from '../../../platform/packs/index.ts';

/** The policies of a bundle as one month's assessment uses them. */
export interface Rulebook {
  plan: Plan;
  vocabulary: readonly InputDefinition[];
  /** The part of the vocabulary that the programmes read, and each programme's own roll input. */
  inputsRead: readonly InputDefinition[];
  figures: Figures;
}

/** Household variables behind the figures of a household's page. */
export interface Figures {
  family_size: string;
  income: string;
  standard: string;
}

type Node = Extract<Plan['rules']['variables'][number]['definition'], { kind: 'formula' }>['node'];

/** The packs of a bundle as the policy library reads them; parsed once, since that takes as long as deciding a village. */
export const packsOf = oncePerBundle((bundle: Bundle) => readPacks(bundle.files));

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
  const read = packsOf(bundle);
  const { programmes, figures } = monthlyOf(bundle);
  const plan = compilePolicies(read.packs, { month, programmes });
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
  const rulebook = { plan, vocabulary, inputsRead: vocabulary.filter((input) => names.has(input.name)), figures };
  byMonth.set(month, rulebook);
  return rulebook;
}

const Monthly = z.strictObject({
  programmes: z.array(z.string()).min(1),
  figures: z.strictObject({ family_size: z.string(), income: z.string(), standard: z.string() }),
});

/** What the monthly run decides and shows, as assessment/monthly.yaml of the most specific pack says. */
export function monthlyOf(bundle: Bundle): z.infer<typeof Monthly> {
  const file = bundle.under('assessment').findLast((f) => f.path.endsWith('/monthly.yaml'));
  const read = Monthly.safeParse(file ? parse(file.text) : undefined);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw invalid(
    'monthly-invalid',
    `规则包没有写明每月测算什么（${file?.path ?? 'assessment/monthly.yaml'}${issue ? `：${issue.path.join('.')}` : ''}）`,
    '请写 programmes: [项目代码, …] 与 figures，可参照 packs/national/assessment/monthly.yaml',
  );
}

/** Input of a person that says whether it is on the roll of a programme, e.g. 'on_disability_living'. */
export const rollInput = (programme: string): string => `on_${programme.replaceAll('-', '_')}`;

/** Inputs that a programme's decision reads, itself or through the variables it names. */
export function inputsOf(plan: Plan, programme: Plan['programmes'][number]): Set<string> {
  const definitions = new Map(plan.rules.variables.map((variable) => [variable.name, variable.definition]));
  const { conditions, applies, amount } = programme;
  const waiting = [...conditions.map((c) => c.variable), applies, amount].filter((name) => name !== undefined);
  const names = new Set<string>(waiting);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const definition = definitions.get(name);
    if (!definition) continue;
    for (const read of namesIn(definition)) if (!names.has(read)) waiting.push(read);
    for (const read of waiting) names.add(read);
  }
  return names;
}

/** Every name that a formula of the plan refers to. */
function namesRead(plan: Plan): Set<string> {
  const names = new Set(plan.programmes.map((programme) => rollInput(programme.id)));
  for (const { definition } of plan.rules.variables) for (const name of namesIn(definition)) names.add(name);
  return names;
}

/** Names that one variable's definition refers to. */
function namesIn(definition: Plan['rules']['variables'][number]['definition']): Set<string> {
  const names = new Set<string>();
  const visit = (node: Node): void => {
    if (node.op === 'reference') names.add(node.name);
    for (const part of Object.values(node)) if (isNode(part)) visit(part);
  };
  if (definition.kind === 'formula') visit(definition.node);
  else if (definition.kind === 'aggregate') names.add(definition.contribution);
  else {
    visit(definition.base);
    for (const exception of definition.exceptions) {
      visit(exception.when);
      visit(exception.value);
    }
  }
  return names;
}

const isNode = (part: unknown): part is Node => typeof part === 'object' && part !== null && 'op' in part;
