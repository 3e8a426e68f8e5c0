import { request } from '../../api/call.ts';
import { Problem } from '../../api/problem.ts';

export type DemoAccount = { username: string; role: string; division: string | null; password: string };

/** Sends name and password; gives 'done', or 'code' when a second factor is asked for. */
export async function signIn(username: string, password: string): Promise<'done' | 'code'> {
  const answer = (await request('POST', '/api/auth/sign-in/username', { username, password })) as {
    twoFactorRedirect?: boolean;
  } | null;
  return answer?.twoFactorRedirect === true ? 'code' : 'done';
}

/** Sends the six digits, at sign-in or to finish enrolment. */
export async function verifyCode(code: string): Promise<void> {
  await request('POST', '/api/auth/two-factor/verify-totp', { code });
}

/** Sends one of the backup codes, each of which works once. */
export async function verifyBackupCode(code: string): Promise<void> {
  await request('POST', '/api/auth/two-factor/verify-backup-code', { code });
}

/** Begins enrolment; gives the address for the authenticator and the backup codes. */
export async function enableSecondFactor(password: string): Promise<{ totpURI: string; backupCodes: string[] }> {
  const answer = (await request('POST', '/api/auth/two-factor/enable', { password })) as {
    totpURI?: string;
    backupCodes?: string[];
  } | null;
  if (typeof answer?.totpURI !== 'string') throw new Problem(-1, { code: 'two-factor', message: '', cure: '' });
  return { totpURI: answer.totpURI, backupCodes: answer.backupCodes ?? [] };
}

/** Takes the second factor away again. */
export async function disableSecondFactor(password: string): Promise<void> {
  await request('POST', '/api/auth/two-factor/disable', { password });
}

/** Changes one's own password; sessions elsewhere end with it. */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  await request('POST', '/api/auth/change-password', { currentPassword, newPassword, revokeOtherSessions: true });
}

/** Ends the session on the server. */
export async function signOut(): Promise<void> {
  await request('POST', '/api/auth/sign-out', {});
}

/** The demonstration accounts; an empty list wherever the server is not a demonstration. */
export async function demoAccounts(): Promise<DemoAccount[]> {
  try {
    const answer = (await request('GET', '/api/demo/accounts')) as DemoAccount[] | { accounts?: DemoAccount[] } | null;
    return Array.isArray(answer) ? answer : (answer?.accounts ?? []);
  } catch {
    return [];
  }
}
