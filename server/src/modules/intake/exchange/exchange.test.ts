import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fixedClock } from '../../../platform/clock.ts';
import { openDatabase, sql, system } from '../../../platform/database/index.ts';
import { openRow } from '../queries/open-row.ts';
import { citizenNumber, type IntakeBed, openIntakeBed } from '../testing.ts';
import { lockForDepartment, sha256, unlockFromDepartment } from './department-file.ts';
import { findExchanges, openListedNumbers } from './lists.ts';
import { receiveAnswer } from './receive.ts';
import { lastDay, listDestroyed, runRetention } from './retention.ts';
import { sendList } from './send.ts';

let it: IntakeBed;
before(async () => {
  it = await openIntakeBed();
});
after(() => it.close());

const ASKED = citizenNumber('321324', '19700101', 1);
const ALSO_ASKED = citizenNumber('321324', '19850615', 24);
const STRANGER = citizenNumber('321324', '19900909', 9);
const PASSWORD = 'sixteen characters and more';
const HEADER = '纳税人识别号,纳税人姓名,纳税年度,所得项目,收入额(元),已缴税额(元)\n';
const ANSWER = `${HEADER}${ASKED},张三,2025,工资薪金,36000.00,0
${STRANGER},王五,2025,经营所得,120000.00,300.00
${ALSO_ASKED},李四,2025,劳务报酬,1200.00,0
`;
const persons = [
  { number: ASKED, name: '张三' },
  { number: ALSO_ASKED.toLowerCase(), name: '李四' },
  { number: ASKED, name: '张三' },
];
const list = { feed: 'income-tax', purpose: '2026 年 9 月低保复核', period: '2026-09', caseRef: null, persons };

test('what is locked opens with the password and with nothing else', () => {
  const locked = lockForDepartment(Buffer.from('名单'), PASSWORD);
  assert.equal(unlockFromDepartment(locked, PASSWORD).toString(), '名单');
  assert.equal(locked.subarray(0, 8).toString(), 'Salted__');
  // One wrong password in 256 happens to end in right padding, but never gives the list.
  try {
    assert.notEqual(unlockFromDepartment(locked, 'another long password').toString(), '名单');
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'answer-locked');
  }
  assert.throws(() => lockForDepartment(Buffer.from('x'), 'short'), { code: 'password-short' });
});

test('without a list nothing of such a feed is kept', async () => {
  await assert.rejects(it.take('income-tax', '2026-09', ANSWER), { code: 'list-missing' });
  const send = (change: object) => sendList(it.deps, { ...list, ...change, password: PASSWORD });
  await assert.rejects(send({ feed: 'vehicle' }), { code: 'exchange-scope' });
  await assert.rejects(send({ feed: 'bank' }), { code: 'exchange-scope' });
  await assert.rejects(send({ purpose: '' }), { code: 'purpose-missing' });
  await assert.rejects(send({ caseRef: '7' }), { code: 'exchange-for' });
  await assert.rejects(send({ persons: [] }), { code: 'list-empty' });
  await assert.rejects(send({ persons: [{ number: '123', name: '张三' }] }), { code: 'list-number' });
});

test('a list names no more than it must; the answer keeps those asked about; the rest is blanked', async () => {
  const sent = await sendList(it.deps, { ...list, password: PASSWORD });
  assert.equal(sent.persons, 2);
  const plain = unlockFromDepartment(sent.locked, PASSWORD);
  assert.equal(plain.toString(), `\ufeff序号,姓名,身份证号\r\n1,张三,${ASKED}\r\n2,李四,${ALSO_ASKED}\r\n`);
  assert.equal(sent.manifest.list.sha256, sha256(plain));
  assert.ok(!JSON.stringify(sent.manifest).includes(ASKED) && !JSON.stringify(sent.manifest).includes('张三'));
  assert.match(sent.manifest.lawfulBasis, /社会救助法第四十一条/);
  assert.equal(sent.manifest.destroyAfter, '2027-02-01');

  const file = await it.file(lockForDepartment(Buffer.from(ANSWER), PASSWORD), 'answer.csv.enc');
  const receive = (password: string | null) =>
    receiveAnswer(it.deps, { feed: 'income-tax', file, receivedAt: it.bed.clock.now(), password, period: null });
  await assert.rejects(receive(null), { code: 'answer-password' });
  const answer = await receive(PASSWORD);
  assert.deepEqual([answer.received, answer.accepted, answer.refused], [3, 2, 1]);
  assert.deepEqual(answer.reasons, { 'not-on-list': 1 });
  const open = (row: number) =>
    it.bed.db.withActor(system('test'), (tx) => openRow(tx, it.bed.lake, { deliveryId: answer.deliveryId, row }));
  await assert.rejects(open(2), { code: 'row-refused' });
  assert.equal((await open(3)).cells[1], '李四');
  const [record] = await it.bed.db.withActor(system('test'), (tx) => findExchanges(tx, 'income-tax'));
  assert.deepEqual([record?.persons, record?.purpose, record?.delivery_id], [2, list.purpose, answer.deliveryId]);
  // The record of use is kept: the application cannot take a line of it away.
  await assert.rejects(
    it.bed.db.withActor(system('test'), (tx) => sql`delete from intake.exchange`.execute(tx.db)),
    /permission denied/,
  );
  const { rows } = await it.bed.admin.query<{ object: string; details: string }>(
    `select object, details from audit.entry where action like 'exchange.%' order by seq`,
  );
  assert.equal(rows.length, 2);
  assert.ok(rows.every((r) => !`${r.object}${r.details}`.includes(ASKED)));
});

/** The same database as it is met on a later day. */
async function on<T>(date: string, work: (db: ReturnType<typeof openDatabase>) => Promise<T>): Promise<T> {
  const db = openDatabase({ url: it.bed.urls.app, clock: fixedClock(date), keys: it.bed.keys, max: 1 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

test('list and answer are destroyed after their time, raw files after theirs, each with its record and once', async () => {
  const plate = '号牌号码,所有人证件号,所有人,车辆类型,初次登记日期,车辆价值(元),车辆状态\n';
  const vehicle = await it.take('vehicle', '2026-09', `${plate}苏N1,${ASKED},张三,轿车,2019-03-05,1,正常\n`);
  const run = (date: string) => on(date, (db) => db.withActor(system('test'), (tx) => runRetention(tx, it.bundle)));
  assert.deepEqual(await run('2027-02-01'), []);
  const first = await run('2027-02-02');
  assert.deepEqual(
    first.map((d) => [d.what, d.feed]),
    [
      ['list', 'income-tax'],
      ['raw', 'income-tax'],
    ],
  );
  assert.match(first[0]?.rule ?? '', /个人信息保护法/);
  assert.deepEqual(await run('2027-02-02'), []);
  // The record of use stays; the list opens no more.
  await on('2027-02-02', (db) =>
    db.withActor(system('test'), async (tx) => {
      assert.equal((await findExchanges(tx, 'income-tax')).length, 1);
      assert.equal(await openListedNumbers(tx, it.bed.lake, 'income-tax', '2026-11-03'), null);
    }),
  );
  await assert.rejects(it.take('income-tax', '2026-10', ANSWER), { code: 'list-missing' });
  assert.deepEqual(await run('2027-11-03'), []);
  const later = await run('2027-11-04');
  assert.deepEqual(
    later.map((d) => [d.what, d.objectId]),
    [['raw', vehicle.deliveryId]],
  );
  const opened = it.bed.db.withActor(system('test'), (tx) =>
    openRow(tx, it.bed.lake, { deliveryId: vehicle.deliveryId, row: 1 }),
  );
  await assert.rejects(opened, { code: 'key-destroyed' });
  const kept = await it.bed.db.withActor(system('test'), (tx) => listDestroyed(tx));
  assert.equal(kept.length, 3);
});

test('the last day of keeping is a day of the calendar', () => {
  assert.equal(lastDay('2026-11-03', 12), '2027-11-03');
  assert.equal(lastDay('2026-08-31', 6), '2027-02-28');
  assert.equal(lastDay('2027-08-31', 6), '2028-02-29');
});
