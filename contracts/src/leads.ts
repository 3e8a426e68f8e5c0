import { z } from 'zod';
import { CivilDate, Id, LeadKind, LeadStatus, Level, Period, Verdict } from './codes.ts';

/** The clock of a lead: its due day, how many working days are left (negative: late), and whether the calendar of that year is published. */
export const LeadClock = z.object({
  visitDue: CivilDate,
  decideDue: CivilDate,
  workingDaysLeft: z.number().int(),
  late: z.boolean(),
  provisional: z.boolean(),
});
export type LeadClock = z.infer<typeof LeadClock>;

export const LeadRow = z.object({
  id: Id,
  period: Period,
  householdId: Id,
  /** Family name of the head with the given name covered, e.g. '王××'. */
  head: z.string(),
  personId: Id.nullable(),
  kind: LeadKind,
  cause: z.string(),
  causeTitle: z.string(),
  level: Level,
  undetermined: z.boolean(),
  headline: z.string(),
  status: LeadStatus,
  township: z.string(),
  village: z.string(),
  divisionId: z.number().int(),
  clock: LeadClock,
});
export type LeadRow = z.infer<typeof LeadRow>;

export const LeadsQuery = z.object({
  period: Period.optional(),
  kind: LeadKind.optional(),
  cause: z.string().optional(),
  level: Level.optional(),
  status: LeadStatus.optional(),
  divisionId: z.coerce.number().int().optional(),
  late: z.enum(['true', 'false']).optional(),
  undetermined: z.enum(['true', 'false']).optional(),
  /** Name, sound (pinyin or initials) or citizen number; sent by POST so that it never stands in a URL. */
  cursor: z.string().optional(),
  sort: z.enum(['due', 'level', 'newest']).default('due'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const LeadsSearch = LeadsQuery.extend({ q: z.string().trim().max(40).optional() });
export type LeadsSearch = z.infer<typeof LeadsSearch>;
export const LeadsResponse = z.object({
  leads: z.array(LeadRow),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
  causes: z.array(z.object({ cause: z.string(), title: z.string(), kind: LeadKind, count: z.number().int() })),
});
export type LeadsResponse = z.infer<typeof LeadsResponse>;

export const EvidenceRef = z.object({
  id: Id,
  feed: z.string(),
  feedTitle: z.string(),
  department: z.string(),
  period: Period,
  deliveryId: Id,
  row: z.number().int(),
  /** What the row says, in one Chinese sentence with personal data covered. */
  says: z.string(),
  /** How the row was found to be this person's: number, repaired number, or name+birth. */
  link: z.object({ method: z.string(), certain: z.boolean() }).nullable(),
});
export type EvidenceRef = z.infer<typeof EvidenceRef>;

/** A condition with the family's value, the threshold and where the threshold comes from. */
export const Condition = z.object({
  text: z.string(),
  value: z.string().nullable(),
  threshold: z.string().nullable(),
  met: z.boolean().nullable(),
  /** Position of the value on a bar of 0..2 × threshold, when both are numbers. */
  ratio: z.number().nullable(),
  cite: z.string().nullable(),
  source: z.string().nullable(),
  borrowed: z.boolean(),
});
export type Condition = z.infer<typeof Condition>;

/** Fields of a verification form; packs say which a cause asks for. */
export const FormField = z.object({
  name: z.string(),
  title: z.string(),
  type: z.enum(['text', 'textarea', 'money', 'number', 'date', 'choice', 'boolean']),
  required: z.boolean(),
  help: z.string().nullable(),
  choices: z.array(z.object({ value: z.string(), title: z.string() })).nullable(),
});
export type FormField = z.infer<typeof FormField>;

export const LeadEvent = z.object({
  at: z.string(),
  actor: z.string(),
  what: z.enum(['raised', 'grown', 'viewed', 'verified', 'closed', 'withdrawn', 'reopened', 'not-found', 'corrected']),
  text: z.string(),
});

export const LeadDetail = LeadRow.extend({
  rule: z.object({ id: z.string(), title: z.string(), cite: z.string(), text: z.string() }),
  speaksFor: z.array(Condition),
  speaksAgainst: z.array(Condition),
  missing: z.array(z.object({ input: z.string(), title: z.string(), supplier: z.string() })),
  evidence: z.array(EvidenceRef),
  events: z.array(LeadEvent),
  next: z.object({ action: z.enum(['verify', 'none']), text: z.string() }),
  form: z.array(FormField),
  verification: z
    .object({
      verdict: Verdict,
      note: z.string(),
      answers: z.record(z.string(), z.unknown()),
      by: z.string(),
      at: z.string(),
    })
    .nullable(),
  precision: z.object({ verified: z.number().int(), confirmed: z.number().int() }),
});
export type LeadDetail = z.infer<typeof LeadDetail>;

/** Body of a verification; `key` is the client's idempotency key (uuid), so that a phone may send it twice. */
export const VerificationBody = z.object({
  key: z.uuid(),
  verdict: Verdict,
  visitedOn: CivilDate,
  note: z.string().trim().min(1).max(2000),
  answers: z.record(z.string(), z.unknown()).default({}),
});
export type VerificationBody = z.infer<typeof VerificationBody>;

/** One delivered row opened in full by a reference; identity fields are covered unless unmasked. */
export const DeliveredRow = z.object({
  feedTitle: z.string(),
  department: z.string(),
  period: Period,
  fileName: z.string(),
  row: z.number().int(),
  cells: z.array(z.object({ header: z.string(), value: z.string(), covered: z.boolean() })),
});
export type DeliveredRow = z.infer<typeof DeliveredRow>;
