import { z } from 'zod';
import { FeedState, Id, LeadKind, Level, Period } from './codes.ts';

/** The exact accounting of one feed in one period: received = accepted + unchanged + quarantined + refused. */
export const FeedAccount = z.object({
  feed: z.string(),
  title: z.string(),
  department: z.string(),
  period: Period,
  state: FeedState,
  deliveryId: Id.nullable(),
  receivedAt: z.string().nullable(),
  received: z.number().int(),
  accepted: z.number().int(),
  unchanged: z.number().int(),
  quarantined: z.number().int(),
  refused: z.number().int(),
  linked: z.number().int(),
  /** What becomes unknown when this feed is missing, in words. */
  unknown: z.array(z.string()),
});
export type FeedAccount = z.infer<typeof FeedAccount>;

export const TownshipLeads = z.object({
  divisionId: z.number().int(),
  name: z.string(),
  missed: z.number().int(),
  undue: z.number().int(),
  shock: z.number().int(),
  watch: z.number().int(),
  open: z.number().int(),
  late: z.number().int(),
  /** Leads whose due date passed or that were finished in the period, and those of them done in time. */
  due: z.number().int(),
  onTime: z.number().int(),
});
export type TownshipLeads = z.infer<typeof TownshipLeads>;

export const RulePrecision = z.object({
  rule: z.string(),
  title: z.string(),
  kind: LeadKind,
  leads: z.number().int(),
  verified: z.number().int(),
  confirmed: z.number().int(),
  refuted: z.number().int(),
});
export type RulePrecision = z.infer<typeof RulePrecision>;

/** The month as one line with its losses; each number opens its list. */
export const Month = z.object({
  period: Period,
  flow: z.object({
    received: z.number().int(),
    accepted: z.number().int(),
    unchanged: z.number().int(),
    quarantined: z.number().int(),
    refused: z.number().int(),
    linked: z.number().int(),
    unlinked: z.number().int(),
    persons: z.number().int(),
    households: z.number().int(),
    householdsWithFindings: z.number().int(),
    leads: z.number().int(),
    visited: z.number().int(),
    confirmed: z.number().int(),
  }),
  feeds: z.array(FeedAccount),
  leadsByKind: z.array(z.object({ kind: LeadKind, level: Level, count: z.number().int(), open: z.number().int() })),
  townships: z.array(TownshipLeads),
  /** The on-time rate in whole percent below which a township is called up; from the packs. */
  onTimeLine: z.number().int(),
  rules: z.array(RulePrecision),
  run: z.object({ id: Id, finishedAt: z.string(), pin: z.string() }).nullable(),
});
export type Month = z.infer<typeof Month>;

export const MonthQuery = z.object({ period: Period.optional() });

export const QuarantineRow = z.object({
  id: Id,
  row: z.number().int(),
  /** The line of the file, or of the sheet or packed file that `section` names. */
  line: z.number().int().nullable(),
  section: z.string().nullable(),
  reason: z.string(),
  column: z.string().nullable(),
  /** True when a correction waits to be released; `message` then says why it failed, if it was tried. */
  corrected: z.boolean(),
  message: z.string(),
  cure: z.string(),
});
export const QuarantineQuery = z.object({
  reason: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const QuarantineResponse = z.object({
  account: FeedAccount,
  reasons: z.array(z.object({ reason: z.string(), message: z.string(), count: z.number().int() })),
  rows: z.array(QuarantineRow),
  nextCursor: z.string().nullable(),
});
export type QuarantineResponse = z.infer<typeof QuarantineResponse>;
