import type { Decision, Evaluation, Family } from '../backend/evaluate.ts';
import type { Programme } from '../compile.ts';
import type { ResolvedParameter, ResolvedParameters } from '../model/resolve-parameters.ts';
import type { Plan } from '../plan.ts';
import { View, yuan } from './view.ts';
import { localRules, wordingOf } from './wording.ts';

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
    const { title, cite, yes, no } = wordingOf(c, parameters.chain);
    return {
      code: c.code,
      title,
      en: c.en,
      holds: typeof value === 'boolean' ? value : null,
      cite,
      sentence: typeof value === 'boolean' ? sentence(title, value ? yes : no, value, view) : '',
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

function sentence(title: string, template: string | undefined, holds: boolean, view: View): string {
  return template ? view.fill(template) : `${title}：${holds ? '是' : '否'}。`;
}

/**
 * The reasons of one decision as `assess` gives them: each condition with its clause and sentence, then every rule that
 * a division changed and that this decision rests on, with the division and its clause.
 * @returns code, clause and sentence; none when the decision is undetermined
 */
export function reasonsOf(
  plan: Plan,
  evaluation: Evaluation,
  decision: Decision,
  parameters: ResolvedParameters,
): { code: string; cite: string; text: string }[] {
  const programme = plan.programmes.find((p) => p.id === decision.programme);
  if (!programme || decision.outcome === 'undetermined') return [];
  const view = new View(plan, evaluation, decision, parameters);
  const holds = decision.outcome === 'eligible';
  const told = programme.conditions.filter((c) => decision.reasons.includes(c.code));
  const reasons = told.map((c) => {
    const { title, cite, yes, no } = wordingOf(c, parameters.chain);
    return { code: c.code, cite, text: sentence(title, holds ? yes : no, holds, view) };
  });
  const roots = told.map((c) => c.variable);
  if (holds && programme.amount) roots.push(programme.amount);
  return [...reasons, ...localRules(plan, parameters.chain, roots)];
}
