import { literal } from '../../../platform/engine/index.ts';
import type { FeedContract } from '../../intake/batch.ts';
import type { FeedRead } from './feeds-read.ts';
import type { PeriodDays } from './period.ts';

/** How long a row of a feed agreed one by one stands. */
interface Standing {
  /** The column that feeds the fact; its `valid_months` in the contract is the term (packs/<pack>/feeds). */
  fact: string;
  /** The column with the day from which the term runs; without one it runs from the month delivered. */
  since?: string;
  /** SQL of rows that never lapse: who was declared dead does not come alive when a term ends. */
  lasting?: string;
}

const STANDING: Readonly<Partial<Record<FeedRead, Standing>>> = {
  bank: { fact: 'balance', since: 'as_of' },
  securities: { fact: 'value', since: 'as_of' },
  insurance: { fact: 'cash_value', since: 'as_of' },
  payment: { fact: 'balance', since: 'as_of' },
  'housing-fund': { fact: 'balance' },
  'drug-detention': { fact: 'started' },
  correction: { fact: 'kind' },
  declared: { fact: 'kind', since: 'effective', lasting: "kind IN ('death', 'death_revoked')" },
  guardianship: { fact: 'kind', since: 'effective' },
  'work-injury': { fact: 'care_amount' },
  vessel: { fact: 'value' },
  'income-tax': { fact: 'income' },
  'charity-aid': { fact: 'amount', since: 'date' },
  'red-cross-aid': { fact: 'amount', since: 'date' },
  'hardship-worker': { fact: 'amount', since: 'date' },
  'women-aid': { fact: 'amount', since: 'date' },
};

/** Whether a feed is one whose rows stand for a term and only add: that it was never delivered says nothing. */
export const isStanding = (feed: FeedRead): boolean => feed in STANDING;

/** Months for which the facts of each such feed stand, by the contracts of the bundle. */
export function standingMonths(contracts: readonly FeedContract[]): Map<string, number> {
  const out = new Map<string, number>();
  for (const contract of contracts) {
    const standing = STANDING[contract.id as FeedRead];
    if (standing === undefined) continue;
    const column = contract.columns.find((c) => c.name === standing.fact);
    out.set(contract.id, column?.valid_months ?? contract.freshness.valid_months);
  }
  return out;
}

/**
 * SQL of the rows of a feed that still stand in the month: begun by its last day, and not lapsed. One month means only the
 * month itself, as with a feed's freshness. Rows of other feeds stand as they are.
 * @param linked SQL of linkedRows
 */
export function standingRows(
  feed: FeedRead,
  linked: string,
  months: ReadonlyMap<string, number>,
  days: PeriodDays,
): string {
  const standing = STANDING[feed];
  if (standing === undefined) return linked;
  const since = standing.since === undefined ? "CAST(period || '-01' AS DATE)" : `"${standing.since}"`;
  const lapses = `date_trunc('month', ${since}) + to_months(${(months.get(feed) ?? 0) - 1}) < DATE ${literal(days.first)}`;
  return `SELECT * FROM (${linked}) WHERE ${since} <= DATE ${literal(days.last)}
    AND (NOT (${lapses})${standing.lasting === undefined ? '' : ` OR ${standing.lasting}`})`;
}
