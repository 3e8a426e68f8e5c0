import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { openTestDoor, type TestDoor } from './testing.ts';

/** A provider that speaks OpenID Connect as RFC 6749 and OpenID Connect Core say: discovery, keys, codes, signed tokens. */
interface Provider {
  url: string;
  /** The person who signs in next. */
  person: { sub: string; preferred_username: string };
  server: Server;
}

const CLIENT = 'doudi';
let provider: Provider;
let t: TestDoor;

before(async () => {
  provider = await openProvider();
  t = await openTestDoor({
    origin: 'http://localhost',
    oidc: {
      discoveryUrl: `${provider.url}/.well-known/openid-configuration`,
      clientId: CLIENT,
      clientSecret: 'between us',
    },
  });
});
after(async () => {
  await t.close();
  await new Promise((done) => provider.server.close(done));
});

/** Goes to the provider and comes back, as a browser does. */
async function signInOutside() {
  const person = t.visitor();
  const away = await person.get('/api/auth/oidc');
  assert.equal(away.status, 302, away.text);
  // The way back begins at another site, where a browser sends no strict cookie.
  for (const cookie of away.headers.getSetCookie()) assert.match(cookie, /SameSite=Lax/i);
  const at = new URL(away.headers.get('location') ?? '');
  assert.equal(at.searchParams.get('client_id'), CLIENT);
  assert.ok(at.searchParams.get('code_challenge'));
  const back = await fetch(at, { redirect: 'manual' });
  const returned = new URL(back.headers.get('location') ?? '');
  assert.equal(returned.pathname, '/api/auth/callback/oidc');
  return { person, reply: await person.get(`${returned.pathname}${returned.search}`) };
}

test('an outside identity opens the account of the same name', async () => {
  provider.person = { sub: '1001', preferred_username: 'town1' };
  const { person, reply } = await signInOutside();
  assert.equal(reply.status, 302, reply.text);
  assert.equal(reply.headers.get('location'), '/');
  const me = await person.get('/api/me');
  assert.deepEqual([me.status, me.body.username], [200, 'town1']);
});

test('an outside identity without an account opens none', async () => {
  provider.person = { sub: '1002', preferred_username: 'stranger' };
  const { person, reply } = await signInOutside();
  assert.match(reply.headers.get('location') ?? '', /error=/);
  assert.equal((await person.get('/api/me')).status, 401);
  const { rows } = await t.bed.admin.query(`select 1 from auth."user" where email like 'stranger%'`);
  assert.deepEqual(rows, []);
});

test('a way back that nobody began is refused', async () => {
  const person = t.visitor();
  const reply = await person.get('/api/auth/callback/oidc?code=abc&state=guessed');
  assert.match(reply.headers.get('location') ?? '', /error/);
  assert.equal((await person.get('/api/me')).status, 401);
});

async function openProvider(): Promise<Provider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map<string, { nonce: string | null }>();
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', provider.url);
    const json = (value: object) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (url.pathname.endsWith('openid-configuration'))
      return json({
        issuer: provider.url,
        authorization_endpoint: `${provider.url}/authorize`,
        token_endpoint: `${provider.url}/token`,
        userinfo_endpoint: `${provider.url}/userinfo`,
        jwks_uri: `${provider.url}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
      });
    if (url.pathname === '/keys')
      return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] });
    if (url.pathname === '/authorize') {
      const code = `code-${codes.size}`;
      codes.set(code, { nonce: url.searchParams.get('nonce') });
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      back.searchParams.set('iss', provider.url);
      return response.writeHead(302, { location: back.toString() }).end();
    }
    if (url.pathname === '/userinfo') return json({ ...provider.person, name: '外部身份' });
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const issued = codes.get(new URLSearchParams(body).get('code') ?? '');
      if (!issued) return response.writeHead(400).end('{"error":"invalid_grant"}');
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: provider.url, aud: CLIENT, iat: now, exp: now + 300, ...provider.person };
      const signed = `${encode({ alg: 'RS256', kid: 'one' })}.${encode(issued.nonce ? { ...claims, nonce: issued.nonce } : claims)}`;
      const signature = createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url');
      return json({ access_token: 'a', token_type: 'Bearer', expires_in: 300, id_token: `${signed}.${signature}` });
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, person: { sub: '', preferred_username: '' }, server };
}
