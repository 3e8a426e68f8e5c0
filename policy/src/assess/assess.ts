import type { Decision, Evaluation, Family } from '../backend/evaluate.ts';
import { valueText } from '../cases/run-cases.ts';
import { explain } from '../explain/explain.ts';
import type { ResolvedParameters } from '../model/resolve-parameters.ts';
import type { Pack } from '../model/shapes.ts';
import { compilePolicies, type Plan } from '../plan.ts';
import type { LocatedError } from '../source/located.ts';
import { formatScaled } from '../typed/exact.ts';
import { combine } from './combine.ts';

/** One answer of `doudi assess`; money is yuan as decimal text for the period. */
export interface Assessment {
  household: string;
  person?: string;
  scope: 'person' | 'household';
  programme: string;
  title: string;
  outcome: Decision['outcome'];
  amount: string | null;
  period: 'month' | 'once';
  /** In the best lawful combination. */
  chosen: boolean;
  /** What it excludes or is excluded by. */
  alternatives: { programme: string; person?: string; amount: string; cite: string }[];
  reasons: { code: string; cite: string; text: string }[];
  missing: string[];
  branch: string | null;
  /** Named variables of the household and, for a person, of that person; null is unknown. */
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
  decide?: (
    plan: Plan,
    families: readonly Family[],
    parameters: readonly ResolvedParameters[],
  ) => Promise<Decision[][]>;
}

/**
 * Assesses families: every programme, with the best lawful combination, reasons with clause and sentence, and the
 * values of the variables.
 * @returns the answers in the order of the families, or the faults of packs and parameters that forbid deciding
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
  if (errors.length > 0) return { assessments: [], errors };
  const given = families.map((f) => resolved.get(f.division) ?? plan.resolve(f.division, options.set));
  const decided = await options.decide?.(plan, families, given);
  const assessments = families.flatMap((family, index) => {
    const parameters = given[index] ?? plan.resolve(family.division, options.set);
    const evaluation = plan.evaluate(family, { parameters });
    const decisions = decided?.[index] ?? evaluation.decisions;
    return present(plan, packs, family, evaluation, decisions, parameters, options.bundleHash ?? '');
  });
  return { assessments, errors: [] };
}

function present(
  plan: Plan,
  packs: readonly Pack[],
  family: Family,
  evaluation: Evaluation,
  decisions: readonly Decision[],
  parameters: ResolvedParameters,
  bundleHash: string,
): Assessment[] {
  const exclusions = packs.flatMap((p) => p.exclusions);
  return combine(decisions, plan.programmes, exclusions).map(({ decision, chosen, alternatives }): Assessment => {
    const programme = plan.programmes.find((p) => p.id === decision.programme);
    const explanation = explain(plan, family, evaluation, decision, parameters);
    const sentences = new Map(explanation.conditions.map((c) => [c.code, c]));
    return {
      household: decision.household,
      ...(decision.person === null ? {} : { person: decision.person }),
      scope: decision.person === null ? 'household' : 'person',
      programme: decision.programme,
      title: programme?.title ?? decision.programme,
      outcome: decision.outcome,
      amount: decision.amountFen === null ? null : formatScaled(decision.amountFen, 2),
      period: programme?.period ?? 'month',
      chosen,
      alternatives: alternatives.map((a) => ({
        programme: a.programme,
        ...(a.person === null ? {} : { person: a.person }),
        amount: formatScaled(a.amountFen, 2),
        cite: a.cite,
      })),
      reasons: decision.reasons.map((code) => ({
        code,
        cite: sentences.get(code)?.cite ?? '',
        text: sentences.get(code)?.sentence ?? '',
      })),
      missing: decision.missing,
      branch: decision.branch,
      variables: namedVariables(plan, evaluation, decision.person),
      bundleHash,
    };
  });
}

function namedVariables(plan: Plan, evaluation: Evaluation, person: string | null): Record<string, string | null> {
  const out: Record<string, string | null> = {};
  const own = evaluation.persons.find((p) => p.id === person)?.values;
  for (const variable of plan.rules.variables) {
    if (variable.hidden || variable.entity === 'obligor') continue;
    const row = variable.entity === 'household' ? evaluation.household : own;
    const value = row?.get(variable.name);
    if (value !== undefined) out[variable.name] = value === null ? null : valueText(value, variable.type);
  }
  return out;
}
