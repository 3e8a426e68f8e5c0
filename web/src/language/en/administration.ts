import type { administration as zh } from '../zh/administration.ts';

/** Accounts, grants, mandates, audit trail, own account. */
export const administration: Record<keyof typeof zh, string> = {
  'account.title': 'My account',
  'account.unsentStay': 'What was not sent stays on this device and goes out when the same account signs in again.',
};
