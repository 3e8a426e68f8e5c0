import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openTestBed, type TestBed } from '../database/testing.ts';
import { bundleOf } from '../packs/index.ts';
import { askRequest, readRequest } from './request.ts';
import { failing, slowCount } from './request-worker.fixture.ts';
import { workRequests } from './request-worker.ts';

let bed: TestBed;
let dir: string;
let clerk: { id: string; purpose: string };
let other: { id: string; purpose: string };
before(async () => {
  bed = await openTestBed();
  dir = mkdtempSync(join(tmpdir(), 'doudi-requests-'));
  await bed.admin.query(
    `insert into registry.division (id, level, parent_id) values (3, 'county', null), (10, 'township', 3)`,
  );
  clerk = await openClerk();
  other = await openClerk();
});
after(async () => {
  await bed.close();
  rmSync(dir, { recursive: true, force: true });
});

async function openClerk(): Promise<{ id: string; purpose: string }> {
  const id = randomUUID();
  await bed.admin.query(
    'insert into platform.actor (id, username, display_name, created_at) values ($1::uuid, $1::text, $1::text, now())',
    [id],
  );
  await bed.admin.query(
    `insert into platform.role_grant (actor_id, role, division_id, granted_at) values ($1, 'township', 10, now())`,
    [id],
  );
  return { id, purpose: '测试' };
}

const ask = (kind: string, input: Record<string, number | boolean>) =>
  bed.db.withActor(clerk, (tx) => askRequest(tx, kind, input, '测试任务'));
const read = (id: string, who = clerk) => bed.db.withActor(who, (tx) => readRequest(tx, id));
const work = () =>
  workRequests({ ...bed, bundle: bundleOf([]) }, [slowCount(dir), failing], {
    signal: new AbortController().signal,
    untilEmpty: true,
  });
const attempts = async (id: string) =>
  (await bed.admin.query<{ attempts: number }>('select attempts from platform.request where id = $1', [id])).rows[0]
    ?.attempts;
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(20);
}
const begun = () => (existsSync(join(dir, 'begun')) ? readFileSync(join(dir, 'begun'), 'utf8').trim().split('\n') : []);

/** A worker in a process of its own, on the same database and lake. */
function workerProcess() {
  const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const script = `
    const { workRequests } = await import(${at('./request-worker.ts')});
    const { slowCount } = await import(${at('./request-worker.fixture.ts')});
    const { openDatabase } = await import(${at('../database/index.ts')});
    const { openLake } = await import(${at('../lake/index.ts')});
    const { keyringFrom } = await import(${at('../crypto/index.ts')});
    const { fixedClock } = await import(${at('../clock.ts')});
    const { createHash } = await import('node:crypto');
    const keys = keyringFrom(createHash('sha256').update('doudi tests').digest());
    const clock = fixedClock('2026-11-03');
    const urls = ${JSON.stringify(bed.urls)};
    const db = openDatabase({ url: urls.app, clock, keys });
    const lake = await openLake(${JSON.stringify(bed.lake.root)});
    const stop = new AbortController();
    process.once('SIGTERM', () => stop.abort());
    await workRequests({ db, lake, keys, clock, urls, bundle: { hash: '', files: [], packs: [], under: () => [] } },
      [slowCount(${JSON.stringify(dir)})], { signal: stop.signal });
    process.exit(0);`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'inherit', 'inherit'] });
}

test('a worker killed midway loses nothing: the next one takes its request up, and what it left cannot finish it', async () => {
  const { id } = await ask('slow-count', { upTo: 1000 });
  const first = workerProcess();
  await until(() => begun().length === 1);
  await until(async () => (await read(id)).progress !== null);
  assert.deepEqual((await read(id)).progress, { text: '正在数', done: 1, total: 1000 });
  assert.equal((await read(id)).state, 'running');
  first.kill('SIGKILL');
  await once(first, 'close');
  writeFileSync(join(dir, 'go'), '');
  assert.deepEqual(await work(), { worked: 1 });
  const done = await read(id);
  assert.deepEqual([done.state, done.error, done.progress], ['done', null, null]);
  assert.deepEqual(done.result, { counted: 1000, sight: [10], asker: 'township' });
  assert.deepEqual(begun(), [id, id]);
  assert.equal(await attempts(id), 2);
  const files = await bed.admin.query('select path from lake.file');
  assert.deepEqual(files.rows, [{ path: `counts/${id}.parquet` }]);
  const trail = await bed.admin.query<{ action: string; n: number }>(
    `select action, count(*)::int as n from audit.entry where object = $1 group by action order by action`,
    [`request/${id}`],
  );
  assert.deepEqual(trail.rows, [
    { action: 'request.ask', n: 1 },
    { action: 'request.done', n: 1 },
    { action: 'request.read', n: 1 },
  ]);
});

test('a worker that is asked to end gives its request back as if it had never begun it', async () => {
  rmSync(join(dir, 'go'));
  const before = begun().length;
  const { id } = await ask('slow-count', { upTo: 10 });
  const worker = workerProcess();
  await until(() => begun().length === before + 1);
  worker.kill('SIGTERM');
  await once(worker, 'close');
  assert.deepEqual([(await read(id)).state, await attempts(id)], ['waiting', 0]);
  writeFileSync(join(dir, 'go'), '');
  await work();
  assert.equal((await read(id)).state, 'done');
});

test('a request is shown to who asked it and to nobody else', async () => {
  const { id } = await ask('slow-count', { upTo: 5 });
  await assert.rejects(read(id, other), { code: 'request-unknown' });
  await work();
  await assert.rejects(read(id, other), { code: 'request-unknown' });
  assert.equal((await read(id)).state, 'done');
});

test('a failure says how to mend it when it is known, and nothing of a row when it is not', async () => {
  const [known, unknown] = [await ask('failing', { known: true }), await ask('failing', { known: false })];
  const [strange, unfit] = [await ask('no-such-kind', {}), await ask('slow-count', { upTo: true })];
  assert.deepEqual(await work(), { worked: 4 });
  assert.deepEqual((await read(known.id)).error, { code: 'too-wide', message: '范围太大', cure: '请缩小范围' });
  for (const { id } of [unknown, unfit]) {
    const { state, error } = await read(id);
    assert.deepEqual([state, error?.code], ['failed', 'request-failed']);
    assert.doesNotMatch(JSON.stringify(error), /张三|3200/);
  }
  assert.equal((await read(strange.id)).error?.code, 'request-kind-unknown');
});

test('a request that breaks its worker three times fails instead of breaking a fourth', async () => {
  const { id } = await ask('slow-count', { upTo: 5 });
  await bed.admin.query(`update platform.request set state = 'running', attempts = 3 where id = $1`, [id]);
  await work();
  assert.deepEqual([(await read(id)).state, (await read(id)).error?.code], ['failed', 'request-abandoned']);
});
