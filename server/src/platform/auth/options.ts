import type { BetterAuthOptions } from 'better-auth';
import { genericOAuth, twoFactor, username } from 'better-auth/plugins';
import type pg from 'pg';
import { hashPassword, verifyPassword } from './password.ts';

/** An outside sign-in (government single sign-on) by OpenID Connect. */
export interface OidcSettings {
  discoveryUrl: string;
  clientId: string;
  clientSecret: string;
}

export interface AuthSettings {
  pool: pg.Pool;
  /** Where people open the desk, e.g. 'https://doudi.example.gov.cn'; https makes cookies secure. */
  origin: string;
  /** 32 bytes or more that sign cookies and seal second-factor secrets. */
  secret: string;
  oidc?: OidcSettings | undefined;
}

/** Minutes without a request after which a session ends (等保 2.0 三级: 会话超时). */
export const IDLE_MINUTES = 60;
/** Hours after which a session ends, however busy it is. */
export const LONGEST_HOURS = 12;

/** The address under which an account stands in the sign-in library, which wants one; nothing is ever sent there. */
export const accountAddress = (name: string) => `${name}@accounts.invalid`;

/** OpenID Connect from the environment, or undefined when it is not set. */
export function oidcFromEnvironment(env: NodeJS.ProcessEnv): OidcSettings | undefined {
  const { DOUDI_OIDC_DISCOVERY_URL: discoveryUrl, DOUDI_OIDC_CLIENT_ID: clientId } = env;
  if (!discoveryUrl || !clientId) return undefined;
  return { discoveryUrl, clientId, clientSecret: env.DOUDI_OIDC_CLIENT_SECRET ?? '' };
}

/** The sign-in library's options; the migration of schema `auth` was generated from the same (see README.md). */
export function authOptions(settings: AuthSettings) {
  const plugins = [
    username({
      minUsernameLength: 3,
      maxUsernameLength: 32,
      usernameValidator: (name) => /^[a-z0-9][a-z0-9.-]{2,31}$/.test(name),
    }),
    twoFactor({ issuer: 'Doudi', accountLockout: { maxFailedAttempts: 5, durationSeconds: 900 } }),
    ...(settings.oidc ? [oidcPlugin(settings.oidc)] : []),
  ];
  return {
    appName: 'Doudi',
    baseURL: settings.origin,
    basePath: '/api/auth',
    secret: settings.secret,
    database: settings.pool,
    telemetry: { enabled: false },
    // The library's own messages may carry addresses; entry/http keeps the log.
    logger: { disabled: true },
    emailAndPassword: {
      enabled: true,
      // Accounts are opened by a system administrator only (三员分立).
      disableSignUp: true,
      minPasswordLength: 10,
      maxPasswordLength: 128,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    session: { expiresIn: IDLE_MINUTES * 60, updateAge: 60, cookieCache: { enabled: false } },
    account: { accountLinking: { enabled: true, trustedProviders: ['oidc'], requireLocalEmailVerified: false } },
    // Locking out is by account and address in the database (attempts.ts), and so holds for several processes.
    rateLimit: { enabled: false },
    // entry/http has already compared the request's Origin with its own.
    trustedOrigins: (request) => (request ? [new URL(request.url).origin] : []),
    advanced: {
      database: { generateId: 'uuid' },
      cookiePrefix: 'doudi',
      useSecureCookies: settings.origin.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'strict' },
      // The way back from an outside sign-in comes from another site, where a strict cookie is not sent.
      cookies: {
        state: { attributes: { sameSite: 'lax' } },
        oauth_state: { attributes: { sameSite: 'lax' } },
      },
    },
    plugins,
  } satisfies BetterAuthOptions;
}

function oidcPlugin(oidc: OidcSettings) {
  return genericOAuth({
    config: [
      {
        providerId: 'oidc',
        discoveryUrl: oidc.discoveryUrl,
        clientId: oidc.clientId,
        clientSecret: oidc.clientSecret,
        scopes: ['openid', 'profile'],
        pkce: true,
        // An outside identity opens an existing account or none.
        disableSignUp: true,
        disableImplicitSignUp: true,
        mapProfileToUser: (profile) => {
          const name = typeof profile.preferred_username === 'string' ? profile.preferred_username.toLowerCase() : '';
          return { email: accountAddress(name), emailVerified: true };
        },
      },
    ],
  });
}
