import type { Decision, Evaluation, Family } from '../backend/evaluate.ts';
import { reasonsOf } from '../explain/explain.ts';
import { madeOf } from '../explain/wording.ts';
import type { ResolvedParameters } from '../model/resolve-parameters.ts';
import type { Pack } from '../model/shapes.ts';
import { compilePolicies, type Plan } from '../plan.ts';
import type { LocatedError } from '../source/located.ts';
import { formatScaled } from '../typed/exact.ts';
import { valueText } from '../typed/value-text.ts';
import { combineFamilies, type Decide } from './combine-families.ts';
import type { Combined } from './scenarios.ts';

/** One answer of `doudi assess`; money is yuan as decimal text for the period. */
export interface Assessment {
  household: string;
  person?: string;
  scope: 'person' | 'household';
  programme: string;
  outcome: Decision['outcome'];
  /** As it is in the best lawful combination when chosen, else for the whole family. */
  amount: string | null;
  /** In the best lawful combination. */
  chosen: boolean;
  /** What it excludes or is excluded by; for a chosen one what it was preferred to. */
  alternatives: { programme: string; person?: string; amount: string; cite: string }[];
  period: 'month' | 'once';
  reasons: { code: string; cite: string; text: string }[];
  missing: string[];
  /** The named variables that the decision is made of; null is unknown. */
  variables: Record<string, string | null>;
  bundleHash: string;
}

export interface AssessOptions {
  /** YYYY-MM-DD; the rules and parameters of its month apply. */
  at: string;
  set?: Readonly<Record<string, string>>;
  programmes?: readonly string[];
  bundleHash?: string;
  /** Decides by another backend (SQL); the explanation still comes from JavaScript. */
  decide?: Decide | undefined;
}

/**
 * Assesses families: every programme, with the best lawful combination, reasons with clause and sentence, and the
 * values of the variables.
 * @returns the answers in the order of the families, then of the programmes, then of the persons; or the faults of packs
 *   and parameters that forbid deciding
 */
export async function assess(
  packs: readonly Pack[],
  families: readonly Family[],
  options: AssessOptions,
): Promise<{ assessments: Assessment[]; errors: LocatedError[] }> {
  const month = options.at.slice(0, 7);
  const plan = compilePolicies(packs, { month, ...(options.programmes ? { programmes: options.programmes } : {}) });
  const resolved = new Map<string, ResolvedParameters>();
  for (const { division } of families) {
    if (!resolved.has(division)) resolved.set(division, plan.resolve(division, options.set));
  }
  const errors = [...plan.errors, ...[...resolved.values()].flatMap((r) => r.errors)];
  if (errors.length > 0) return { assessments: [], errors: unique(errors) };
  const parameters = families.map((f) => resolved.get(f.division) ?? plan.resolve(f.division, options.set));
  const combined = await combineFamilies({ plan, packs, decide: options.decide }, families, parameters);
  const assessments = combined.flatMap((lines, i) =>
    present(plan, options.bundleHash ?? '', at(families, i), lines, at(parameters, i)),
  );
  return { assessments, errors: [] };
}

/** A fault of the packs is found once for each division; it is told once. */
function unique(errors: readonly LocatedError[]): LocatedError[] {
  const seen = new Set<string>();
  return errors.filter((e) => {
    const key = `${e.file}:${e.line}:${e.column}:${e.message}`;
    return !seen.has(key) && seen.add(key);
  });
}

function present(
  plan: Plan,
  bundleHash: string,
  family: Family,
  lines: readonly Combined[],
  parameters: ResolvedParameters,
): Assessment[] {
  const evaluations = new Map<Family, Evaluation>();
  const evaluationOf = ({ scenario }: Combined): Evaluation => {
    const known = evaluations.get(scenario.family) ?? plan.evaluate(scenario.family, { parameters });
    evaluations.set(scenario.family, known);
    return known;
  };
  const order = new Map(plan.programmes.map((p, i) => [p.id, i]));
  const place = ({ decision }: Combined): number => order.get(decision.programme) ?? 0;
  const position = ({ decision }: Combined): number => family.persons.findIndex((p) => p.id === decision.person);
  const sorted = [...lines].sort((a, b) => place(a) - place(b) || position(a) - position(b));
  return sorted.map((line): Assessment => {
    const { decision, chosen, alternatives } = line;
    const evaluation = evaluationOf(line);
    const programme = plan.programmes.find((p) => p.id === decision.programme);
    return {
      household: decision.household,
      ...(decision.person === null ? {} : { person: decision.person }),
      scope: decision.person === null ? 'household' : 'person',
      programme: decision.programme,
      outcome: decision.outcome,
      amount: decision.amountFen === null ? null : formatScaled(decision.amountFen, 2),
      chosen,
      alternatives: alternatives.map((a) => ({
        programme: a.programme,
        ...(a.person === null ? {} : { person: a.person }),
        amount: formatScaled(a.amountFen, 2),
        cite: a.cite,
      })),
      period: programme?.period ?? 'month',
      reasons: reasonsOf(plan, evaluation, decision, parameters),
      missing: decision.missing,
      variables: namedVariables(plan, evaluation, decision),
      bundleHash,
    };
  });
}

function namedVariables(plan: Plan, evaluation: Evaluation, decision: Decision): Record<string, string | null> {
  const programme = plan.programmes.find((p) => p.id === decision.programme);
  const roots = [...(programme?.conditions.map((c) => c.variable) ?? []), programme?.amount, programme?.applies];
  const used = madeOf(
    plan.rules,
    roots.filter((name) => name !== undefined),
  );
  const own = evaluation.persons.find((p) => p.id === decision.person)?.values;
  const out: Record<string, string | null> = {};
  for (const variable of plan.rules.variables) {
    if (variable.hidden || variable.entity === 'obligor' || !used.has(variable.name)) continue;
    const row = variable.entity === 'household' ? evaluation.household : own;
    const value = row?.get(variable.name);
    if (value !== undefined) out[variable.name] = value === null ? null : valueText(value, variable.type);
  }
  return out;
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}
