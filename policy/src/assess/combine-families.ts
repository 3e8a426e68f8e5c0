import type { Decision, Evaluation, Family } from '../backend/evaluate.ts';
import type { ResolvedParameters } from '../model/resolve-parameters.ts';
import type { Pack } from '../model/shapes.ts';
import type { Plan } from '../plan.ts';
import {
  type CombinationRules,
  type Combined,
  chooseSplit,
  type DecidedScenario,
  decisionsOf,
  type Scenario,
  splits,
  withDifferences,
} from './scenarios.ts';

/** Decides families by another backend (SQL), one list of decisions for each; `parameters` are in the same order. */
export type Decide = (
  plan: Plan,
  families: readonly Family[],
  parameters: readonly ResolvedParameters[],
) => Promise<Decision[][]>;

const byJavaScript: Decide = async (plan, families, parameters) =>
  families.map((f, i) => plan.evaluate(f, { parameters: at(parameters, i) }).decisions);

/** What the families of one call have in common. */
interface Setting {
  plan: Plan;
  packs: readonly Pack[];
  decide?: Decide | undefined;
}

/**
 * Decides the whole families, then each family as it would be after members left it for schemes of their own, then with
 * differences paid; chooses for each family. All scenarios of one stage are decided together.
 */
export async function combineFamilies(
  { plan, packs, decide = byJavaScript }: Setting,
  families: readonly Family[],
  parameters: readonly ResolvedParameters[],
): Promise<Combined[][]> {
  const decideAll = async (list: readonly { index: number; family: Family }[]): Promise<Decision[][]> =>
    list.length === 0
      ? []
      : decide(
          plan,
          list.map((s) => s.family),
          list.map((s) => at(parameters, s.index)),
        );
  const rules = families.map((_, index) => rulesFor(plan, packs, at(parameters, index).chain));
  const whole = await decideAll(families.map((family, index) => ({ index, family })));
  const first = families.flatMap((family, index) =>
    splits(family, at(whole, index), at(rules, index)).map((scenario) => ({
      index,
      scenario,
      family: scenario.family,
    })),
  );
  const left = first.filter((s) => s.scenario.apart.size > 0);
  const decidedLeft = new Map((await decideAll(left)).map((d, i) => [at(left, i).scenario, d]));
  const decided: { index: number; scenario: Scenario; decisions: Decision[] }[] = [];
  const second: { index: number; scenario: Scenario; family: Family }[] = [];
  for (const { index, scenario, family } of first) {
    const own = at(whole, index);
    const decisions = decisionsOf(scenario, own, decidedLeft.get(scenario) ?? own, at(rules, index));
    const evaluate = (): Evaluation => plan.evaluate(family, { parameters: at(parameters, index) });
    const lessened = withDifferences(scenario, decisions, evaluate, at(rules, index));
    if (lessened) second.push({ index, scenario: lessened, family: lessened.family });
    decided.push({ index, scenario: { ...scenario, undiminished: lessened !== undefined }, decisions });
  }
  const decidedSecond = await decideAll(second);
  for (const [i, { index, scenario }] of second.entries()) {
    const decisions = decisionsOf(scenario, at(whole, index), at(decidedSecond, i), at(rules, index));
    decided.push({ index, scenario, decisions });
  }
  const byFamily = families.map((): DecidedScenario[] => []);
  for (const { index, ...scenario } of decided) byFamily[index]?.push(scenario);
  return byFamily.map((list, index) => chooseSplit(list, at(rules, index)));
}

/** The combinations that a chain of packs allows. */
export function rulesFor(plan: Plan, packs: readonly Pack[], chain: readonly string[]): CombinationRules {
  const own = packs.filter((p) => chain.includes(p.id));
  return {
    exclusions: own.flatMap((p) => p.exclusions),
    reductions: own.flatMap((p) => p.reductions),
    programmes: plan.programmes,
  };
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}
