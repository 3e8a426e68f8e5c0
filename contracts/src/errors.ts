import { z } from 'zod';

/** What every failed request answers: what happened, where, how to mend it; never personal data. */
export const ErrorBody = z.object({
  code: z.string(),
  message: z.string(),
  cure: z.string(),
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
