import type { IncomingMessage, ServerResponse } from 'node:http';
import { routes } from '@doudi/contracts';
import type { Plugin } from 'vite';
import { type Asked, answerOf } from './answers.ts';
import { accounts, type Person, people } from './people.ts';

/** A small stand-in for the server while screens are made. Development only; its answers are held to the contracts. */
export function mockDesk(): Plugin {
  return {
    name: 'doudi-mock-desk',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use('/api', (request, response, next) => {
        handle(request, response).catch(next);
      });
    },
    configurePreviewServer(server) {
      server.middlewares.use('/api', (request, response, next) => {
        handle(request, response).catch(next);
      });
    },
  };
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const address = new URL(`/api${request.url ?? ''}`, 'http://mock');
  const body = await bodyOf(request);
  const cookie = /doudi-mock=([\w.-]+)/.exec(request.headers.cookie ?? '')?.[1];
  const person = people.find((one) => one.me.username === cookie);
  const path = address.pathname;
  if (path === '/api/demo/accounts') return send(response, 200, accounts);
  if (path === '/api/auth/sign-in/username') return enter(response, body as { username: string; password: string });
  if (path === '/api/auth/sign-out') {
    response.setHeader('set-cookie', 'doudi-mock=; Path=/; Max-Age=0');
    return send(response, 200, {});
  }
  if (path.startsWith('/api/auth/two-factor/verify')) {
    const code = (body as { code?: string } | null)?.code;
    if (code !== '123456') return send(response, 401, { code: 'INVALID_CODE', message: 'Invalid code' });
    response.setHeader('set-cookie', 'doudi-mock=county2; Path=/');
    return send(response, 200, {});
  }
  if (path === '/api/auth/two-factor/enable') {
    return send(response, 200, {
      totpURI: 'otpauth://totp/Doudi:demo?secret=JBSWY3DPEHPK3PXP&issuer=Doudi',
      backupCodes: ['a1b2c-d3e4f', 'g5h6i-j7k8l', 'm9n0o-p1q2r'],
    });
  }
  if (!person) return send(response, 401, fault('signed-out', '还没有登录。', '请登录后再试。'));
  return route(request.method ?? 'GET', address, body, person, response);
}

async function route(method: string, address: URL, body: unknown, person: Person, response: ServerResponse) {
  for (const key of Object.keys(routes) as (keyof typeof routes)[]) {
    const [verb, template = ''] = key.split(' ');
    const names: string[] = [];
    const pattern = template.replace(/:(\w+)/g, (_, name: string) => {
      names.push(name);
      return '([^/]+)';
    });
    const found = new RegExp(`^${pattern}$`).exec(address.pathname);
    if (verb !== method || !found) continue;
    if (!routes[key].roles.includes(person.me.role)) {
      return send(response, 403, fault('forbidden', '您的角色不能打开这一页。', '需要时请联系安全保密员。'));
    }
    const params = Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1] ?? '')]));
    const asked: Asked = { params, query: Object.fromEntries(address.searchParams), body, person };
    const answer = answerOf(key, asked);
    if (answer === undefined) {
      return send(response, 404, fault('not-found', '没有这条记录，或不在您的查看范围内。', '请从列表重新打开。'));
    }
    const held = routes[key].response.safeParse(answer);
    if (!held.success) return send(response, 500, fault('mock', `${key}: ${held.error.message}`, '修正 web/mock'));
    return send(response, 200, held.data);
  }
  return send(response, 404, fault('no-route', '没有这个地址。', '请从导航重新打开。'));
}

function enter(response: ServerResponse, body: { username: string; password: string }) {
  const account = accounts.find((one) => one.username === body.username && one.password === body.password);
  if (!account) {
    return send(response, 401, { code: 'INVALID_USERNAME_OR_PASSWORD', message: 'Invalid username or password' });
  }
  if (account.username === 'county2') return send(response, 200, { twoFactorRedirect: true });
  response.setHeader('set-cookie', `doudi-mock=${account.username}; Path=/`);
  return send(response, 200, { redirect: false });
}

const fault = (code: string, message: string, cure: string) => ({ code, message, cure });

function send(response: ServerResponse, status: number, body: unknown): true {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
  return true;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? null : JSON.parse(text);
}
