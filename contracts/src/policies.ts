import { z } from 'zod';
import { Id, Outcome, Period, Yuan } from './codes.ts';
import { RequestStatus } from './requests.ts';

/** The texts of the packs in force that the policy language reads; nothing in them is about a person. */
export const PolicySources = z.object({
  hash: z.string(),
  /** Month whose rules are shown when none is asked for: the newest that was run, else today's. */
  period: Period,
  /** Area code of one's own division, under which parameters are resolved first. */
  division: z.string(),
  files: z.array(z.object({ path: z.string(), text: z.string() })),
});
export type PolicySources = z.infer<typeof PolicySources>;

/** Whom a programme covers by the newest run, as far as the actor sees. */
export const Coverage = z.object({
  period: Period.nullable(),
  programmes: z.array(
    z.object({
      programme: z.string(),
      townships: z.array(
        z.object({
          id: z.number().int(),
          name: z.string(),
          eligible: z.number().int(),
          ineligible: z.number().int(),
          undetermined: z.number().int(),
          paid: z.number().int(),
        }),
      ),
    }),
  ),
});
export type Coverage = z.infer<typeof Coverage>;

export const CoveredQuery = z.object({
  outcome: Outcome,
  townshipId: z.coerce.number().int().optional(),
  cursor: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Families of a programme by outcome, of those that somebody looks at (a finding, an award); the others stay counts. */
export const CoveredResponse = z.object({
  households: z.array(
    z.object({
      id: Id,
      householdId: Id,
      head: z.string(),
      township: z.string(),
      village: z.string(),
      amount: Yuan.nullable(),
      ofPerson: z.boolean(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type CoveredResponse = z.infer<typeof CoveredResponse>;

/** One step of why: what it is, its value, its clause; `depth` says what it was made for. */
export const TraceRow = z.object({
  depth: z.number().int(),
  kind: z.enum(['programme', 'condition', 'comparison', 'variable', 'input', 'parameter', 'person']),
  name: z.string(),
  title: z.string(),
  value: z.string(),
  unit: z.string(),
  cite: z.string(),
  /** The exception that gave the value; null for the base rule. */
  branch: z.string().nullable(),
  /** For a parameter: its pack, effect date and the place it was borrowed from. */
  source: z.string(),
});
export type TraceRow = z.infer<typeof TraceRow>;

/** Why a decision came out as it did: sentences for a letter, conditions with both sides, and the tree behind them. */
export const Trace = z.object({
  programme: z.string(),
  title: z.string(),
  outcome: Outcome,
  amount: Yuan.nullable(),
  monthly: z.boolean(),
  period: Period,
  sentences: z.array(z.string()),
  conditions: z.array(
    z.object({
      title: z.string(),
      holds: z.boolean().nullable(),
      cite: z.string(),
      sentence: z.string(),
      comparisons: z.array(
        z.object({ left: z.string(), operator: z.string(), right: z.string(), holds: z.boolean().nullable() }),
      ),
    }),
  ),
  missing: z.array(z.object({ name: z.string(), title: z.string(), supplier: z.string() })),
  parameters: z.array(
    z.object({
      title: z.string(),
      value: z.string().nullable(),
      unit: z.string(),
      cite: z.string(),
      from: z.string(),
      borrowedFrom: z.string().nullable(),
    }),
  ),
  tree: z.array(TraceRow),
});
export type Trace = z.infer<typeof Trace>;

export const TraceRequest = RequestStatus.extend({ result: Trace.nullable() });
export type TraceRequest = z.infer<typeof TraceRequest>;
