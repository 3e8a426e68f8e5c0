import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  type AttemptLimits,
  type OidcSettings,
  oidcFromEnvironment,
  openAuth,
  readDemoAccounts,
} from '../../platform/auth/index.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { sql, system } from '../../platform/database/index.ts';
import type { Installation } from '../../platform/installation.ts';
import { dispatch } from './dispatch.ts';
import { answerOf } from './errors.ts';
import { type Log, stderrLog } from './log.ts';
import { routesOf } from './routes.ts';
import { secure } from './security.ts';
import { signIn } from './sign-in.ts';
import { site, WEB_DIST } from './site.ts';

z.config(z.locales.zhCN());

export interface HttpOptions {
  port: number;
  /** Default 127.0.0.1: the desk is opened to a network on purpose. */
  host?: string;
  /** Where people open the desk when a proxy stands before it, e.g. 'https://doudi.example.gov.cn'; also DOUDI_ORIGIN. */
  origin?: string;
  webDist?: string;
  log?: Log;
  /** Decides sessions and lock-outs; the real clock also when the installation's stands still. */
  wallClock?: Clock;
  limits?: AttemptLimits;
  /** Sign-in at an outside provider; default: DOUDI_OIDC_DISCOVERY_URL, _CLIENT_ID, _CLIENT_SECRET. */
  oidc?: OidcSettings;
  /** Whether a second factor must be enrolled; default: yes, but in a demonstration, or with DOUDI_SECOND_FACTOR=optional. */
  secondFactor?: boolean;
  /** For the access tests only: no check of roles, so that the database alone holds. */
  unchecked?: boolean;
}

export interface HttpDoor {
  url: string;
  close(): Promise<void>;
}

/**
 * Opens the web door of an installation. It reads and writes PostgreSQL and opens single rows of the lake; it cannot reach the engine.
 * @returns its address, and `close`, which waits for requests under way
 */
export async function startHttp(installation: Omit<Installation, 'close'>, options: HttpOptions): Promise<HttpDoor> {
  const log = options.log ?? stderrLog;
  const clock = options.wallClock ?? systemClock;
  const origin = options.origin ?? process.env.DOUDI_ORIGIN ?? `http://localhost:${options.port}`;
  const oidc = options.oidc ?? oidcFromEnvironment(process.env);
  const auth = openAuth({
    url: installation.urls.auth,
    keys: installation.keys,
    origin,
    oidc,
    clock,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  const app = fastify({
    logger: false,
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    genReqId: () => randomUUID(),
    // Behind a bureau's own proxy only; else anybody could choose their own address.
    trustProxy: process.env.DOUDI_TRUST_PROXY === '1',
  });
  // Only JSON is read: a form of another site could send text without being asked first.
  app.removeContentTypeParser('text/plain');
  logRequests(app, log, clock);
  secure(app, { https: origin.startsWith('https:') });
  app.setErrorHandler((error, _request, reply) => {
    const { status, body } = answerOf(error, log);
    return reply.code(status).send(body);
  });
  app.get('/api/health', async () => {
    await installation.db.withActor(system('健康检查'), async (tx) => sql`select 1`.execute(tx.db));
    return { ok: true };
  });
  app.get('/api/demo/accounts', async (_request, reply) => {
    const accounts = readDemoAccounts(installation);
    if (!accounts) return reply.callNotFound();
    return await reply.send(accounts);
  });
  signIn(app, { auth, db: installation.db, oidc: oidc !== undefined });
  const services = { lake: installation.lake, bundle: installation.bundle, auth };
  dispatch(app, routesOf(services), {
    auth,
    db: installation.db,
    secondFactor: options.secondFactor ?? (!installation.demo && process.env.DOUDI_SECOND_FACTOR !== 'optional'),
    unchecked: options.unchecked ?? false,
  });
  await site(app, options.webDist ?? WEB_DIST);
  try {
    const url = await app.listen({ port: options.port, host: options.host ?? '127.0.0.1' });
    return {
      url,
      async close() {
        await app.close();
        await auth.close();
      },
    };
  } catch (error) {
    await auth.close();
    throw error;
  }
}

/** Method, route, status and time; never the query, the body or who asked (the audit trail says that). */
function logRequests(app: FastifyInstance, log: Log, clock: Clock): void {
  app.addHook('onResponse', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return;
    log({
      level: 'info',
      event: 'request',
      at: clock.now().toISOString(),
      id: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });
}
