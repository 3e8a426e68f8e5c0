import type { Decision } from '../backend/evaluate.ts';
import type { Programme } from '../compile.ts';
import type { Exclusion } from '../model/shapes.ts';

/** A decision with its place in the best lawful combination. */
export interface CombinedDecision {
  decision: Decision;
  /** Eligible and part of the best lawful combination of the family. */
  chosen: boolean;
  /** Eligible decisions that it excludes or is excluded by, with the clause. */
  alternatives: { programme: string; person: string | null; amountFen: bigint; cite: string }[];
}

/**
 * Chooses, among a family's eligible decisions, the lawful combination with the largest monthly amount; equal amounts
 * prefer more decisions, then the order of the list. A household programme concerns every member, so it clashes with an
 * exclusive programme of any member.
 */
export function combine(
  decisions: readonly Decision[],
  programmes: readonly Programme[],
  exclusions: readonly Exclusion[],
): CombinedDecision[] {
  const period = new Map(programmes.map((p) => [p.id, p.period]));
  const eligible = decisions.filter((d) => d.outcome === 'eligible');
  const clash = (a: Decision, b: Decision): Exclusion | undefined => {
    if (a.person !== null && b.person !== null && a.person !== b.person) return undefined;
    return exclusions.find(
      ({ between: [x, y] }) => (x === a.programme && y === b.programme) || (y === a.programme && x === b.programme),
    );
  };
  const weight = (d: Decision): bigint => (period.get(d.programme) === 'once' ? 0n : (d.amountFen ?? 0n));
  const chosen = new Set<Decision>();
  for (const group of connected(eligible, (a, b) => clash(a, b) !== undefined)) {
    for (const decision of best(group, weight, (a, b) => clash(a, b) !== undefined)) chosen.add(decision);
  }
  return decisions.map((decision) => ({
    decision,
    chosen: chosen.has(decision),
    alternatives:
      decision.outcome !== 'eligible'
        ? []
        : eligible.flatMap((other) => {
            const reason = other === decision ? undefined : clash(decision, other);
            if (!reason) return [];
            const { programme, person, amountFen } = other;
            return [{ programme, person, amountFen: amountFen ?? 0n, cite: reason.cite }];
          }),
  }));
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
