/** A row of a truth: what should have been found. */
export interface TruthRow {
  period: string;
  /** Household as the product knows it; null when the head's number is not in the register. */
  household: string | null;
  kind: string;
  cause: string;
  /** (value − threshold) / threshold, signed; null without a threshold. */
  distance: number | null;
  undetermined: boolean;
}

/** A lead as the score sees it. */
export interface ScoredLead {
  period: string;
  /** Last period in which the condition was found. */
  lastFound: string;
  household: string;
  kind: string;
  cause: string;
  undetermined: boolean;
}

export interface Tally {
  planted: number;
  found: number;
  leads: number;
  /** Leads whose household and cause the truth has in their period. */
  right: number;
  recall: number | null;
  precision: number | null;
}

export interface CauseTally extends Tally {
  cause: string;
  /** Recall by the absolute distance from the threshold. */
  distance: { band: string; planted: number; found: number; recall: number | null }[];
  undetermined: Tally;
}

export interface KindTally extends Tally {
  kind: string;
  causes: CauseTally[];
}

const BANDS = [
  { band: '≤1%', upTo: 0.01 },
  { band: '≤5%', upTo: 0.05 },
  { band: '≤20%', upTo: 0.2 },
  { band: '>20%', upTo: Number.POSITIVE_INFINITY },
] as const;

const share = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;

/**
 * Compares leads with a truth, by household, kind and cause alone. A truth row is found by a lead of its period, or by one raised
 * earlier whose condition was still found then. A lead is right when the truth has its household and cause in its period.
 * What is undetermined is counted apart on both sides.
 */
export function tally(
  truth: readonly TruthRow[],
  leads: readonly ScoredLead[],
  periods: readonly string[],
): KindTally[] {
  const known = new Set(periods);
  const rows = truth.filter((t) => known.has(t.period));
  const scored = leads.filter((l) => known.has(l.period));
  const key = (x: { household: string | null; cause: string }) => `${x.household} ${x.cause}`;
  const byKey = Map.groupBy(scored, key);
  const truthKeys = new Set(rows.map((t) => `${t.period} ${key(t)}`));
  const isFound = (t: TruthRow): boolean =>
    t.household !== null && (byKey.get(key(t)) ?? []).some((l) => l.period <= t.period && l.lastFound >= t.period);
  const isRight = (l: ScoredLead): boolean => truthKeys.has(`${l.period} ${key(l)}`);
  const count = (planted: readonly TruthRow[], raised: readonly ScoredLead[]): Tally => {
    const found = planted.filter(isFound).length;
    const right = raised.filter(isRight).length;
    return {
      planted: planted.length,
      found,
      leads: raised.length,
      right,
      recall: share(found, planted.length),
      precision: share(right, raised.length),
    };
  };
  return ['missed', 'undue', 'shock'].map((kind) => {
    const own = rows.filter((t) => t.kind === kind);
    const raised = scored.filter((l) => l.kind === kind);
    const causes = [...new Set([...own, ...raised].map((x) => x.cause))].sort();
    return {
      kind,
      ...count(
        own.filter((t) => !t.undetermined),
        raised.filter((l) => !l.undetermined),
      ),
      causes: causes.map((cause) => {
        const planted = own.filter((t) => t.cause === cause && !t.undetermined);
        return {
          cause,
          ...count(
            planted,
            raised.filter((l) => l.cause === cause && !l.undetermined),
          ),
          distance: BANDS.map(({ band, upTo }, n) => {
            const lower = n === 0 ? -1 : (BANDS[n - 1] as (typeof BANDS)[number]).upTo;
            const inBand = planted.filter(
              (t) => t.distance !== null && Math.abs(t.distance) > lower && Math.abs(t.distance) <= upTo,
            );
            const found = inBand.filter(isFound).length;
            return { band, planted: inBand.length, found, recall: share(found, inBand.length) };
          }).filter((b) => b.planted > 0),
          undetermined: count(
            own.filter((t) => t.cause === cause && t.undetermined),
            raised.filter((l) => l.cause === cause && l.undetermined),
          ),
        };
      }),
    };
  });
}

/** Truth rows that no lead found, and leads that the truth does not have: what a closing note must explain. */
export function unexplained(truth: readonly TruthRow[], leads: readonly ScoredLead[], periods: readonly string[]) {
  const known = new Set(periods);
  const key = (x: { household: string | null; cause: string }) => `${x.household} ${x.cause}`;
  const byKey = Map.groupBy(leads, key);
  const truthKeys = new Set(truth.map((t) => `${t.period} ${key(t)}`));
  return {
    missed: truth.filter(
      (t) =>
        known.has(t.period) &&
        !t.undetermined &&
        !(byKey.get(key(t)) ?? []).some((l) => l.period <= t.period && l.lastFound >= t.period),
    ),
    wrong: leads.filter(
      (l) => known.has(l.period) && l.kind !== 'watch' && !l.undetermined && !truthKeys.has(`${l.period} ${key(l)}`),
    ),
  };
}
