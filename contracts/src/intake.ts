import { z } from 'zod';
import { Id, Period } from './codes.ts';
import { RequestStatus } from './requests.ts';

/** The exact account of a file: received = accepted + unchanged + quarantined + refused. */
export const FileAccount = z.object({
  received: z.number().int(),
  accepted: z.number().int(),
  unchanged: z.number().int(),
  quarantined: z.number().int(),
  refused: z.number().int(),
});
export type FileAccount = z.infer<typeof FileAccount>;

/** A quarantined row opened for correction: each column with what came and what it is to be. */
export const QuarantineDetail = z.object({
  id: Id,
  row: z.number().int(),
  line: z.number().int().nullable(),
  section: z.string().nullable(),
  state: z.enum(['open', 'released', 'discarded']),
  column: z.string().nullable(),
  message: z.string(),
  cure: z.string(),
  cells: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      required: z.boolean(),
      /** Null where the line is damaged so that its fields cannot be told apart, or the file lacks the column. */
      delivered: z.string().nullable(),
      value: z.string(),
      corrected: z.boolean(),
    }),
  ),
});
export type QuarantineDetail = z.infer<typeof QuarantineDetail>;

/** New texts by the name of the column; what is left out stays as it was. */
export const CorrectionBody = z.object({
  values: z.record(z.string().max(64), z.string().max(4000)).refine((v) => Object.keys(v).length > 0),
});
export const DiscardBody = z.object({
  ids: z.array(Id).min(1).max(500),
  why: z.string().trim().min(2).max(200),
});
export const Discarded = z.object({ discarded: z.number().int() });

export const QuarantineOf = z.object({ feed: z.string(), period: Period });
/** A file in which only the quarantined rows stand, to be corrected and sent back. */
export const CorrectedTemplate = z.object({ fileName: z.string(), text: z.string(), rows: z.number().int() });
export const CorrectionsBody = z.object({ text: z.string().max(8_000_000) });
export const Corrected = z.object({ corrected: z.number().int() });
/** Rows by id; absent: all that were corrected. */
export const ReleaseBody = z.object({ ids: z.array(Id).min(1).max(500).optional() });

export const UploadBody = z.object({
  feed: z.string().min(1).max(64),
  period: Period,
  fileName: z.string().min(1).max(200),
  bytes: z.number().int().min(1),
});
export const Upload = z.object({ id: Id, partBytes: z.number().int(), parts: z.number().int() });
export type Upload = z.infer<typeof Upload>;
export const UploadPartOf = z.object({ id: Id, part: z.coerce.number().int().min(0) });
/** A piece of the file, base64. */
export const UploadPartBody = z.object({ data: z.base64() });
export const UploadPart = z.object({ received: z.number().int() });

/** What would become of a file; nothing of it is kept. */
export const FilePreview = FileAccount.extend({
  feed: z.string(),
  period: Period,
  repeated: z.boolean(),
  form: z.enum(['csv', 'xlsx', 'zip']),
  sections: z.array(
    z.object({ name: z.string().nullable(), rows: z.number().int(), encoding: z.string(), delimiter: z.string() }),
  ),
  unknown: z.array(z.string()),
  absent: z.array(z.string()),
  faults: z.array(
    z.object({
      reason: z.string(),
      column: z.string().nullable(),
      message: z.string(),
      cure: z.string(),
      count: z.number().int(),
      places: z.array(z.object({ section: z.string().nullable(), row: z.number().int(), line: z.number().int() })),
    }),
  ),
  /** Against the file that it would supersede, or the month before; by key. */
  difference: z
    .object({
      against: Period,
      supersedes: z.boolean(),
      added: z.number().int(),
      changed: z.number().int(),
      gone: z.number().int(),
      same: z.number().int(),
    })
    .nullable(),
});
export type FilePreview = z.infer<typeof FilePreview>;

export const FileTaken = FileAccount.extend({
  deliveryId: Id,
  feed: z.string(),
  period: Period,
  repeated: z.boolean(),
});
export type FileTaken = z.infer<typeof FileTaken>;

export const RowsReleased = z.object({
  accepted: z.number().int(),
  unchanged: z.number().int(),
  failed: z.number().int(),
  account: FileAccount,
});
export type RowsReleased = z.infer<typeof RowsReleased>;

/** Long work of intake, with what came out of it: one of the three. */
export const IntakeRequest = RequestStatus.extend({
  preview: FilePreview.nullable(),
  taken: FileTaken.nullable(),
  released: RowsReleased.nullable(),
});
export type IntakeRequest = z.infer<typeof IntakeRequest>;
