import { z } from 'zod';
import { CivilDate, Id, Outcome, Period, Yuan } from './codes.ts';
import { Condition, LeadRow } from './leads.ts';

/** A value whose content is covered until somebody gives a reason; `unmask` names what to ask for. */
export const Covered = z.object({
  masked: z.string(),
  field: z.enum(['name', 'number', 'phone', 'address', 'account']),
});

export const Member = z.object({
  personId: Id,
  name: z.string(),
  number: Covered.nullable(),
  phone: Covered.nullable(),
  relation: z.string(),
  sex: z.enum(['male', 'female']).nullable(),
  age: z.number().int().nullable(),
  /** False when the person is registered here but not of the assessed family, with the reason. */
  inFamily: z.boolean(),
  outsideReason: z.string().nullable(),
  tags: z.array(z.string()),
});
export type Member = z.infer<typeof Member>;

export const Fact = z.object({
  personId: Id.nullable(),
  name: z.string(),
  title: z.string(),
  /** Null is unknown and is written out as such. */
  value: z.string().nullable(),
  source: z.string(),
  evidenceId: Id.nullable(),
  asOf: CivilDate.nullable(),
  stale: z.boolean(),
});
export type Fact = z.infer<typeof Fact>;

export const DecisionView = z.object({
  id: Id,
  period: Period,
  programme: z.string(),
  programmeTitle: z.string(),
  personId: Id.nullable(),
  outcome: Outcome,
  amount: Yuan.nullable(),
  conditions: z.array(Condition),
  missing: z.array(z.object({ input: z.string(), title: z.string(), supplier: z.string() })),
  /** One sentence as a letter to the family could say it. */
  sentence: z.string(),
});
export type DecisionView = z.infer<typeof DecisionView>;

export const AidRow = z.object({
  programme: z.string(),
  programmeTitle: z.string(),
  personId: Id.nullable(),
  period: Period,
  amount: Yuan.nullable(),
  status: z.string(),
  started: CivilDate.nullable(),
});

export const TimelineEntry = z.object({
  at: z.string(),
  kind: z.enum(['fact', 'decision', 'payment', 'visit', 'lead', 'view']),
  text: z.string(),
  leadId: Id.nullable(),
});

/** One household, one page. */
export const Portrait = z.object({
  householdId: Id,
  title: z.string(),
  township: z.string(),
  village: z.string(),
  divisionId: z.number().int(),
  size: z.number().int(),
  familySize: z.number().int(),
  tags: z.array(z.string()),
  incomePerHead: Yuan.nullable(),
  standard: Yuan.nullable(),
  aidThisMonth: Yuan,
  lastVisit: CivilDate.nullable(),
  members: z.array(Member),
  facts: z.array(Fact),
  decisions: z.array(DecisionView),
  aid: z.array(AidRow),
  leads: z.array(LeadRow),
  timeline: z.array(TimelineEntry),
  viewers: z.array(z.object({ at: z.string(), actor: z.string(), purpose: z.string() })),
});
export type Portrait = z.infer<typeof Portrait>;

export const UnmaskBody = z.object({
  personId: Id,
  field: z.enum(['name', 'number', 'phone', 'address', 'account']),
  reason: z.string().trim().min(4).max(200),
});
export type UnmaskBody = z.infer<typeof UnmaskBody>;
export const UnmaskResponse = z.object({ value: z.string().nullable() });

export const HouseholdSearchBody = z.object({
  q: z.string().trim().min(1).max(40),
  limit: z.number().int().min(1).max(50).default(20),
});
export const HouseholdSearchResponse = z.object({
  households: z.array(
    z.object({
      householdId: Id,
      head: z.string(),
      matched: z.string(),
      township: z.string(),
      village: z.string(),
      size: z.number().int(),
      openLeads: z.number().int(),
    }),
  ),
});
export type HouseholdSearchResponse = z.infer<typeof HouseholdSearchResponse>;
