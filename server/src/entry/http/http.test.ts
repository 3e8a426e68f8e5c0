import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readDemoAccounts, seedDemoAccounts } from '../../platform/auth/index.ts';
import { sql } from '../../platform/database/index.ts';
import { bundleOf } from '../../platform/packs/index.ts';
import { startHttp } from './index.ts';
import { browser, openTestDoor, type TestDoor } from './testing.ts';

let t: TestDoor;
before(async () => {
  t = await openTestDoor();
});
after(() => t.close());

test('health answers anybody, and says nothing more', async () => {
  const reply = await t.visitor().get('/api/health');
  assert.equal(reply.status, 200);
  assert.deepEqual(reply.body, { ok: true });
});

test('who is not signed in is told so, on every route', async () => {
  const reply = await t.visitor().get('/api/me');
  assert.equal(reply.status, 401);
  assert.equal(reply.body.code, 'signed-out');
  assert.equal((await t.visitor().get('/api/users')).status, 401);
});

test('a town clerk signs in, is told who they are, sees the divisions of the town, and signs out', async () => {
  const clerk = t.visitor();
  const password = t.accounts[0]?.password;
  const signedIn = await clerk.post('/api/auth/sign-in/username', { username: 'town1', password });
  assert.equal(signedIn.status, 200);
  assert.doesNotMatch(signedIn.text, /token/);
  const cookie = signedIn.headers.getSetCookie().join('\n');
  assert.match(cookie, /HttpOnly/i);
  assert.match(cookie, /SameSite=Strict/i);
  const me = await clerk.get('/api/me');
  assert.equal(me.status, 200);
  assert.equal(me.body.role, 'township');
  assert.deepEqual((me.body.division as { name: string }).name, '双沟镇');
  assert.equal(me.body.now, '2026-11-03T09:00:00+08:00');
  const divisions = (await clerk.get('/api/divisions')).body.divisions as { name: string }[];
  assert.deepEqual(
    divisions.map((d) => d.name).sort(),
    ['双沟镇', '宿迁市', '江苏省', '泗洪县', '罗岗村', '草庙村'].sort(),
  );
  assert.equal((await clerk.post('/api/auth/sign-out', {})).status, 200);
  assert.equal((await clerk.get('/api/me')).status, 401);
});

test('a wrong password and an unknown name are the same answer; the sixth try is locked', async () => {
  const guess = (username: string) =>
    t.visitor().post('/api/auth/sign-in/username', { username, password: 'guessing-1' });
  const wrong = await guess('auditor');
  const unknown = await guess('nobody-here');
  assert.equal(wrong.status, 401);
  assert.deepEqual(wrong.body, unknown.body);
  for (let i = 0; i < 4; i++) assert.equal((await guess('auditor')).status, 401);
  const locked = await guess('auditor');
  assert.equal(locked.status, 429);
  assert.equal(locked.body.code, 'sign-in-locked');
  const right = await t
    .visitor()
    .post('/api/auth/sign-in/username', { username: 'auditor', password: t.accounts[0]?.password });
  assert.equal(right.status, 429);
  await t.bed.admin.query('delete from auth.attempt');
});

test('nobody opens an account over HTTP but the system administrator, and no other path of the library is open', async () => {
  const reply = await t.visitor().post('/api/auth/sign-up/email', {
    email: 'a@b.cn',
    password: 'long enough 1',
    name: 'x',
  });
  assert.equal(reply.status, 404);
  assert.equal((await t.visitor().get('/api/auth/get-session')).status, 404);
  assert.equal((await t.visitor().get('/api/auth/ok')).status, 404);
});

test('an account: opened by one administrator, given its role by another, never by itself', async () => {
  const system = await t.as('sysadmin');
  const security = await t.as('secadmin');
  const body = { username: 'newcomer', displayName: '新来的', password: 'long enough 1' };
  assert.equal((await security.post('/api/users', body)).status, 403);
  const opened = await system.post('/api/users', body);
  assert.equal(opened.status, 200, opened.text);
  assert.equal(opened.body.role, null);
  assert.equal((await system.post('/api/users', body)).status, 409);
  const newcomer = t.visitor();
  await newcomer.post('/api/auth/sign-in/username', body);
  assert.equal((await newcomer.get('/api/me')).body.code, 'no-role');

  const grant = `/api/users/${opened.body.id}/grant`;
  assert.equal((await system.post(grant, { role: 'village', divisionId: 21 })).status, 403);
  assert.equal((await security.post(grant, { role: 'village', divisionId: 20 })).body.code, 'division-unfit');
  assert.equal((await security.post(grant, { role: 'township', divisionId: 30 })).body.code, 'division-unfit');
  assert.equal((await security.post(grant, { role: 'system', divisionId: null })).status, 400);
  const given = await security.post(grant, { role: 'village', divisionId: 21 });
  assert.equal(given.status, 200, given.text);
  assert.equal(given.body.division, '垫湖村');
  // The sessions of before are over.
  assert.equal((await newcomer.get('/api/me')).status, 401);
  await newcomer.post('/api/auth/sign-in/username', body);
  assert.equal((await newcomer.get('/api/me')).body.role, 'village');

  const own = t.accounts.find((a) => a.username === 'secadmin');
  const id = ((await security.get('/api/users')).body.users as { id: string; username: string }[]).find(
    (u) => u.username === own?.username,
  )?.id;
  const self = await security.post(`/api/users/${id}/grant`, { role: 'county', divisionId: 3 });
  assert.equal(self.body.code, 'own-role');
});

test('the database itself refuses a role given to oneself, the system role, and a role in another name', async () => {
  const { rows } = await t.bed.admin.query<{ id: string; username: string }>('select id, username from platform.actor');
  const id = (name: string) => rows.find((r) => r.username === name)?.id ?? '';
  const attempt = (target: string, role: string, by: string) =>
    t.bed.db.withActor({ id: id('secadmin') }, async (tx) => {
      await sql`update platform.role_grant set role = ${role}, division_id = null, granted_by = ${by} where actor_id = ${target}`.execute(
        tx.db,
      );
    });
  await assert.rejects(attempt(id('secadmin'), 'audit-administrator', id('secadmin')), /own role/);
  await assert.rejects(attempt(id('sysadmin'), 'system', id('secadmin')), /system role/);
  await assert.rejects(attempt(id('sysadmin'), 'auditor', id('sysadmin')), /own name/);
});

test('an auditor reads under a mandate, given by a security administrator', async () => {
  const security = await t.as('secadmin');
  const auditor = await t.as('auditor');
  const me = await auditor.get('/api/me');
  assert.equal((me.body.mandate as { until: string }).until, '2027-04-01');
  const users = (await security.get('/api/users')).body.users as { id: string; username: string }[];
  const id = (name: string) => users.find((u) => u.username === name)?.id;
  const mandate = { title: '专项检查', divisionId: 20, from: '2026-11-01', until: '2026-12-31' };
  assert.equal(
    (await security.post('/api/mandates', { ...mandate, auditorId: id('county') })).body.code,
    'not-auditor',
  );
  const given = await security.post('/api/mandates', { ...mandate, auditorId: id('auditor') });
  assert.equal(given.status, 200, given.text);
  assert.equal(given.body.division, '上塘镇');
  const divisions = (await auditor.get('/api/divisions')).body.divisions as { name: string }[];
  assert.ok(divisions.some((d) => d.name === '上塘镇') && divisions.some((d) => d.name === '双沟镇'));
  assert.equal(((await auditor.get('/api/mandates')).body.mandates as unknown[]).length, 2);
});

test('a second factor is asked for once it is enrolled', async () => {
  const person = await t.as('supervisor');
  const password = t.accounts[0]?.password ?? '';
  const enrolment = await person.post('/api/auth/two-factor/enable', { password });
  assert.equal(enrolment.status, 200, enrolment.text);
  const uri = String(enrolment.body.totpURI);
  const code = () => totp(new URL(uri).searchParams.get('secret') ?? '');
  assert.equal((await person.post('/api/auth/two-factor/verify-totp', { code: '000000' })).status, 401);
  assert.equal((await person.post('/api/auth/two-factor/verify-totp', { code: code() })).status, 200);
  assert.equal((await person.get('/api/me')).body.twoFactorEnabled, true);
  const again = t.visitor();
  const first = await again.post('/api/auth/sign-in/username', { username: 'supervisor', password });
  assert.deepEqual([first.status, first.body.twoFactorRedirect], [200, true]);
  assert.equal((await again.get('/api/me')).status, 401);
  assert.equal((await again.post('/api/auth/two-factor/verify-totp', { code: code() })).status, 200);
  assert.equal((await again.get('/api/me')).status, 200);
});

test('the trail is read with its chain, by those who may, and a changed line shows', async () => {
  const administrator = await t.as('auditadmin');
  const reply = await administrator.get('/api/audit?action=account&limit=5');
  assert.equal(reply.status, 200, reply.text);
  const entries = reply.body.entries as { action: string; seq: string }[];
  assert.ok(entries.length > 0 && entries.every((e) => e.action.startsWith('account')));
  assert.equal((reply.body.chain as { ok: boolean }).ok, true);
  assert.equal((await (await t.as('town1')).get('/api/audit')).status, 403);
  await t.bed.admin.query(`update audit.entry set object = 'account/x' where seq = $1`, [entries[0]?.seq]);
  assert.equal(((await administrator.get('/api/audit')).body.chain as { ok: boolean }).ok, false);
});

test('faults of a request are told in Chinese, by field, without its values', async () => {
  const system = await t.as('sysadmin');
  const reply = await system.post('/api/users', { username: 'A b', displayName: '', password: 'secret' });
  assert.equal(reply.status, 400);
  assert.deepEqual(
    (reply.body.fields as { path: string }[]).map((f) => f.path),
    ['username', 'displayName', 'password'],
  );
  assert.match(JSON.stringify(reply.body.fields), /[一-龥]/);
  assert.doesNotMatch(reply.text, /secret|A b/);
  const large = await system.post('/api/users', { username: 'x'.repeat(70_000) });
  assert.equal(large.status, 413);
  assert.match(String(large.body.message), /太大/);
});

test('a change sent by another site is refused', async () => {
  const system = await t.as('sysadmin');
  const body = { username: 'forged', displayName: '伪造', password: 'long enough 1' };
  assert.equal((await system.post('/api/users', body, { origin: 'https://elsewhere.example' })).status, 403);
  assert.equal((await system.post('/api/users', body, { 'sec-fetch-site': 'cross-site' })).status, 403);
});

test('an unknown fault answers an incident number and logs no message', async () => {
  await t.bed.admin.query('alter table platform.run rename to run_away');
  const clerk = await t.as('town2');
  const reply = await clerk.get('/api/me');
  await t.bed.admin.query('alter table platform.run_away rename to run');
  assert.equal(reply.status, 500);
  const incident = /事件号 (\w{8})/.exec(String(reply.body.message))?.[1];
  const line = t.lines.find((l) => l.incident === incident);
  assert.equal(line?.code, '42P01');
  assert.doesNotMatch(JSON.stringify(line), /does not exist/);
});

test('a session in use begins its hour anew, and the browser is told; one that is not ends', async () => {
  const clerk = await t.as('county');
  assert.deepEqual((await clerk.get('/api/me')).headers.getSetCookie(), []);
  const county = `(select id from platform.actor where username = 'county')`;
  const left = (minutes: number) =>
    t.bed.admin.query(`update auth."session" set "expiresAt" = now() + $1::interval where "userId" = ${county}`, [
      `${minutes} minutes`,
    ]);
  await left(30);
  const used = await clerk.get('/api/me');
  assert.match(used.headers.getSetCookie().join(' '), /session_token=.*Max-Age=3600/i);
  const { rows } = await t.bed.admin.query<{ fresh: boolean }>(
    `select bool_and("expiresAt" > now() + interval '50 minutes') as fresh from auth."session" where "userId" = ${county}`,
  );
  assert.equal(rows[0]?.fresh, true);
  await left(-1);
  assert.equal((await clerk.get('/api/me')).status, 401);
});

test('only JSON is read', async () => {
  const clerk = await t.as('town1');
  const reply = await clerk.post('/api/leads/search', {}, { 'content-type': 'text/plain' });
  assert.equal(reply.status, 415);
});

test('headers keep the page to itself, and the log keeps no query', async () => {
  const reply = await t.visitor().get('/api/me?q=%E7%8E%8B');
  assert.match(reply.headers.get('content-security-policy') ?? '', /default-src 'self'/);
  assert.equal(reply.headers.get('cache-control'), 'no-store');
  assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
  assert.doesNotMatch(JSON.stringify(t.lines), /%E7|王|q=/);
});

test('demonstration accounts are told in a demonstration only', async () => {
  const accounts = (await t.visitor().get('/api/demo/accounts')).body as unknown as { username: string }[];
  assert.equal(accounts.length, 10);
  assert.equal(readDemoAccounts({ dir: t.bed.dir, demo: false }), undefined);
  await assert.rejects(seedDemoAccounts({ ...t.bed, demo: false }), /不是演示目录/);
  // Seeding again keeps accounts and password.
  assert.deepEqual(await seedDemoAccounts({ ...t.bed, demo: true }), t.accounts);
});

test("at a bureau nothing but one's own session is answered before a second factor is enrolled", async () => {
  const installation = { ...t.bed, bundle: bundleOf([]), demo: false };
  const door = await startHttp(installation, { port: 0, log: () => undefined, webDist: await desk() });
  try {
    const person = browser(door.url);
    const password = t.accounts[0]?.password;
    assert.equal((await person.post('/api/auth/sign-in/username', { username: 'county', password })).status, 200);
    assert.equal((await person.get('/api/me')).status, 200);
    assert.equal((await person.get('/api/divisions')).body.code, 'second-factor-missing');
    assert.equal((await person.get('/api/demo/accounts')).status, 404);
  } finally {
    await door.close();
  }
});

test('the built desk is served; its addresses open the page, and what is not there is not found', async () => {
  const installation = { ...t.bed, bundle: bundleOf([]), demo: true };
  const door = await startHttp(installation, { port: 0, log: () => undefined, webDist: await desk() });
  try {
    const anybody = browser(door.url);
    for (const path of ['/', '/leads/42', '/leads?level=red']) {
      const page = await anybody.get(path);
      assert.deepEqual([page.status, page.text], [200, '<html>desk</html>'], path);
      assert.equal(page.headers.get('cache-control'), 'no-cache');
    }
    const asset = await anybody.get('/assets/app-1.js');
    assert.match(asset.headers.get('cache-control') ?? '', /immutable/);
    assert.equal((await anybody.get('/assets/gone.js')).status, 404);
    assert.equal((await anybody.get('/../package.json')).status, 404);
    assert.equal((await anybody.get('/api/nothing')).body.code, 'no-such-address');
  } finally {
    await door.close();
  }
});

/** A built desk of two files. */
async function desk(): Promise<string> {
  const root = join(t.bed.dir, 'desk');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(root, 'index.html'), '<html>desk</html>');
  await writeFile(join(root, 'assets', 'app-1.js'), 'export {};');
  return root;
}

/** RFC 6238 with the defaults of every authenticator: SHA-1, 30 seconds, six digits. */
function totp(secret: string): string {
  const bits = [...secret.replace(/=+$/, '')]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => Number.parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const at = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
