import { z } from 'zod';
import { Id, Role } from './codes.ts';

export const AuditEntry = z.object({
  seq: z.string(),
  at: z.string(),
  actor: z.string(),
  role: z.string(),
  action: z.string(),
  object: z.string(),
  purpose: z.string().nullable(),
  hash: z.string(),
});
export const AuditQuery = z.object({
  actor: z.string().optional(),
  action: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const AuditResponse = z.object({
  entries: z.array(AuditEntry),
  nextCursor: z.string().nullable(),
  chain: z.object({ ok: z.boolean(), checked: z.number().int() }),
});
export type AuditResponse = z.infer<typeof AuditResponse>;

export const UserRow = z.object({
  id: Id,
  username: z.string(),
  displayName: z.string(),
  /** Null until a security administrator has given one. */
  role: Role.nullable(),
  division: z.string().nullable(),
  divisionId: z.number().int().nullable(),
  active: z.boolean(),
});
export const UsersResponse = z.object({ users: z.array(UserRow) });
export type UsersResponse = z.infer<typeof UsersResponse>;
/** System administrators open accounts; only a security administrator gives the role and the division. */
export const CreateUserBody = z.object({
  username: z.string().regex(/^[a-z0-9][a-z0-9.-]{2,31}$/),
  displayName: z.string().trim().min(1).max(40),
  password: z.string().min(10).max(128),
});
export const GrantBody = z.object({ role: Role, divisionId: z.number().int().nullable() });
export const MandateBody = z.object({
  auditorId: Id,
  title: z.string().trim().min(4).max(120),
  divisionId: z.number().int(),
  from: z.iso.date(),
  until: z.iso.date(),
});
export const MandateRow = MandateBody.extend({ id: Id, auditor: z.string(), division: z.string() });
export const MandatesResponse = z.object({ mandates: z.array(MandateRow) });
