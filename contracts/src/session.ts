import { z } from 'zod';
import { Id, Period, Role } from './codes.ts';

export const Division = z.object({
  id: z.number().int(),
  code: z.string(),
  name: z.string(),
  level: z.enum(['province', 'city', 'county', 'township', 'village']),
  parentId: z.number().int().nullable(),
});
export type Division = z.infer<typeof Division>;

export const Me = z.object({
  id: Id,
  username: z.string(),
  displayName: z.string(),
  role: Role,
  division: Division.nullable(),
  /** The clock the server decides by (ISO date-time with offset); demo data may stand in another month. */
  now: z.string(),
  /** True when any parameter in force is borrowed for demonstration. */
  demo: z.boolean(),
  /** Set for an auditor: the mandate under which rows may be read. */
  mandate: z.object({ id: Id, title: z.string(), until: z.string() }).nullable(),
  periods: z.array(Period),
  twoFactorEnabled: z.boolean(),
});
export type Me = z.infer<typeof Me>;

export const DivisionsResponse = z.object({ divisions: z.array(Division) });
