import { z } from 'zod';
import { Id } from './codes.ts';

/** Work that takes longer than a page waits: asked by one route, done beside the web door, polled by its id by who asked. */
export const RequestState = z.enum(['waiting', 'running', 'done', 'failed']);
export type RequestState = z.infer<typeof RequestState>;

export const RequestAsked = z.object({ id: Id });
export type RequestAsked = z.infer<typeof RequestAsked>;

export const RequestStatus = z.object({
  id: Id,
  /** What was asked, kebab-case. */
  kind: z.string(),
  state: RequestState,
  askedAt: z.string(),
  finishedAt: z.string().nullable(),
  progress: z
    .object({ text: z.string(), done: z.number().int().nullable(), total: z.number().int().nullable() })
    .nullable(),
  error: z.object({ code: z.string(), message: z.string(), cure: z.string() }).nullable(),
});
export type RequestStatus = z.infer<typeof RequestStatus>;
