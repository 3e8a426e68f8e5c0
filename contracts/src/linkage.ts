import { z } from 'zod';
import { Id, LeadStatus, Period } from './codes.ts';

/** What a person is asked: confirm a probable link, choose a candidate, or judge blind what the machine decided. */
export const LinkKind = z.enum(['probable', 'review', 'certain', 'blind']);
export type LinkKind = z.infer<typeof LinkKind>;
export const LinkState = z.enum(['open', 'confirmed', 'rejected']);
export type LinkState = z.infer<typeof LinkState>;

/** One row that may be one person's. What the machine thinks is null where it is asked blind. */
export const LinkRow = z.object({
  id: Id,
  feed: z.string(),
  feedTitle: z.string(),
  department: z.string(),
  row: z.number().int(),
  /** Covered name as delivered, and that of the person; null where the row bears none. */
  delivered: z.string().nullable(),
  person: z.string(),
  township: z.string(),
  village: z.string(),
  kind: LinkKind,
  method: z.string().nullable(),
  reason: z.string().nullable(),
  weight: z.number().nullable(),
  /** Open leads and facts that rest on this row being this person's. */
  leads: z.number().int(),
  facts: z.number().int(),
  state: LinkState,
  decidedAt: z.string().nullable(),
});
export type LinkRow = z.infer<typeof LinkRow>;

export const LinksQuery = z.object({
  state: z.enum(['open', 'decided']).default('open'),
  kind: z.enum(['probable', 'review', 'blind']).optional(),
  feed: z.string().optional(),
  /** Links whose person is of this household. */
  household: Id.optional(),
  sort: z.enum(['hangs', 'weight', 'doubt']).default('hangs'),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type LinksQuery = z.infer<typeof LinksQuery>;

/** How often people agreed with automatic links that they judged without knowing what the machine had said. */
export const BlindResult = z.object({
  method: z.string(),
  judged: z.number().int(),
  right: z.number().int(),
  share: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type BlindResult = z.infer<typeof BlindResult>;

export const LinksResponse = z.object({
  links: z.array(LinkRow),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
  counts: z.object({
    probable: z.number().int(),
    review: z.number().int(),
    blind: z.number().int(),
    decided: z.number().int(),
    conflicts: z.number().int(),
  }),
  feeds: z.array(z.object({ feed: z.string(), title: z.string(), count: z.number().int() })),
  audit: z.array(BlindResult),
});
export type LinksResponse = z.infer<typeof LinksResponse>;

/** One thing that row and person both say of somebody, covered, and how the two agree. */
export const LinkField = z.object({
  field: z.enum(['name', 'number', 'birth', 'sex', 'phone', 'place', 'address', 'household']),
  delivered: z.string().nullable(),
  person: z.string().nullable(),
  agreement: z.enum(['same', 'sound', 'near', 'different', 'missing']),
});
export type LinkField = z.infer<typeof LinkField>;

/** The evidence as a sum of bits: the prior, then each field; null where only rules decided, or where it is asked blind. */
export const Waterfall = z.object({
  prior: z.number(),
  fields: z.array(z.object({ field: z.string(), level: z.string(), bits: z.number() })),
  weight: z.number(),
  probability: z.number(),
  gap: z.number().nullable(),
  thresholds: z.object({ automatic: z.number(), gap: z.number(), review: z.number() }),
  model: z.string(),
});
export type Waterfall = z.infer<typeof Waterfall>;

/** What rests on a link: it is recomputed or withdrawn when the link is undone. */
export const LinkDependents = z.object({
  leads: z.array(z.object({ id: Id, headline: z.string(), status: LeadStatus })),
  facts: z.array(z.object({ title: z.string(), value: z.string().nullable() })),
  /** The same text delivered at other times, judged with it. */
  carried: z.number().int(),
});
export type LinkDependents = z.infer<typeof LinkDependents>;

export const LinkDetail = LinkRow.extend({
  period: Period.nullable(),
  personId: Id,
  householdId: Id.nullable(),
  /** Opens the row as the department wrote it (GET /api/evidence/:id). */
  evidenceId: Id,
  fields: z.array(LinkField),
  waterfall: Waterfall.nullable(),
  /** The other candidates of the same row. */
  others: z.array(z.object({ id: Id, person: z.string(), state: LinkState, weight: z.number().nullable() })),
  /** The household of the person, with whether the row bears a member's name. */
  members: z.array(
    z.object({
      personId: Id,
      name: z.string(),
      relation: z.string(),
      sex: z.enum(['male', 'female']).nullable(),
      age: z.number().int().nullable(),
      isPerson: z.boolean(),
      named: z.boolean(),
    }),
  ),
  dependents: LinkDependents,
  decision: z
    .object({ by: z.string(), at: z.string(), note: z.string(), carried: z.boolean(), agreed: z.boolean().nullable() })
    .nullable(),
});
export type LinkDetail = z.infer<typeof LinkDetail>;

export const LinkDecisionBody = z.object({
  state: z.enum(['confirmed', 'rejected']),
  note: z.string().trim().min(2).max(500),
});
export const LinkDecisionResponse = z.object({
  state: LinkState,
  /** Leads withdrawn with the link. */
  withdrawn: z.array(Id),
  /** Of a blind one: whether the machine had said the same. */
  agreed: z.boolean().nullable(),
});
export const LinkReason = z.object({ reason: z.string().trim().min(2).max(200) });
export const LinkUndoResponse = z.object({ dependents: LinkDependents });

/** The whole of what row and person say, uncovered for a reason that is in the trail. */
export const LinkUnmasked = z.object({
  fields: z.array(
    z.object({ field: LinkField.shape.field, delivered: z.string().nullable(), person: z.string().nullable() }),
  ),
});
export type LinkUnmasked = z.infer<typeof LinkUnmasked>;

export const ConflictKind = z.enum(['number-shared', 'two-numbers', 'relative-number', 'relative-phone']);
export type ConflictKind = z.infer<typeof ConflictKind>;
export const ConflictRow = z.object({
  id: Id,
  kind: ConflictKind,
  feed: z.string(),
  feedTitle: z.string(),
  department: z.string(),
  row: z.number().int(),
  /** Covered: the name that the row bears, whose number it is, and the relative it may be. */
  delivered: z.string().nullable(),
  person: z.string(),
  other: z.string().nullable(),
  township: z.string(),
  village: z.string(),
  householdId: Id,
  evidenceId: Id,
  state: z.enum(['open', 'closed']),
  note: z.string().nullable(),
});
export type ConflictRow = z.infer<typeof ConflictRow>;
export const ConflictsQuery = z.object({
  state: z.enum(['open', 'closed']).default('open'),
  kind: ConflictKind.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const ConflictsResponse = z.object({
  conflicts: z.array(ConflictRow),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
  kinds: z.array(z.object({ kind: ConflictKind, count: z.number().int() })),
});
export type ConflictsResponse = z.infer<typeof ConflictsResponse>;
