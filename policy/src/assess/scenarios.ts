import type { Decision, Evaluation, Facts, Family } from '../backend/evaluate.ts';
import type { Programme } from '../compile.ts';
import type { Exclusion, Reduction } from '../model/shapes.ts';
import type { Scalar } from '../typed/ir.ts';
import { type Alternative, alternativesOf, bestOf, clashOf, weightOf } from './combine.ts';

/** What a division lets draw together, and what it does not. */
export interface CombinationRules {
  exclusions: readonly Exclusion[];
  reductions: readonly Reduction[];
  programmes: readonly Programme[];
}

/** One lawful way to split a family: who leaves it for a scheme of their own, and the family that remains. */
export interface Scenario {
  /** For each person who leaves, the scheme taken. */
  apart: ReadonlyMap<string, string>;
  /** Pays only differences: facts of the remaining persons say what they draw from the family's programme. */
  differences: boolean;
  /** Some sums stand undiminished beside what they would be the difference to, so both cannot be drawn. */
  undiminished: boolean;
  family: Family;
}

/** Beyond so many ways to split one family only the whole family and single departures are compared. */
const most = 256;

/**
 * Every way to split a family between the programmes of the household and the schemes that take a person out of it.
 * @param decisions of the whole family; only what is eligible there can be left for
 * @returns the whole family first
 */
export function splits(family: Family, decisions: readonly Decision[], rules: CombinationRules): Scenario[] {
  const schemes = new Set(rules.exclusions.flatMap((e) => (e.apart === undefined ? [] : [e.apart])));
  const options = new Map<string, string[]>();
  for (const { person, programme, outcome } of decisions) {
    if (person === null || outcome !== 'eligible' || !schemes.has(programme)) continue;
    options.set(person, [...(options.get(person) ?? []), programme]);
  }
  let ways: Map<string, string>[] = [new Map()];
  for (const [person, list] of options) {
    ways = ways.flatMap((way) => [way, ...list.map((programme) => new Map([...way, [person, programme] as const]))]);
    if (ways.length > most) {
      const single = [...options].flatMap(([id, all]) => all.map((programme) => new Map([[id, programme]])));
      const everyone = new Map([...options].map(([id, all]) => [id, all[0] ?? '']));
      ways = [new Map(), ...single, everyone];
      break;
    }
  }
  return ways.map((apart) => ({
    apart,
    differences: false,
    undiminished: false,
    family: apart.size === 0 ? family : { ...family, persons: family.persons.filter((p) => !apart.has(p.id)) },
  }));
}

/**
 * The decisions of a split family: what the family draws is worked out for those who remain; everything that does not
 * depend on who is in the family stays as it was decided for the whole.
 */
export function decisionsOf(
  scenario: Scenario,
  whole: readonly Decision[],
  remaining: readonly Decision[],
  rules: CombinationRules,
): Decision[] {
  if (scenario.apart.size === 0 && !scenario.differences) return [...whole];
  const renewed = renewedProgrammes(rules, scenario.differences);
  const from = new Map(remaining.map((d) => [`${d.person ?? ''}/${d.programme}`, d]));
  const clash = clashOf(rules.exclusions);
  const kept = whole.filter((d) => d.person === null || !scenario.apart.has(d.person));
  const taken = [...scenario.apart].flatMap(([person, programme]) => {
    const scheme = whole.find((d) => d.person === person && d.programme === programme);
    return whole.filter((d) => d.person === person && scheme && (d === scheme || !clash(d, scheme)));
  });
  return [
    ...kept.map((d) => (renewed.has(d.programme) ? (from.get(`${d.person ?? ''}/${d.programme}`) ?? d) : d)),
    ...taken,
  ];
}

/** Programmes whose decision depends on who has left the family, or on what the others draw. */
function renewedProgrammes(rules: CombinationRules, differences: boolean): Set<string> {
  const schemes = new Set(rules.exclusions.flatMap((e) => (e.apart === undefined ? [] : [e.apart])));
  const out = new Set<string>();
  for (const { between, apart } of rules.exclusions) {
    if (apart !== undefined) for (const id of between) if (id !== apart) out.add(id);
  }
  for (const { between } of rules.exclusions) {
    const [a, b] = between;
    if (out.has(a) && !schemes.has(b)) out.add(b);
    else if (out.has(b) && !schemes.has(a)) out.add(a);
  }
  if (differences) for (const reduction of rules.reductions) out.add(reduction.programme);
  return out;
}

/**
 * The same split with differences paid: each person's fact of what is drawn is at least their share of the family's
 * programme. Undefined where nothing is drawn of which only the difference would be paid.
 */
export function withDifferences(
  scenario: Scenario,
  decisions: readonly Decision[],
  evaluate: () => Evaluation,
  rules: CombinationRules,
): Scenario | undefined {
  const drawn = new Map<string, Record<string, Scalar>>();
  for (const { programme, by, fact, value } of rules.reductions) {
    const paid = decisions.some((d) => d.programme === by && d.person === null && d.outcome === 'eligible');
    const both = paid && decisions.some((d) => d.programme === programme && d.outcome === 'eligible');
    const share = both ? evaluate().household.get(value) : undefined;
    if (typeof share !== 'bigint') continue;
    for (const { person, programme: own, outcome } of decisions) {
      if (person === null || own !== programme || outcome !== 'eligible' || scenario.apart.has(person)) continue;
      const given = scenario.family.persons.find((p) => p.id === person)?.facts[fact];
      if (given !== undefined && given !== null && BigInt(given as bigint) < share)
        drawn.set(person, { ...drawn.get(person), [fact]: share });
    }
  }
  if (drawn.size === 0) return undefined;
  const persons = scenario.family.persons.map((p) => {
    const facts: Facts = { ...p.facts, ...drawn.get(p.id) };
    return { id: p.id, facts };
  });
  return { ...scenario, differences: true, undiminished: false, family: { ...scenario.family, persons } };
}

/** A scenario as decided. */
export interface DecidedScenario {
  scenario: Scenario;
  decisions: readonly Decision[];
}

/** One line of the answer: the decision as it is in the best lawful combination, or as it is for the whole family. */
export interface Combined {
  decision: Decision;
  scenario: Scenario;
  chosen: boolean;
  alternatives: Alternative[];
}

/**
 * Chooses the split whose lawful combination pays most a month; equal sums prefer more decisions, then fewer
 * departures. Where only differences may be paid, the undiminished sums are no lawful combination.
 * @param decided every split, the whole family first
 */
export function chooseSplit(decided: readonly DecidedScenario[], rules: CombinationRules): Combined[] {
  const [whole] = decided;
  if (!whole) return [];
  const weight = weightOf(rules.programmes);
  let best: { at: DecidedScenario; chosen: Set<Decision>; sum: bigint } | undefined;
  for (const at of decided) {
    const eligible = at.decisions.filter((d) => d.outcome === 'eligible');
    const clash = clashOf(withoutSums(at.scenario, rules), new Set(at.scenario.apart.keys()));
    const chosen = bestOf(eligible, weight, clash);
    const taken = [...at.scenario.apart].every(([person, programme]) =>
      [...chosen].some((d) => d.person === person && d.programme === programme),
    );
    if (!taken) continue;
    const sum = [...chosen].reduce((total, d) => total + weight(d), 0n);
    const more = best === undefined || sum > best.sum || (sum === best.sum && chosen.size > best.chosen.size);
    if (more) best = { at, chosen, sum };
  }
  const winner = best ?? { at: whole, chosen: new Set<Decision>() };
  const key = (d: Decision): string => `${d.person ?? ''}/${d.programme}`;
  const inWinner = new Map([...winner.chosen].map((d) => [key(d), d]));
  const eligible = whole.decisions.filter((d) => d.outcome === 'eligible');
  const clash = clashOf(rules.exclusions);
  return whole.decisions.map((decision) => {
    const chosen = inWinner.get(key(decision));
    const alternatives = alternativesOf(decision, eligible, clash);
    if (!chosen) return { decision, scenario: whole.scenario, chosen: false, alternatives };
    const scenario = winner.at.decisions.includes(chosen) && chosen !== decision ? winner.at.scenario : whole.scenario;
    const other = changed(decision, chosen) ? [ownAlternative(decision, winner.at.scenario, rules)] : [];
    return { decision: chosen, scenario, chosen: true, alternatives: [...other, ...alternatives] };
  });
}

/** While differences are not paid, a programme clashes with what it would be the difference to. */
function withoutSums(scenario: Scenario, rules: CombinationRules): readonly Exclusion[] {
  if (!scenario.undiminished) return rules.exclusions;
  const sums = rules.reductions.map(
    ({ programme, by, cite, source }): Exclusion => ({ between: [programme, by], apart: undefined, cite, source }),
  );
  return [...rules.exclusions, ...sums];
}

function changed(whole: Decision, chosen: Decision): boolean {
  return whole.outcome === 'eligible' && whole.amountFen !== chosen.amountFen;
}

/** The same programme for the whole family, undiminished, to which the split was preferred. */
function ownAlternative(decision: Decision, scenario: Scenario, rules: CombinationRules): Alternative {
  const { programme, person, amountFen } = decision;
  const left = [...scenario.apart.values()];
  const cite =
    rules.exclusions.find((e) => e.apart !== undefined && left.includes(e.apart) && e.between.includes(programme))
      ?.cite ??
    rules.reductions.find((r) => r.programme === programme)?.cite ??
    '';
  return { programme, person, amountFen: amountFen ?? 0n, cite };
}
