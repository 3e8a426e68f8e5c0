import { z } from 'zod';
import { CivilDate, Id, Period } from './codes.ts';

/** What happens with a request to a department: sent 发出, extended 延期, agreed 同意, refused 不同意, provided 已提供, corrected 已更正, escalated 升级, withdrawn 撤回. */
export const SharingEventKind = z.enum([
  'sent',
  'extended',
  'agreed',
  'refused',
  'provided',
  'corrected',
  'escalated',
  'withdrawn',
]);
export type SharingEventKind = z.infer<typeof SharingEventKind>;

/** supply 申请共享, correction 申请校核. */
export const SharingKind = z.enum(['supply', 'correction']);
/** Whether the catalogue shares it without condition (reply in 1 working day) or on conditions (10). */
export const SharingCondition = z.enum(['unconditional', 'conditional']);
export const SharingState = z.enum([
  'awaiting-reply',
  'awaiting-data',
  'awaiting-correction',
  'refused',
  'done',
  'withdrawn',
]);

export const SharingRequest = z.object({
  id: Id,
  feed: z.string(),
  title: z.string(),
  department: z.string(),
  kind: SharingKind,
  condition: SharingCondition,
  period: Period.nullable(),
  purpose: z.string(),
  lawfulBasis: z.string(),
  openedOn: CivilDate,
  state: SharingState,
  /** Provisional while the calendar of its year is not published. */
  due: z.object({ date: CivilDate, provisional: z.boolean() }).nullable(),
  workingDaysLate: z.number().int(),
  escalations: z.number().int(),
  /** Who is turned to next, and from which day on. */
  next: z.object({ level: z.number().int(), title: z.string(), from: CivilDate, open: z.boolean() }).nullable(),
  /** What can be recorded now. */
  allowed: z.array(SharingEventKind),
  events: z.array(z.object({ kind: SharingEventKind, on: CivilDate, note: z.string() })),
  /** The day the first file came after the request. */
  deliveredOn: CivilDate.nullable(),
  /** The clocks that are counted, each with its source. */
  rules: z.array(z.object({ id: z.string(), title: z.string(), value: z.number().int(), cite: z.string() })),
});
export type SharingRequest = z.infer<typeof SharingRequest>;

export const SharingRequestBody = z.strictObject({
  feed: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  kind: SharingKind,
  condition: SharingCondition,
  period: Period.nullable(),
  purpose: z.string().trim().min(4).max(200),
});
export type SharingRequestBody = z.infer<typeof SharingRequestBody>;

export const SharingEventBody = z.strictObject({
  kind: SharingEventKind.exclude(['sent']),
  on: CivilDate,
  note: z.string().trim().max(400),
});
export type SharingEventBody = z.infer<typeof SharingEventBody>;
