import { applyReform, compilePolicies, type LocatedError, type Plan } from '@doudi/policy';
import { invalid } from '../../../platform/errors.ts';
import type { Bundle } from '../../../platform/packs/index.ts';
import { monthlyOf, rulebookOf } from './rulebook.ts';

/** What a parameter is before and under a reform, in one division. */
export interface ChangedParameter {
  id: string;
  title: string;
  unit: string;
  division: string;
  before: string | null;
  after: string | null;
  cite: string;
}

/** A reform laid over the rules of a month: what it changes, and only the programmes that this can reach. */
export interface Reform {
  title: string;
  /** The rules under the reform, of the programmes that depend on what it changes. */
  plan: Plan;
  /** Divisions (of those asked for) in which anything changes. */
  divisions: string[];
  changed: ChangedParameter[];
  errors: LocatedError[];
}

type Formula = Extract<Plan['rules']['variables'][number]['definition'], { kind: 'formula' }>['node'];

const REFORM_FLAG = '@in.@reform';

/**
 * Reads a reform overlay (docs/policy-language, 改革试算) against a bundle's rules of one month.
 * @param file path (for the messages) and YAML text
 * @param divisions codes under which parameters are resolved
 * @returns the reform; with `errors`, each with file, line and column, nothing may be decided by it
 */
export function readReform(
  bundle: Bundle,
  month: string,
  file: { path: string; text: string },
  divisions: readonly string[],
): Reform {
  const base = rulebookOf(bundle, month).plan;
  const { packs, title, errors } = applyReform(base.rules.packs, file);
  const all = compilePolicies(packs, { month, programmes: monthlyOf(bundle).programmes });
  const found = [...errors, ...all.errors];
  const changed: ChangedParameter[] = [];
  const ids = new Set<string>();
  const touched = new Set<string>();
  const ownRules = packs.some((pack) => pack.id === '@reform' && pack.policies.length > 0);
  for (const division of divisions) {
    const before = new Map(base.resolve(division).parameters.map((p) => [p.id, p]));
    const after = all.resolve(division);
    found.push(...after.errors);
    if (ownRules && after.chain.includes('@reform')) {
      ids.add(REFORM_FLAG);
      touched.add(division);
    }
    for (const { id, title: name, unit, value, text, cite } of after.parameters) {
      const was = before.get(id);
      if (was?.value === value) continue;
      ids.add(id);
      touched.add(division);
      changed.push({
        id,
        title: name,
        unit,
        division,
        before: was?.text ?? null,
        after: text,
        cite: was?.cite ?? cite,
      });
    }
  }
  const programmes = all.programmes.filter((p) => dependsOn(all, p, ids)).map((p) => p.id);
  // A plan of no programme at all would still read every household.
  const plan = programmes.length === all.programmes.length ? all : compilePolicies(packs, { month, programmes });
  return { title, plan, divisions: [...touched].sort(), changed, errors: located(found, file.path) };
}

/** The same fault is met once for each division; those of the reform's own file come first. */
function located(errors: readonly LocatedError[], file: string): LocatedError[] {
  const once = new Map(errors.map((e) => [`${e.file}:${e.line}:${e.column}:${e.message}`, e]));
  return [...once.values()].sort(
    (a, b) => Number(b.file === file) - Number(a.file === file) || a.line - b.line || a.column - b.column,
  );
}

/** Whether a programme's conditions, applicability or amount reach any of the parameters, by whatever way. */
function dependsOn(plan: Plan, programme: Plan['programmes'][number], ids: ReadonlySet<string>): boolean {
  const byName = new Map(plan.rules.variables.map((v) => [v.name, v.definition]));
  const seen = new Set<string>();
  const reaches = (name: string): boolean => {
    if (seen.has(name)) return false;
    seen.add(name);
    const definition = byName.get(name);
    if (!definition) return false;
    if (definition.kind === 'formula') return inFormula(definition.node);
    if (definition.kind === 'aggregate') return reaches(definition.contribution);
    return [definition.base, ...definition.exceptions.flatMap((e) => [e.when, e.value])].some(inFormula);
  };
  const inFormula = (node: Formula): boolean => {
    if (node.op === 'parameter') return ids.has(node.id);
    if (node.op === 'reference') return reaches(node.name);
    return Object.values(node).some((part) => isNode(part) && inFormula(part));
  };
  const own = [...programme.conditions.map((c) => c.variable), programme.amount, programme.applies];
  return own.some((name) => name !== undefined && reaches(name));
}

const isNode = (part: unknown): part is Formula => typeof part === 'object' && part !== null && 'op' in part;

/** Refuses a reform that cannot be run, with its first faults as file:line:column. */
export function mustStand(errors: readonly LocatedError[], format: (error: LocatedError) => string): void {
  if (errors.length === 0) return;
  throw invalid('reform-invalid', errors.slice(0, 20).map(format).join('\n'), '请按行列改正试算方案，再提交');
}
