import type { Role } from '@doudi/contracts';

/** Every role, in the order of the desk. */
export const roles: readonly Role[] = [
  'village',
  'township',
  'county',
  'supervisor',
  'auditor',
  'system-administrator',
  'security-administrator',
  'audit-administrator',
];
/** The roles that see no rows and so have no division. */
export const placeless: ReadonlySet<Role> = new Set([
  'system-administrator',
  'security-administrator',
  'audit-administrator',
]);
