import type { Kind, Level } from './signal.ts';

/** What a run found, as the fold needs it. */
export interface FoundState {
  householdId: string;
  kind: Kind;
  cause: string;
  level: Level;
  undetermined: boolean;
  metric: bigint | null;
}

/** The newest lead of a household and cause that still counts: one people work on, or one that is closed and at rest. */
export interface LeadState {
  id: string;
  householdId: string;
  kind: Kind;
  cause: string;
  level: Level;
  undetermined: boolean;
  metric: bigint | null;
  status: 'open' | 'verified' | 'closed';
  /** False once a later run no longer found it. */
  found: boolean;
  /** The last month that found it, 'YYYY-MM'. */
  foundIn: string;
  /** Last civil day of the rest of a closed lead. */
  restUntil: string | null;
}

export type Action<F extends FoundState = FoundState> =
  | { do: 'raise'; finding: F; resting: string | null }
  | { do: 'grow'; lead: LeadState; finding: F; level: Level }
  | { do: 'confirm'; lead: LeadState; finding: F }
  | { do: 'correct'; lead: LeadState; finding: F }
  | { do: 'withdraw'; lead: LeadState }
  | { do: 'lose'; lead: LeadState }
  | { do: 'finish'; lead: LeadState }
  | { do: 'rest'; lead: LeadState; finding: F };

export interface FoldRules {
  today: string;
  /** The month that is folded, 'YYYY-MM'. */
  period: string;
  /** A metric grown to this share [numerator, denominator] of what it was is growth. */
  growsAt: readonly [number, number];
  /** Causes whose condition lasts, so that a run that no longer finds it says something; events are found once. */
  lasting: ReadonlySet<string>;
  /** Households of whom a link was decided otherwise: their leads are told as if it had always been so. */
  corrected?: ReadonlySet<string>;
}

const order: Record<Level, number> = { red: 0, orange: 1, yellow: 2, blue: 3 };
const graver = (a: Level, b: Level): boolean => order[a] < order[b];

/** The key by which a lead is one: household, kind and cause. */
export const leadKey = (x: { householdId: string; kind: string; cause: string }): string =>
  `${x.householdId} ${x.kind} ${x.cause}`;

/**
 * Folds a run's findings into the leads there are. Pure; independent of the order of both.
 * The same cause raises no second lead while the first is open or at rest, unless it grew in level or metric. What is no longer
 * found stays with the people who have it; only what they had verified as true is finished by it. Where a link was decided
 * otherwise, leads that are not found any more are withdrawn (what people did stays), and the others are told by what is found now;
 * an event that an earlier month told stays, since a later month does not look for it: what rested on the link itself was
 * withdrawn when the link was decided.
 * @param findings at most one for each key
 */
export function fold<F extends FoundState>(
  leads: readonly LeadState[],
  findings: readonly F[],
  rules: FoldRules,
): Action<F>[] {
  const current = new Map<string, LeadState>();
  for (const lead of leads) {
    const key = leadKey(lead);
    const other = current.get(key);
    // Work in hand stands before what is closed; of two closed ones the longer rest.
    if (
      !other ||
      (other.status === 'closed' && (lead.status !== 'closed' || (lead.restUntil ?? '') > (other.restUntil ?? '')))
    )
      current.set(key, lead);
  }
  const actions: Action<F>[] = [];
  const seen = new Set<string>();
  for (const finding of findings) {
    const key = leadKey(finding);
    seen.add(key);
    const lead = current.get(key);
    if (!lead) actions.push({ do: 'raise', finding, resting: null });
    else if (lead.status === 'closed') {
      const over = lead.restUntil === null || lead.restUntil < rules.today;
      if (over || grew(lead, finding, rules)) actions.push({ do: 'raise', finding, resting: over ? null : lead.id });
      else actions.push({ do: 'rest', lead, finding });
    } else if (rules.corrected?.has(finding.householdId)) {
      actions.push({ do: 'correct', lead, finding });
    } else if (grew(lead, finding, rules)) {
      actions.push({
        do: 'grow',
        lead,
        finding,
        level: graver(finding.level, lead.level) ? finding.level : lead.level,
      });
    } else actions.push({ do: 'confirm', lead, finding });
  }
  for (const [key, lead] of current) {
    if (seen.has(key) || lead.status === 'closed') continue;
    // Also what people had verified: they saw it true of somebody whose row it was not.
    const lookedFor = rules.lasting.has(lead.cause) || lead.foundIn === rules.period;
    if (rules.corrected?.has(lead.householdId) && lead.found && lookedFor) {
      actions.push({ do: 'withdraw', lead });
      continue;
    }
    if (!rules.lasting.has(lead.cause)) continue;
    if (lead.status === 'verified') actions.push({ do: 'finish', lead });
    else if (lead.found) actions.push({ do: 'lose', lead });
  }
  return actions.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const keyOf = (action: Action): string => leadKey('finding' in action ? action.finding : action.lead);

function grew(lead: LeadState, finding: FoundState, rules: FoldRules): boolean {
  if (graver(finding.level, lead.level)) return true;
  if (lead.undetermined && !finding.undetermined) return true;
  if (lead.metric === null || finding.metric === null || lead.metric <= 0n) return false;
  // A shortfall grows as its metric falls; only causes whose metric stands for a burden are measured upwards.
  if (finding.kind === 'missed') return false;
  const [numerator, denominator] = rules.growsAt;
  return finding.metric * BigInt(denominator) >= lead.metric * BigInt(numerator);
}
