import { namesAgree } from './name.ts';

/**
 * How a row was found to be somebody's; `hukou-name` is a name found once among the members of
 * the household number named, `weight` the sum of evidence of all fields (see ../weigh.ts).
 */
export type Method = 'number' | 'repaired-number' | 'hukou-name' | 'weight' | 'none';

/** Why a row is nobody's yet, or why it is not certain. */
export type Reason =
  | 'name-differs'
  | 'relative-number'
  | 'two-numbers'
  | 'several-candidates'
  | 'no-agreement'
  | 'slip-in-number'
  | 'weight'
  | 'sound-only';

/** A delivered row that a valid number and an equal name did not settle. */
export interface DoubtfulRow {
  name: string | null;
  sex: string | null;
  birth: string | null;
  division: number | null;
}

/** A person whom something speaks for: which key of the row led there. */
export interface Candidate {
  personId: string;
  source: 'number' | 'repair' | 'household' | 'relative' | 'other-number';
  name: string;
  birth: string | null;
  sex: string | null;
  /** Divisions of the person's own registration and residence, and those by which the household is seen. */
  divisions: readonly number[];
}

export interface Verdict {
  personId: string | null;
  method: Method;
  certain: boolean;
  reason: Reason | null;
  /** With personId null: whom a person may look at in the review queue. */
  review: readonly string[];
}

const linked = (personId: string, method: Method, certain: boolean, reason: Reason | null = null): Verdict => ({
  personId,
  method,
  certain,
  reason,
  review: [],
});
const open = (reason: Reason, review: readonly string[] = []): Verdict => ({
  personId: null,
  method: 'none',
  certain: false,
  reason,
  review,
});

/**
 * Decides whose row it is, from the candidates that its keys led to (DESIGN, linkage). A number counts only when name, its
 * sound or the birth date agrees, since relatives use each other's; a repaired number also needs that it is the only one.
 * What they leave open is weighed (../weigh.ts).
 */
export function decide(row: DoubtfulRow, candidates: readonly Candidate[]): Verdict {
  const agreement = new Map(candidates.map((c) => [c, row.name ? namesAgree(row.name, c.name) : 'none'] as const));
  const named = (c: Candidate) => agreement.get(c) !== 'none';
  const born = (c: Candidate) => row.birth !== null && row.birth === c.birth;
  const from = (source: Candidate['source']) => distinct(candidates.filter((c) => c.source === source));

  const [owner] = from('number');
  if (owner) {
    if (named(owner) || born(owner)) return linked(owner.personId, 'number', true);
    const relatives = from('relative').filter(named);
    if (relatives.length === 1) return open('relative-number', [...ids(relatives), owner.personId]);
    return open('name-differs', [owner.personId]);
  }
  const elsewhere = from('other-number');
  if (elsewhere.length > 0) return open('two-numbers', ids(elsewhere));

  const repaired = from('repair').filter((c) => named(c) || born(c));
  if (repaired.length === 1) return linked(ids(repaired)[0] as string, 'repaired-number', false, 'slip-in-number');
  if (repaired.length > 1) return open('several-candidates', ids(repaired));

  const inHousehold = from('household').filter(named);
  const exact = inHousehold.filter((c) => agreement.get(c) === 'exact');
  const members = exact.length > 0 ? exact : inHousehold;
  if (members.length === 1) {
    const certain = exact.length === 1;
    return linked(ids(members)[0] as string, 'hukou-name', certain, certain ? null : 'sound-only');
  }
  if (members.length > 1) return open('several-candidates', ids(members));

  return open('no-agreement');
}

const ids = (candidates: readonly Candidate[]) => candidates.map((c) => c.personId);

function distinct(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter((c) => !seen.has(c.personId) && seen.add(c.personId));
}
