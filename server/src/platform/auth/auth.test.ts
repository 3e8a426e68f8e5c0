import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { openTestBed, type TestBed } from '../database/testing.ts';
import { type Auth, openAuth } from './library.ts';
import { hashPassword, verifyPassword } from './password.ts';

let bed: TestBed;
let auth: Auth;
let now = new Date('2026-11-03T09:00:00+08:00');
before(async () => {
  bed = await openTestBed();
  const clock = { now: () => now, today: () => '2026-11-03' };
  auth = openAuth({ url: bed.urls.auth, keys: bed.keys, origin: 'http://localhost:1', clock });
});
after(async () => {
  await auth.close();
  await bed.close();
});

test('a password is kept as argon2id and opened by itself alone', async () => {
  const stored = await hashPassword('correct horse');
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await verifyPassword(stored, 'correct horse'), true);
  assert.equal(await verifyPassword(stored, 'correct hors'), false);
  assert.equal(await verifyPassword('plain', 'plain'), false);
  assert.notEqual(await hashPassword('correct horse'), stored);
});

test('an account opens once under one name', async () => {
  const id = await auth.openAccount({ username: 'clerk-1', displayName: '经办', password: 'long enough 1' });
  assert.equal(await auth.accountOf('CLERK-1'), id);
  await assert.rejects(
    auth.openAccount({ username: 'clerk-1', displayName: '经办', password: 'long enough 1' }),
    /账号已存在/,
  );
});

test('the sixth try within a quarter of an hour is locked out, and the lock ends', async () => {
  now = new Date('2026-11-03T09:00:00+08:00');
  for (let i = 0; i < 5; i++) assert.equal(await auth.attempts.begin('somebody', '10.0.0.1'), true);
  assert.equal(await auth.attempts.begin('somebody', '10.0.0.1'), false);
  assert.equal(await auth.attempts.begin('Somebody', '10.0.0.2'), false);
  assert.equal(await auth.attempts.begin('another', '10.0.0.1'), true);
  now = new Date('2026-11-03T09:14:00+08:00');
  assert.equal(await auth.attempts.begin('somebody', '10.0.0.1'), false);
  now = new Date('2026-11-03T09:15:30+08:00');
  assert.equal(await auth.attempts.begin('somebody', '10.0.0.1'), true);
  await auth.attempts.succeeded('somebody', '10.0.0.1');
  for (let i = 0; i < 5; i++) assert.equal(await auth.attempts.begin('somebody', '10.0.0.1'), true);
});

test('a session ends after twelve hours, however busy it is', async () => {
  now = new Date();
  const answer = await auth.handle(
    new Request('http://localhost:1/api/auth/sign-in/username', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://localhost:1' },
      body: JSON.stringify({ username: 'clerk-1', password: 'long enough 1' }),
    }),
  );
  assert.equal(answer.status, 200);
  const cookie = answer.headers
    .getSetCookie()
    .map((c) => c.split(';')[0])
    .join('; ');
  const id = await auth.accountOf('clerk-1');
  assert.equal((await auth.session(new Headers({ cookie })))?.id, id);
  const later = (hours: number) => new Date(Date.now() + hours * 3_600_000);
  now = later(11.9);
  assert.equal((await auth.session(new Headers({ cookie })))?.id, id);
  now = later(12.1);
  assert.equal(await auth.session(new Headers({ cookie })), undefined);
  now = new Date();
  assert.equal(await auth.session(new Headers({ cookie })), undefined);
});

test('tries at once are all counted', async () => {
  const many = await Promise.all(Array.from({ length: 12 }, () => auth.attempts.begin('hurried', '10.0.0.9')));
  assert.equal(many.filter(Boolean).length, 5);
});

test('the sign-in role reaches schema auth and nothing else, and the application role not schema auth', async () => {
  const reach = async (url: string, query: string) => {
    const client = new pg.Client({ connectionString: url, application_name: 'doudi-test' });
    await client.connect();
    try {
      return await client.query(query).then(
        () => 'reached',
        (error: { code?: string }) => error.code,
      );
    } finally {
      await client.end();
    }
  };
  assert.equal(await reach(bed.urls.auth, 'select 1 from auth."user"'), 'reached');
  assert.equal(await reach(bed.urls.auth, 'select 1 from platform.actor'), '42501');
  assert.equal(await reach(bed.urls.auth, 'select 1 from identity.person'), '42501');
  assert.equal(await reach(bed.urls.app, 'select 1 from auth."user"'), '42501');
});
