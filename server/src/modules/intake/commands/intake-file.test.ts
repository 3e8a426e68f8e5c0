import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { sql, system } from '../../../platform/database/index.ts';
import { literal } from '../../../platform/engine/index.ts';
import { currentDeliveries, currentRowsSql, feedStates, openIdentity } from '../batch.ts';
import { rawContext } from '../domain/sealed-context.ts';
import { destroyRaw, feedAccounts, openRow, quarantineOf } from '../index.ts';
import { openSealedFile } from '../raw/sealed-file.ts';
import { citizenNumber, type IntakeBed, openIntakeBed } from '../testing.ts';

let it: IntakeBed;
before(async () => {
  it = await openIntakeBed();
});
after(() => it.close());

const A = citizenNumber('321324', '19700101', 1);
const B = citizenNumber('321324', '19850615', 24);
const HEADER = '号牌号码,所有人证件号,所有人,车辆类型,使用性质,初次登记日期,车辆价值(元),车辆状态\n';

test('a file becomes accepted rows, sealed identities and rows that open again', async () => {
  const text = `${HEADER}苏N00001,${A},张三,小型轿车,非营运,2019-03-05,81000.50,正常
"苏N00002",${B.toLowerCase()},李 四,轿车,,2020/1/9,"79,999.90",正常
苏N00003,,王五,火箭,,2020-01-09,1,正常
苏N00004,,王五,轿车,,2020-02-30,1,正常
苏N00005,,赵六,轿车
`;
  const result = await it.take('vehicle', '2026-09', text);
  assert.deepEqual(
    { ...result, deliveryId: '' },
    {
      deliveryId: '',
      feed: 'vehicle',
      period: '2026-09',
      received: 5,
      accepted: 2,
      unchanged: 0,
      quarantined: 3,
      refused: 0,
      reasons: { 'code-unknown': 1, 'date-invalid': 1, 'short-row': 1 },
      repeated: false,
    },
  );
  const [accepted] = await it.bed.db.withActor(system('test'), (tx) => it.bed.lake.list(tx, 'accepted/vehicle'));
  assert.ok(accepted);
  const rows = await it.engine.all(
    `select * exclude (key_hash, content_hash) from read_parquet(${literal(it.bed.lake.path(accepted.path))}) order by row`,
  );
  assert.deepEqual(rows, [
    {
      row: 1n,
      intake_status: 'accepted',
      plate: '苏N00001',
      type: 'car',
      use: 'private',
      registered: '2019-03-05',
      value: 8100050n,
      status: 'normal',
    },
    {
      row: 2n,
      intake_status: 'accepted',
      plate: '苏N00002',
      type: 'car',
      use: null,
      registered: '2020-01-09',
      value: 7999990n,
      status: 'normal',
    },
  ]);
  const plain = await openIdentity(it.bed, result);
  const persons = await it.engine.all(`select * from read_parquet(${literal(plain)}) order by row`);
  await rm(dirname(plain), { recursive: true });
  assert.deepEqual(persons[1], {
    row: 2n,
    role: 'self',
    number: B,
    number_valid: true,
    number_raw: B.toLowerCase(),
    name: '李四',
    sex: null,
    birth: null,
    phone: null,
    address: null,
    division: null,
  });
  const opened = await it.bed.db.withActor(system('test'), (tx) =>
    openRow(tx, it.bed.lake, { deliveryId: result.deliveryId, row: 2 }),
  );
  assert.deepEqual(opened.cells, ['苏N00002', B.toLowerCase(), '李 四', '轿车', '', '2020/1/9', '79,999.90', '正常']);
});

test('the same file again changes nothing; another one supersedes', async () => {
  const one = `${HEADER}苏N1,${A},张三,轿车,,2019-03-05,1,正常\n`;
  const first = await it.take('vehicle', '2026-07', one);
  const again = await it.take('vehicle', '2026-07', one, 'renamed.csv');
  assert.deepEqual(again, { ...first, repeated: true });
  const other = await it.take('vehicle', '2026-07', `${one}苏N2,${B},李四,轿车,,2019-03-05,1,正常\n`);
  assert.notEqual(other.deliveryId, first.deliveryId);
  // The superseded file is no part of the state that a corrected one is compared with.
  assert.equal(other.accepted, 2);
  const { rows } = await it.bed.admin.query(
    `select id, status, superseded_by from intake.delivery where feed = 'vehicle' and period = '2026-07' order by status`,
  );
  assert.deepEqual(rows, [
    { id: other.deliveryId, status: 'current', superseded_by: null },
    { id: first.deliveryId, status: 'superseded', superseded_by: other.deliveryId },
  ]);
  const next = await it.take('vehicle', '2026-08', `${HEADER}苏N2,${B},李四,轿车,,2019年3月5日,1.00,正常\n`);
  assert.deepEqual([next.accepted, next.unchanged], [0, 1]);
  const states = await it.bed.db.withActor(system('test'), async (tx) => ({
    now: (await currentDeliveries(tx, it.bundle, '2026-08')).filter((d) => d.feed === 'vehicle'),
    late: await feedStates(tx, it.bundle, '2026-12'),
  }));
  assert.deepEqual(
    states.now.map((d) => d.deliveryId),
    [next.deliveryId],
  );
  // The 2026-09 file of the first test is the last one; valid for three months.
  assert.equal(states.late.find((s) => s.feed === 'vehicle')?.state, 'stale');
  assert.equal(states.late.find((s) => s.feed === 'housing')?.state, 'missing');
});

test('one key, same content: unchanged; other content: all of them set aside', async () => {
  const row = (plate: string, value: string) => `${plate},${A},张三,轿车,,2019-03-05,${value},正常\n`;
  const text = HEADER + row('苏N1', '1') + row('苏N1', '1.00') + row('苏N2', '1') + row('苏N2', '2') + row('苏N2', '1');
  const result = await it.take('vehicle', '2025-01', text);
  assert.deepEqual(result.reasons, { 'key-conflict': 3 });
  assert.deepEqual([result.received, result.accepted, result.unchanged, result.quarantined], [5, 1, 1, 3]);
  const page = await it.bed.db.withActor(system('test'), (tx) =>
    quarantineOf(tx, it.bundle, 'vehicle', '2025-01', { limit: 2 }),
  );
  assert.deepEqual(
    page.rows.map((r) => r.row),
    [3, 4],
  );
  assert.equal(page.nextCursor, '4');
  assert.equal(page.account.quarantined, 3);
  assert.deepEqual(
    page.reasons.map((r) => [r.reason, r.count]),
    [['key-conflict', 3]],
  );
});

const PEOPLE = '公民身份号码,姓名,性别,出生日期,户号,与户主关系,村居代码,联系电话,户口性质\n';
const SECRET = '外县赵某';

test('a person of another county is refused, and nothing of the row stays', async () => {
  const outsider = citizenNumber('320826', '19900101', 2);
  const text = `${PEOPLE}${A},张三,男,1970-01-01,h1,户主,321324101201,13800000001,农业
${outsider},${SECRET},女,1990-01-01,h2,户主,320826101201,13800000002,农业
${B},李四,女,1985-06-15,h3,户主,321324115201,13800000003,农业
${B.slice(0, 17)}${B.endsWith('1') ? '2' : '1'},王五,女,1985-06-15,h4,户主,321324101201,,农业
`;
  const result = await it.take('population', '2026-09', Buffer.from(text));
  assert.deepEqual(result.reasons, { 'outside-county': 1, 'citizen-check': 1 });
  assert.deepEqual([result.received, result.accepted, result.quarantined, result.refused], [4, 2, 1, 1]);
  const open = (row: number) =>
    it.bed.db.withActor(system('test'), (tx) => openRow(tx, it.bed.lake, { deliveryId: result.deliveryId, row }));
  await assert.rejects(open(2), { code: 'row-refused' });
  await assert.rejects(open(5), { code: 'row-unknown' });
  assert.equal((await open(1)).cells[1], '张三');
  assert.equal((await open(3)).cells[1], '李四');
  assert.equal((await open(4)).cells[1], '王五');
  const { rows } = await it.bed.admin.query(`select row::int, reason from intake.refused where delivery_id = $1`, [
    result.deliveryId,
  ]);
  assert.deepEqual(rows, [{ row: 2, reason: 'outside-county' }]);
  const raw = await it.bed.admin.query<{ raw_path: string; wrapped: Buffer }>(
    `select raw_path, wrapped from intake.delivery d join intake.delivery_key k on k.delivery_id = d.id and part = 'raw' where id = $1`,
    [result.deliveryId],
  );
  const [found] = raw.rows;
  assert.ok(found);
  const key = it.bed.keys.unwrapDataKey(found.wrapped, rawContext(result.deliveryId));
  const reader = await openSealedFile(it.bed.lake.path(found.raw_path), key, rawContext(result.deliveryId));
  const plain = reader.read(0, reader.note.bytes).toString();
  reader.close();
  assert.equal(plain.length > 0 && !plain.includes(SECRET) && !plain.includes(outsider), true);
  assert.equal(Buffer.byteLength(plain), Buffer.byteLength(text));
  // An old code of a village leads to the division of today.
  const accepted = await it.engine.all(
    `select row, division from read_parquet(${literal(it.bed.lake.path(`accepted/population/2026-09/${result.deliveryId}.parquet`))}) order by row`,
  );
  assert.deepEqual(accepted, [
    { row: 1n, division: 100 },
    { row: 3n, division: 101 },
  ]);
});

const CREMATION = '火化编号,身份证号,姓名,火化日期\n';

test('an event brought again is kept once; a corrected one counts in its newest form', async () => {
  const first = await it.take(
    'deaths-cremation',
    '2026-09',
    `${CREMATION}C1,${A},张三,2026-09-02\nC2,${B},李四,2026-09-03\n`,
  );
  const second = await it.take(
    'deaths-cremation',
    '2026-10',
    `${CREMATION}C1,${A},张三,2026/9/2\nC2,${B},李四,2026-09-05\nC3,,王五,2026-10-01\n`,
  );
  assert.deepEqual([first.accepted, second.accepted, second.unchanged], [2, 2, 1]);
  const current = await it.bed.db.withActor(system('test'), (tx) => currentDeliveries(tx, it.bundle, '2026-10'));
  const own = current.filter((d) => d.feed === 'deaths-cremation');
  const rows = await it.engine.all(
    `select cremation_no, cremated, delivery_id from (${currentRowsSql(own, it.bed.lake.path)}) order by 1`,
  );
  assert.deepEqual(rows, [
    { cremation_no: 'C1', cremated: '2026-09-02', delivery_id: first.deliveryId },
    { cremation_no: 'C2', cremated: '2026-09-05', delivery_id: second.deliveryId },
    { cremation_no: 'C3', cremated: '2026-10-01', delivery_id: second.deliveryId },
  ]);
  // C1 is stored with the September file alone, so replacing that file now could lose it.
  await assert.rejects(it.take('deaths-cremation', '2026-09', `${CREMATION}C2,${B},李四,2026-09-03\n`), {
    code: 'later-delivery-depends',
  });
});

test('GB18030, a title above the header, blank lines and padding are all accounted for', async () => {
  const rows = `某某局 报送\r\n\r\n${CREMATION.trim()}\r\n"C9",,张三,2026-09-02\r\n\r\nC8,,欧阳·娜,2026-09-03\r\n${'\0'.repeat(9)}`;
  // Every character of it has the same two bytes in GBK, which the table of the decoder gives back.
  const bytes = encodeGb(rows);
  const result = await it.take('deaths-cremation', '2025-05', bytes);
  assert.deepEqual([result.received, result.accepted], [2, 2]);
  const { rows: spans } = await it.bed.admin.query(
    `select from_byte::int as f, to_byte::int as t, reason from intake.damage where delivery_id = $1 order by 1`,
    [result.deliveryId],
  );
  const headerAt = encodeGb(rows.slice(0, rows.indexOf('火化编号'))).length;
  const blankAt = encodeGb(rows.slice(0, rows.indexOf('\r\n\r\nC8') + 2)).length;
  assert.deepEqual(spans, [
    { f: 0, t: headerAt, reason: 'preamble' },
    { f: blankAt, t: blankAt + 2, reason: 'blank-line' },
    { f: bytes.length - 9, t: bytes.length, reason: 'nul-padding' },
  ]);
});

test('nothing plain is left behind, also when an intake fails', async () => {
  await assert.rejects(it.take('vehicle', '2024-01', '甲,乙\n1,2\n'), { code: 'header-missing' });
  assert.deepEqual(await readdir(join(it.bed.lake.root, 'tmp')), []);
  const files = (await readdir(it.bed.lake.root, { recursive: true })).filter((f) => /\.(parquet|sealed)$/.test(f));
  const { rows } = await it.bed.admin.query<{ path: string }>('select path from lake.file');
  assert.deepEqual(files.sort(), rows.map((r) => r.path).sort());
});

/** Encodes text in GB18030 by turning the decoder's table round; for the few characters of a test. */
function encodeGb(text: string): Buffer {
  const decoder = new TextDecoder('gb18030');
  const table = new Map<string, number[]>();
  for (let high = 0x81; high < 0xff; high++)
    for (let low = 0x40; low < 0xff; low++) table.set(decoder.decode(Uint8Array.of(high, low)), [high, low]);
  return Buffer.from([...text].flatMap((c) => (c < '\x80' ? [c.charCodeAt(0)] : (table.get(c) ?? assert.fail(c)))));
}

test('a destroyed raw file opens no more; its account and rows stay', async () => {
  const result = await it.take('vehicle', '2023-01', `${HEADER}苏N1,${A},张三,轿车,,2019-03-05,1,正常\n`);
  await it.bed.db.withActor(system('test'), (tx) => destroyRaw(tx, result.deliveryId, '保存期满'));
  const open = it.bed.db.withActor(system('test'), (tx) =>
    openRow(tx, it.bed.lake, { deliveryId: result.deliveryId, row: 1 }),
  );
  await assert.rejects(open, { code: 'key-destroyed' });
  const { rows } = await it.bed.admin.query(
    `select part, wrapped is null as gone from intake.delivery_key where delivery_id = $1 order by part`,
    [result.deliveryId],
  );
  assert.deepEqual(rows, [
    { part: 'identity', gone: false },
    { part: 'raw', gone: true },
  ]);
});

test('a header alone is a delivery of no rows', async () => {
  const result = await it.take('deaths-cremation', '2023-01', CREMATION);
  assert.deepEqual([result.received, result.accepted], [0, 0]);
  const rows = await it.engine.all(
    `select count(*) as n from read_parquet(${literal(it.bed.lake.path(`accepted/deaths-cremation/2023-01/${result.deliveryId}.parquet`))})`,
  );
  assert.deepEqual(rows, [{ n: 0n }]);
});

test('what a village clerk may see of intake: deliveries by number, no row and no quarantine', async () => {
  const clerk = '00000000-0000-7000-8000-0000000000c1';
  await it.bed.admin.query(
    `insert into registry.division (id, level) values (900, 'village');
     insert into platform.actor (id, username, display_name, created_at) values ('${clerk}', 'clerk', '村', now());
     insert into platform.role_grant (actor_id, role, division_id, granted_at) values ('${clerk}', 'village', 900, now())`,
  );
  const count = (who: string) =>
    it.bed.db.withActor({ id: who }, async (tx) => {
      const { rows } = await sql<{ q: string; d: string }>`select (select count(*) from intake.quarantine) as q,
        (select count(*) from intake.delivery) as d`.execute(tx.db);
      return { q: Number(rows[0]?.q), d: Number(rows[0]?.d) };
    });
  const own = await count(system('test').id);
  assert.ok(own.q > 0 && own.d > 0);
  assert.deepEqual(await count(clerk), { q: 0, d: own.d });
  assert.deepEqual(await count('00000000-0000-7000-8000-0000000000ff'), { q: 0, d: 0 });
  await assert.rejects(
    it.bed.db.withActor({ id: clerk }, (tx) =>
      sql`insert into intake.refused select id, 1, 'x' from intake.delivery limit 1`.execute(tx.db),
    ),
    /row-level security/,
  );
});

test('a snapshot that fell short of the one before is not fresh', async () => {
  const rows = (n: number) => Array.from({ length: n }, (_, i) => `H${i},,王五,${i + 1}\n`).join('');
  const header = '户号,承包方代表身份证号,承包方代表姓名,承包面积\n';
  const state = async (period: string) => {
    const all = await it.bed.db.withActor(system('test'), (tx) => feedStates(tx, it.bundle, period));
    return all.find((s) => s.feed === 'land')?.state;
  };
  await it.take('land', '2026-05', header + rows(10));
  assert.equal(await state('2026-05'), 'fresh');
  await it.take('land', '2026-06', header + rows(5));
  assert.equal(await state('2026-06'), 'fresh');
  await it.take('land', '2026-07', header + rows(2));
  assert.equal(await state('2026-07'), 'stale');
  const unknown = async (period: string) => {
    const all = await it.bed.db.withActor(system('test'), (tx) => feedAccounts(tx, it.bundle, period));
    return all.find((a) => a.feed === 'land');
  };
  assert.notDeepEqual((await unknown('2026-07'))?.unknown, []);
  // A corrected file mends it.
  await it.take('land', '2026-07', header + rows(6));
  assert.equal(await state('2026-07'), 'fresh');
  assert.deepEqual((await unknown('2026-07'))?.unknown, []);
  // The month after has no file, yet nothing is unknown while the older one holds; years later it is.
  assert.equal((await unknown('2026-08'))?.state, 'missing');
  assert.deepEqual((await unknown('2026-08'))?.unknown, []);
  assert.notDeepEqual((await unknown('2029-08'))?.unknown, []);
});
