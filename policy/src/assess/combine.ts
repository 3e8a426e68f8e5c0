import type { Decision } from '../backend/evaluate.ts';
import type { Programme } from '../compile.ts';
import type { Exclusion } from '../model/shapes.ts';

/** A decision with its place in the best lawful combination. */
export interface CombinedDecision {
  decision: Decision;
  /** Eligible and part of the best lawful combination of the family. */
  chosen: boolean;
  /** Eligible decisions that it excludes or is excluded by, with the clause. */
  alternatives: Alternative[];
}

export interface Alternative {
  programme: string;
  person: string | null;
  amountFen: bigint;
  cite: string;
}

/** The clause by which two decisions may not both be drawn, if there is one. */
export type Clash = (a: Decision, b: Decision) => Exclusion | undefined;

/**
 * Who clashes with whom: two programmes of one person, or a household programme with one of any member.
 * @param apart persons who left the family: household programmes do not concern them
 */
export function clashOf(exclusions: readonly Exclusion[], apart: ReadonlySet<string> = new Set()): Clash {
  const pairs = new Map<string, Exclusion>();
  for (const exclusion of exclusions) {
    const [x, y] = exclusion.between;
    pairs.set(`${x}/${y}`, exclusion);
    pairs.set(`${y}/${x}`, exclusion);
  }
  return (a, b) => {
    if (a.person !== null && b.person !== null && a.person !== b.person) return undefined;
    if (a.person === null && b.person !== null && apart.has(b.person)) return undefined;
    if (b.person === null && a.person !== null && apart.has(a.person)) return undefined;
    return pairs.get(`${a.programme}/${b.programme}`);
  };
}

/** What a decision adds to a combination: fen a month; what is paid once does not weigh. */
export function weightOf(programmes: readonly Programme[]): (decision: Decision) => bigint {
  const once = new Set(programmes.filter((p) => p.period === 'once').map((p) => p.id));
  return (decision) => (once.has(decision.programme) ? 0n : (decision.amountFen ?? 0n));
}

/**
 * Chooses, among a family's eligible decisions taken as they are, the lawful combination with the largest monthly
 * amount; equal amounts prefer more decisions, then the order of the list.
 */
export function combine(
  decisions: readonly Decision[],
  programmes: readonly Programme[],
  exclusions: readonly Exclusion[],
): CombinedDecision[] {
  const clash = clashOf(exclusions);
  const eligible = decisions.filter((d) => d.outcome === 'eligible');
  const chosen = bestOf(eligible, weightOf(programmes), clash);
  return decisions.map((decision) => ({
    decision,
    chosen: chosen.has(decision),
    alternatives: alternativesOf(decision, eligible, clash),
  }));
}

/** The eligible decisions that one excludes or is excluded by. */
export function alternativesOf(decision: Decision, eligible: readonly Decision[], clash: Clash): Alternative[] {
  if (decision.outcome !== 'eligible') return [];
  return eligible.flatMap((other) => {
    const reason = other === decision ? undefined : clash(decision, other);
    if (!reason) return [];
    const { programme, person, amountFen } = other;
    return [{ programme, person, amountFen: amountFen ?? 0n, cite: reason.cite }];
  });
}

/** The lawful subset of eligible decisions with the largest weight; equal weights prefer more decisions. */
export function bestOf(
  eligible: readonly Decision[],
  weight: (decision: Decision) => bigint,
  clash: Clash,
): Set<Decision> {
  const chosen = new Set<Decision>();
  const linked = (a: Decision, b: Decision): boolean => clash(a, b) !== undefined;
  for (const group of connected(eligible, linked)) {
    for (const decision of best(group, weight, linked)) chosen.add(decision);
  }
  return chosen;
}

function connected(items: readonly Decision[], linked: (a: Decision, b: Decision) => boolean): Decision[][] {
  const groups: Decision[][] = [];
  const left = new Set(items);
  for (const item of items) {
    if (!left.delete(item)) continue;
    const group = [item];
    for (let i = 0; i < group.length; i++) {
      for (const other of [...left]) {
        const member = group[i];
        if (member && linked(member, other)) {
          left.delete(other);
          group.push(other);
        }
      }
    }
    groups.push(group);
  }
  return groups;
}

/** Branch and bound over one group of clashing decisions. */
function best(
  group: readonly Decision[],
  weight: (d: Decision) => bigint,
  clash: (a: Decision, b: Decision) => boolean,
): Decision[] {
  let winner: Decision[] = [];
  let winning = -1n;
  const suffix: bigint[] = [];
  for (let i = group.length - 1; i >= 0; i--) {
    const item = group[i];
    suffix[i] = (suffix[i + 1] ?? 0n) + (item ? weight(item) : 0n);
  }
  let steps = 0;
  const visit = (index: number, taken: readonly Decision[], sum: bigint): void => {
    // A family of a hundred members would make the search explode; the first combinations found are then kept.
    if (++steps > 200_000) return;
    const item = group[index];
    if (!item) {
      if (sum > winning || (sum === winning && taken.length > winner.length)) {
        winning = sum;
        winner = [...taken];
      }
      return;
    }
    if (sum + (suffix[index] ?? 0n) < winning) return;
    if (!taken.some((t) => clash(t, item))) visit(index + 1, [...taken, item], sum + weight(item));
    visit(index + 1, taken, sum);
  };
  visit(0, [], 0n);
  return winner;
}
