import type { FeedContract } from '../domain/contract.ts';

/** What suspicion needs of a delivery. */
export interface Weighed {
  id: string;
  accepted: number;
  unchanged: number;
}

/** Why a whole state is not believed: it holds nothing, or far fewer usable rows than the last that was believed. */
export interface Suspicion {
  deliveryId: string;
  kind: 'empty' | 'shrunken';
  usable: number;
  /** Usable rows of the last delivery that was believed; null when there was none. */
  before: number | null;
}

const usable = (d: Weighed) => d.accepted + d.unchanged;

/** Whether a feed brings whole states of everybody, so that a person's absence in one says something. */
const wholeState = (contract: FeedContract) =>
  contract.kind === 'snapshot' && (contract.scope === 'full' || contract.scope === 'push');

/**
 * Whether the newest whole state of a feed is suspicious: an emptied file must not make "has no car" of everybody. It is
 * measured by the last state that was believed, so that a second short file does not vouch for the first; `accepted` are
 * those that somebody asked about and found right.
 * @param own current deliveries of one feed, oldest period first
 */
export function suspicionOf(
  contract: FeedContract,
  own: readonly Weighed[],
  accepted: ReadonlySet<string>,
): Suspicion | null {
  if (!wholeState(contract)) return null;
  let before: number | null = null;
  let found: Suspicion | null = null;
  for (const d of own) {
    const n = usable(d);
    const short = n === 0 || (before !== null && n < before * (1 - contract.volume.tolerance));
    found = null;
    if (short && !accepted.has(d.id))
      found = { deliveryId: d.id, kind: n === 0 ? 'empty' : 'shrunken', usable: n, before };
    else before = n;
  }
  return found;
}

/**
 * Whether a first whole state is far from what the contract expects of a population of this size: a sign only, since the
 * expectation is an estimate and nothing was believed before by which it could be measured.
 * @param population usable rows of the population register; 0 when it is not there
 */
export function unexpectedOf(
  contract: FeedContract,
  own: readonly Weighed[],
  population: number,
): { usable: number; expected: number; kind: 'shrunken' | 'grown' } | null {
  const [first, ...others] = own;
  if (!wholeState(contract) || !first || others.length > 0 || population === 0) return null;
  const { per_person, tolerance } = contract.volume;
  const expected = Math.round(per_person * population);
  const n = usable(first);
  // Where a dozen rows are expected, half as many more is chance.
  if (expected < FEW || (n >= expected * (1 - tolerance) && n <= expected * (1 + tolerance))) return null;
  return { usable: n, expected, kind: n < expected ? 'shrunken' : 'grown' };
}

const FEW = 20;

/** Whether the newest whole state has far more usable rows than the one before: a sign, but it takes nothing away. */
export function grownOf(contract: FeedContract, own: readonly Weighed[]): { usable: number; before: number } | null {
  const [before, last] = own.slice(-2);
  if (!wholeState(contract) || !before || !last || usable(before) === 0) return null;
  const grown = usable(last) > usable(before) * (1 + contract.volume.tolerance);
  return grown ? { usable: usable(last), before: usable(before) } : null;
}
