import { betterAuth } from 'better-auth';
import pg from 'pg';
import { type Clock, systemClock } from '../clock.ts';
import type { Keyring } from '../crypto/index.ts';
import { conflict } from '../errors.ts';
import { ATTEMPT_LIMITS, type AttemptLimits, type Attempts, openAttempts } from './attempts.ts';
import { accountAddress, authOptions, LONGEST_HOURS, type OidcSettings } from './options.ts';
import { hashPassword } from './password.ts';

/** Who a request's cookie belongs to. */
export interface SignedIn {
  /** platform.actor.id */
  id: string;
  twoFactorEnabled: boolean;
  /** Cookies to send back: the session's own, when its hour was begun anew. */
  cookies: string[];
}

/** Sign-in by password with a second factor, or by OpenID Connect; it knows accounts, never roles. */
export interface Auth {
  /** Answers one of the library's own requests (sign-in, sign-out, second factor); the caller lists which. */
  handle(request: Request): Promise<Response>;
  /** The account of a live session, or undefined. Sessions older than twelve hours are ended here. */
  session(headers: Headers): Promise<SignedIn | undefined>;
  attempts: Attempts;
  /** The account id of a name, or undefined. */
  accountOf(username: string): Promise<string | undefined>;
  /** Opens an account. @returns its id, which is also the actor's. @throws account-exists */
  openAccount(account: { username: string; displayName: string; password: string }): Promise<string>;
  /** Takes back an account whose actor could not be written. */
  removeAccount(id: string): Promise<void>;
  /** Ends every session of an account: after its role changed. */
  endSessions(id: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens sign-in on the role doudi_auth, which reaches schema `auth` and nothing else.
 * @param options.clock decides locks and session ages; it is the real one also when the product's clock stands still
 */
export function openAuth(options: {
  url: string;
  keys: Keyring;
  origin: string;
  oidc?: OidcSettings | undefined;
  clock?: Clock;
  limits?: AttemptLimits;
}): Auth {
  const clock = options.clock ?? systemClock;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: 4,
    application_name: 'doudi-auth',
    options: '-c search_path=auth',
  });
  // A server that stops under an idle connection must not take the process with it.
  pool.on('error', () => undefined);
  const secret = [1, 2, 3].map((n) => options.keys.blindIndex('sign-in secret', String(n)).toString('hex')).join('');
  const library = betterAuth(authOptions({ pool, origin: options.origin, secret, oidc: options.oidc }));
  return {
    attempts: openAttempts(pool, options.keys, clock, options.limits ?? ATTEMPT_LIMITS),
    handle: (request) => library.handler(request),
    async session(headers) {
      const { response: found, headers: answer } = await library.api.getSession({ headers, returnHeaders: true });
      if (!found) return undefined;
      const age = clock.now().getTime() - found.session.createdAt.getTime();
      if (age > LONGEST_HOURS * 3_600_000) {
        await pool.query('delete from auth."session" where id = $1', [found.session.id]);
        return undefined;
      }
      return {
        id: found.user.id,
        cookies: answer.getSetCookie(),
        twoFactorEnabled: 'twoFactorEnabled' in found.user && found.user.twoFactorEnabled === true,
      };
    },
    async accountOf(username) {
      const { rows } = await pool.query<{ id: string }>('select id from auth."user" where username = $1', [
        username.toLowerCase(),
      ]);
      return rows[0]?.id;
    },
    async openAccount({ username, displayName, password }) {
      const hash = await hashPassword(password);
      const context = await library.$context;
      const taken = await pool.query('select 1 from auth."user" where username = $1', [username]);
      if (taken.rowCount) throw conflict('account-exists', `账号已存在：${username}`, '请换一个账号名');
      const user = await context.internalAdapter.createUser(
        { name: displayName, email: accountAddress(username), emailVerified: true, username },
        { method: 'admin' },
      );
      await context.internalAdapter.linkAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: hash,
      });
      return user.id;
    },
    async removeAccount(id) {
      await pool.query('delete from auth."user" where id = $1', [id]);
    },
    async endSessions(id) {
      await pool.query('delete from auth."session" where "userId" = $1', [id]);
    },
    close: () => pool.end(),
  };
}
