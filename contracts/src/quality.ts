import { z } from 'zod';
import { CivilDate, Id, Period } from './codes.ts';
import { SharingRequest } from './exchange.ts';

/** late 未到, empty 空, shrunken 骤减, grown 骤增, unknown-header 多列, missing-column 少列, unknown-code 新代码, new-code 首见代码, nulls 空值骤增. */
export const AlarmKind = z.enum([
  'late',
  'empty',
  'shrunken',
  'grown',
  'unknown-header',
  'missing-column',
  'unknown-code',
  'new-code',
  'nulls',
]);
export type AlarmKind = z.infer<typeof AlarmKind>;

/** Something that the department should be asked about; it keeps back no good row. */
export const Alarm = z.object({
  kind: AlarmKind,
  message: z.string(),
  cure: z.string(),
  /** While true, who is absent from the feed is "unknown", not "none". */
  holds: z.boolean(),
});

/** delivered 按期, late 逾期收到, missing 未收到, waiting 未到期, on-request 按需, not-agreed 未商定. */
export const DepartmentFeedState = z.enum(['delivered', 'late', 'missing', 'waiting', 'on-request', 'not-agreed']);
export type DepartmentFeedState = z.infer<typeof DepartmentFeedState>;

export const DepartmentFeed = z.object({
  feed: z.string(),
  title: z.string(),
  scope: z.enum(['full', 'list', 'authorised', 'push']),
  lawfulBasis: z.string(),
  state: DepartmentFeedState,
  due: CivilDate,
  receivedAt: z.string().nullable(),
  lastPeriod: Period.nullable(),
  received: z.number().int(),
  quarantined: z.number().int(),
  refused: z.number().int(),
  alarms: z.array(Alarm),
  /** The delivery that somebody may accept though it looks wrong; null when none is. */
  suspicious: Id.nullable(),
  facts: z.array(z.string()),
  /** What may stand in while it is not there, marked as such. */
  substitutes: z.object({ declaration: z.string().nullable(), visit: z.string().nullable() }),
  /** The unfinished request about it. */
  requestId: Id.nullable(),
});
export type DepartmentFeed = z.infer<typeof DepartmentFeed>;

export const DepartmentsQuery = z.object({ period: Period });
export const DepartmentsResponse = z.object({
  period: Period,
  departments: z.array(z.object({ department: z.string(), feeds: z.array(DepartmentFeed) })),
  requests: z.array(SharingRequest),
});
export type DepartmentsResponse = z.infer<typeof DepartmentsResponse>;

export const AcceptanceBody = z.strictObject({ reason: z.string().trim().min(4).max(400) });

export const QualityQuery = z.object({ department: z.string().min(1).max(60), period: Period });
export const QualityReport = z.object({
  department: z.string(),
  period: Period,
  date: CivilDate,
  bureau: z.string(),
  correctionDays: z.number().int(),
  feeds: z.array(
    z.object({
      feed: z.string(),
      title: z.string(),
      state: z.enum(['delivered', 'late', 'missing', 'not-expected']),
      due: CivilDate,
      received: z.number().int(),
      accepted: z.number().int(),
      unchanged: z.number().int(),
      quarantined: z.number().int(),
      refused: z.number().int(),
      alarms: z.array(z.object({ kind: AlarmKind, message: z.string(), cure: z.string() })),
      rows: z.array(
        z.object({
          reason: z.string(),
          refused: z.boolean(),
          message: z.string(),
          cure: z.string(),
          count: z.number().int(),
          lines: z.array(z.number().int()),
        }),
      ),
    }),
  ),
});
export type QualityReport = z.infer<typeof QualityReport>;

/** A document as it leaves the house: its name, its kind, and its bytes in base64. */
export const QualityDocument = z.object({ fileName: z.string(), type: z.string(), base64: z.string() });
