import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Auth } from '../../platform/auth/index.ts';
import { type Database, SYSTEM_ACTOR } from '../../platform/database/index.ts';
import { RequestInvalid } from './errors.ts';

/** The library's requests that are open; every other path of it answers 404. */
const OPEN = [
  'POST /api/auth/sign-out',
  'POST /api/auth/change-password',
  'POST /api/auth/two-factor/enable',
  'POST /api/auth/two-factor/disable',
  'POST /api/auth/two-factor/get-totp-uri',
  'POST /api/auth/two-factor/verify-totp',
  'POST /api/auth/two-factor/verify-backup-code',
  'POST /api/auth/two-factor/generate-backup-codes',
] as const;

/** Changes of how somebody signs in, as the trail names them. */
const NOTED: Record<string, string> = {
  '/api/auth/sign-out': 'session.close',
  '/api/auth/change-password': 'account.password',
  '/api/auth/two-factor/enable': 'account.second-factor.begin',
  '/api/auth/two-factor/verify-totp': 'account.second-factor.confirm',
  '/api/auth/two-factor/disable': 'account.second-factor.end',
  '/api/auth/two-factor/generate-backup-codes': 'account.second-factor.codes',
};

const Credentials = z.object({ username: z.string().min(1).max(64), password: z.string().min(1).max(128) });

/** What of the library's answers reaches the page: the session token stays in its cookie. */
const SHOWN = ['twoFactorRedirect', 'totpURI', 'backupCodes', 'url', 'redirect', 'status', 'success'];

/** Faults of the library in words for people; any other one is told by its status. */
const FAULTS: Record<string, [message: string, cure: string]> = {
  INVALID_CODE: ['验证码不对', '请核对验证器上的六位数字；它每 30 秒更换一次'],
  INVALID_BACKUP_CODE: ['备用码不对', '每个备用码只能用一次，请换一个'],
  INVALID_TWO_FACTOR_COOKIE: ['验证已超时', '请重新输入账号和密码'],
  INVALID_PASSWORD: ['密码不对', '请重新输入当前密码'],
  PASSWORD_TOO_SHORT: ['新密码太短', '请至少用 10 个字符'],
  TOTP_NOT_ENABLED: ['尚未开启二次验证', '请先在本人设置中开启'],
  TWO_FACTOR_NOT_ENABLED: ['尚未开启二次验证', '请先在本人设置中开启'],
  ACCOUNT_TEMPORARILY_LOCKED: ['验证码多次不对，账号暂时锁定', '请 15 分钟后再试'],
};

/** Registers sign-in, its second factor and sign-out under /api/auth. */
export function signIn(app: FastifyInstance, options: { auth: Auth; db: Database; oidc: boolean }): void {
  const { auth, db } = options;

  app.post('/api/auth/sign-in/username', async (request, reply) => {
    const parsed = Credentials.safeParse(request.body);
    if (!parsed.success) throw new RequestInvalid(parsed.error);
    const { username } = parsed.data;
    if (!(await auth.attempts.begin(username, request.ip))) {
      await note(db, await auth.accountOf(username), 'session.locked');
      return await reply.code(429).send({
        code: 'sign-in-locked',
        message: '登录失败次数过多，暂时锁定',
        cure: '请 15 分钟后再试；忘记密码请联系系统管理员',
      });
    }
    const answer = await ask(auth, request, parsed.data);
    const account = await auth.accountOf(username);
    if (answer.status === 200) {
      await auth.attempts.succeeded(username, request.ip);
      await note(db, account, 'session.open');
      return await give(reply, answer);
    }
    await note(db, account, 'session.refused');
    return await reply
      .code(401)
      .send({ code: 'sign-in-refused', message: '账号或密码不对', cure: '请检查后重试；连续失败 5 次将锁定 15 分钟' });
  });

  if (options.oidc) outside(app, auth, db);

  for (const open of OPEN) {
    const [method, url] = open.split(' ') as ['GET' | 'POST', string];
    app.route({
      method,
      url,
      handler: async (request, reply) => {
        const action = NOTED[url];
        const account = action ? await auth.session(webHeaders(request)) : undefined;
        const answer = await ask(auth, request, request.body);
        if (action && account && answer.status < 400) await note(db, account.id, action);
        return await give(reply, answer);
      },
    });
  }
}

/** Sign-in at an outside provider: a link to it, and the way back. What the page sends plays no part in where it leads. */
function outside(app: FastifyInstance, auth: Auth, db: Database): void {
  app.get('/api/auth/oidc', async (request, reply) => {
    const { protocol } = request;
    const headers = { ...request.headers, origin: `${protocol}://${request.headers.host}` };
    const answer = await ask(
      auth,
      { method: 'POST', url: '/api/auth/sign-in/social', protocol, headers },
      { provider: 'oidc', callbackURL: '/', errorCallbackURL: '/sign-in' },
    );
    const { url } = (await answer.clone().json()) as { url?: string };
    if (answer.status !== 200 || !url) return await give(reply, answer);
    return await reply.header('set-cookie', answer.headers.getSetCookie()).redirect(url);
  });
  app.get('/api/auth/callback/oidc', async (request, reply) => {
    const answer = await ask(auth, request, undefined);
    const cookie = answer.headers.getSetCookie().map((c) => c.split(';')[0]);
    const account = await auth.session(new Headers({ cookie: cookie.join('; ') }));
    await note(db, account?.id, account ? 'session.open' : 'session.refused');
    return await give(reply, answer);
  });
}

type Asked = Pick<FastifyRequest, 'method' | 'url' | 'protocol' | 'headers'>;

/** Gives the library the request as the web's own object. */
async function ask(auth: Auth, request: Asked, body: unknown): Promise<Response> {
  const headers = webHeaders(request);
  const { method } = request;
  if (method !== 'GET') headers.set('content-type', 'application/json');
  headers.delete('content-length');
  const url = `${request.protocol}://${request.headers.host ?? 'localhost'}${request.url}`;
  return await auth.handle(
    new Request(url, { method, headers, ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }) }),
  );
}

/** Headers of a request as the web's own object. */
export function webHeaders(request: Pick<Asked, 'headers'>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

async function give(reply: FastifyReply, answer: Response): Promise<FastifyReply> {
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) reply.header('set-cookie', cookies);
  const location = answer.headers.get('location');
  if (location) reply.header('location', location);
  const text = await answer.text();
  const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
  if (answer.status < 400) {
    const shown = Object.fromEntries(Object.entries(body).filter(([name]) => SHOWN.includes(name)));
    return await reply.code(answer.status).send(shown);
  }
  const [message, cure] = FAULTS[String(body.code)] ?? ['请求未被接受', '请重新登录后再试'];
  return await reply.code(answer.status).send({ code: String(body.code ?? 'sign-in').toLowerCase(), message, cure });
}

/** Signing in and failing to is in the audit trail; an unknown name is not kept, since people type passwords there. */
async function note(db: Database, account: string | undefined, action: string): Promise<void> {
  await db.withActor({ id: SYSTEM_ACTOR, purpose: '登录' }, async (tx) => {
    tx.audit({ action, object: `account/${account ?? 'unknown'}` });
  });
}
