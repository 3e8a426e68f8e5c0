import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql, system, type Tx } from '../../../platform/database/index.ts';
import { askRequest, readRequest } from '../../../platform/jobs/request.ts';
import { workRequests } from '../../../platform/jobs/request-worker.ts';
import { intakeRequests } from '../batch.ts';
import { CODES, citizenNumber, type IntakeBed, openIntakeBed } from '../testing.ts';
import { beginUpload, getUpload, keepPart, PART_BYTES } from './store.ts';

let it: IntakeBed;
const CLERK = '00000000-0000-7000-8000-0000000000d1';
const OTHER = '00000000-0000-7000-8000-0000000000d2';
before(async () => {
  it = await openIntakeBed();
  await it.bed.admin.query(`insert into registry.division (id, level) values (900, 'county')`);
  for (const [id, name] of [
    [CLERK, 'clerk'],
    [OTHER, 'other'],
  ])
    await it.bed.admin.query(
      `with a as (insert into platform.actor (id, username, display_name, created_at) values ('${id}', '${name}', '${name}', now()))
       insert into platform.role_grant (actor_id, role, division_id, granted_at) values ('${id}', 'county', 900, now())`,
    );
});
after(() => it.close());

const as = <T>(id: string, work: (tx: Tx) => Promise<T>) => it.bed.db.withActor({ id, purpose: '试' }, work);
const work = () =>
  workRequests(
    { ...it.bed, bundle: it.bundle },
    intakeRequests(async () => CODES),
    { signal: new AbortController().signal, untilEmpty: true },
  );
const HEADER = '号牌号码,所有人证件号,所有人,车辆类型,使用性质,初次登记日期,车辆价值(元),车辆状态\n';
const number = citizenNumber('321324', '19700101', 1);

test('a file sent in pieces is sealed, previewed, taken in and gone; nobody else has it', async () => {
  const row = (i: number) => `苏N${i},${number},张三,轿车,,2019-03-05,${i},正常\n`;
  const text =
    HEADER +
    Array.from({ length: 50_000 }, (_, i) => row(i)).join('') +
    row(0).replace('轿车', '火箭').replace('苏N0', '苏X');
  const bytes = Buffer.from(text);
  assert.ok(bytes.length > PART_BYTES);
  const file = { feed: 'vehicle', period: '2026-09', fileName: '车辆.csv', bytes: bytes.length };
  const begun = await as(CLERK, (tx) => beginUpload(tx, file));
  assert.equal(begun.parts, 2);
  await assert.rejects(
    as(CLERK, (tx) => keepPart(tx, begun.id, 0, bytes.subarray(0, 10))),
    { code: 'upload-part' },
  );
  await as(CLERK, (tx) => keepPart(tx, begun.id, 1, bytes.subarray(PART_BYTES)));
  const ask = (kind: string) => as(CLERK, (tx) => askRequest(tx, kind, { uploadId: begun.id }, '试'));
  const early = await ask('intake-preview');
  await work();
  assert.equal((await as(CLERK, (tx) => readRequest(tx, early.id))).error?.code, 'upload-unfinished');
  await as(CLERK, (tx) => keepPart(tx, begun.id, 0, bytes.subarray(0, PART_BYTES)));
  assert.equal((await as(CLERK, (tx) => keepPart(tx, begun.id, 0, bytes.subarray(0, PART_BYTES)))).received, 2);
  const { rows } = await it.bed.admin.query<{ sealed: Buffer }>('select sealed from intake.upload_part');
  assert.ok(rows.every((r) => !r.sealed.includes(number)));
  await assert.rejects(
    as(OTHER, (tx) => getUpload(tx, begun.id)),
    { code: 'upload-unknown' },
  );
  assert.equal(
    await as(OTHER, async (tx) => (await sql`select 1 from intake.upload_part`.execute(tx.db)).rows.length),
    0,
  );

  const looked = await ask('intake-preview');
  await work();
  const preview = (await as(CLERK, (tx) => readRequest(tx, looked.id))).result as Record<string, unknown>;
  assert.deepEqual([preview.received, preview.accepted, preview.quarantined], [50_001, 50_000, 1]);
  const none = await as(system('test').id, (tx) => sql`select 1 from intake.delivery`.execute(tx.db));
  assert.equal(none.rows.length, 0);
  const taking = await ask('intake-take');
  await work();
  const taken = (await as(CLERK, (tx) => readRequest(tx, taking.id))).result as Record<string, unknown>;
  assert.deepEqual([taken.received, taken.accepted, taken.quarantined], [50_001, 50_000, 1]);
  await assert.rejects(
    as(CLERK, (tx) => getUpload(tx, begun.id)),
    { code: 'upload-unknown' },
  );
  const { rows: left } = await it.bed.admin.query('select 1 from intake.upload_part');
  assert.equal(left.length, 0);

  // Released by the desk: the open row as it is does not pass; the request tells so and is done.
  const releasing = await as(CLERK, (tx) =>
    askRequest(tx, 'intake-release', { feed: 'vehicle', period: '2026-09', ids: null }, '试'),
  );
  await work();
  assert.equal((await as(CLERK, (tx) => readRequest(tx, releasing.id))).error?.code, 'release-none');
});

test('what is too large is told before it travels; an upload of yesterday is removed with the next', async () => {
  const file = { feed: 'vehicle', period: '2026-09', fileName: 'a.csv', bytes: 300 << 20 };
  await assert.rejects(
    as(CLERK, (tx) => beginUpload(tx, file)),
    { code: 'upload-too-large' },
  );
  const first = await as(CLERK, (tx) => beginUpload(tx, { ...file, bytes: 3 }));
  await as(CLERK, (tx) => keepPart(tx, first.id, 0, Buffer.from('abc')));
  await as(CLERK, (tx) => beginUpload(tx, { ...file, bytes: 4 }));
  await assert.rejects(
    as(CLERK, (tx) => getUpload(tx, first.id)),
    { code: 'upload-unknown' },
  );
});
