import { invalid } from '../../../platform/errors.ts';
import { type Rule, rulesOf } from './block/rules.ts';
import type { Comparison, Pairing } from './compare/comparison.ts';
import { atomsOf, comparisonsOf } from './compare/comparisons.ts';
import type { LinkPlan } from './config.ts';
import type { Field } from './fields/field.ts';
import type { Model } from './model.ts';

/** A plan and a model together: what is compared, how, and what it weighs. */
export interface Matcher {
  fields: readonly Field[];
  pairing: Pairing;
  comparisons: readonly Comparison[];
  rules: readonly Rule[];
}

/**
 * The matcher of a plan with a model.
 * @param self whether one file is compared with itself
 * @throws link-model-fit when the model was learnt for other fields
 */
export function matcherOf(plan: LinkPlan, model: Model, self: boolean): Matcher {
  const pairing: Pairing = { left: 'left', right: self ? 'left' : 'right' };
  const comparisons = comparisonsOf(plan.fields, pairing);
  const rules = rulesOf(model, atomsOf(plan.fields, pairing));
  const fits =
    comparisons.length === model.comparisons.length &&
    comparisons.every(
      (c, i) =>
        c.id === model.comparisons[i]?.id &&
        [...c.levels.map((l) => l.id), 'other'].join() === model.comparisons[i]?.levels.join(),
    ) &&
    rules.every((rule, i) => rule.atoms.length === model.rules[i]?.atoms.length);
  if (!fits)
    throw invalid('link-model-fit', '这个模型是为另一组字段训练的', '请用训练它时的配置，或去掉 --model 重新训练');
  return { fields: plan.fields, pairing, comparisons, rules };
}
