import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { system, type Tx } from '../../../platform/database/index.ts';
import { literal } from '../../../platform/engine/index.ts';
import { currentDeliveries, openIdentity, openMerged, previewFile, releaseRows } from '../batch.ts';
import {
  correctRow,
  deliveryHead,
  discardRows,
  feedContracts,
  findOpen,
  getContract,
  openQuarantined,
  openRow,
  quarantineOf,
  readCorrectedFile,
} from '../index.ts';
import { citizenNumber, type IntakeBed, openIntakeBed } from '../testing.ts';

let it: IntakeBed;
before(async () => {
  it = await openIntakeBed();
});
after(() => it.close());

const A = citizenNumber('321324', '19700101', 1);
const B = citizenNumber('321324', '19850615', 24);
const HEADER = '号牌号码,所有人证件号,所有人,车辆类型,使用性质,初次登记日期,车辆价值(元),车辆状态\n';
const as = <T>(work: (tx: Tx) => Promise<T>) => it.bed.db.withActor(system('test'), work);
const by = system('test').id;

const account = async (feed: string, period: string) => {
  const { rows } = await it.bed.admin.query(
    `select received::int, accepted::int, unchanged::int, quarantined::int, refused::int, reasons,
      (select count(*)::int from intake.quarantine q where q.delivery_id = d.id and q.state <> 'released') as aside
      from intake.delivery d where feed = $1 and period = $2 and status = 'current'`,
    [feed, period],
  );
  return rows[0];
};
const open = async (deliveryId: string) => as((tx) => findOpen(tx, deliveryId, { limit: 100 }));

test('a corrected row is released as a part of its own, and the account stays exact', async () => {
  const text = `${HEADER}苏N1,${A},张三,轿车,,2019-03-05,1,正常
苏N2,${B},李四,火箭,,2020-01-09,2,正常
苏N3,,王五,轿车,,2020-02-30,3,正常
苏N4,,赵六
`;
  const result = await it.take('vehicle', '2026-09', text);
  assert.deepEqual([result.accepted, result.quarantined], [1, 3]);
  const rows = await open(result.deliveryId);
  assert.deepEqual(
    rows.map((r) => [r.row, r.line, r.reason, r.column]),
    [
      [2, 3, 'code-unknown', 'type'],
      [3, 4, 'date-invalid', 'registered'],
      [4, 5, 'short-row', null],
    ],
  );
  const [second, third, fourth] = rows;
  assert.ok(second && third && fourth);
  const pins = () => as((tx) => currentDeliveries(tx, it.bundle, '2026-09'));
  assert.deepEqual(
    (await pins()).map((d) => d.deliveryId),
    [result.deliveryId],
  );

  // Nothing corrected, nothing to release; a correction of a column that is not there is told.
  await assert.rejects(releaseRows(it.deps, { feed: 'vehicle', period: '2026-09', which: 'corrected', by }), {
    code: 'release-none',
  });
  await assert.rejects(
    as((tx) => correctRow(tx, it.bed.lake, it.bundle, second.id, { 颜色: '红' })),
    { code: 'column-unknown' },
  );
  await as((tx) => correctRow(tx, it.bed.lake, it.bundle, second.id, { 车辆类型: '轿车' }));
  await as((tx) => correctRow(tx, it.bed.lake, it.bundle, third.id, { registered: '2020-02-31' }));
  const shown = await as((tx) => openQuarantined(tx, it.bed.lake, it.bundle, second.id));
  const type = shown.cells.find((c) => c.name === 'type');
  assert.deepEqual([type?.delivered, type?.value, type?.corrected], ['火箭', '轿车', true]);
  const sealed = await it.bed.admin.query<{ sealed: Buffer }>(`select sealed from intake.correction`);
  assert.ok(sealed.rows.every((r) => !r.sealed.toString('latin1').includes(B)));

  const released = await releaseRows(it.deps, { feed: 'vehicle', period: '2026-09', which: 'corrected', by });
  assert.deepEqual([released.accepted, released.unchanged], [1, 0]);
  assert.deepEqual(
    released.failed.map((f) => [f.row, f.reason, f.column]),
    [[3, 'date-invalid', 'registered']],
  );
  assert.deepEqual(await account('vehicle', '2026-09'), {
    received: 4,
    accepted: 2,
    unchanged: 0,
    quarantined: 2,
    refused: 0,
    reasons: { 'date-invalid': 1, 'short-row': 1 },
    aside: 2,
  });
  const parts = (await pins()).filter((d) => d.feed === 'vehicle');
  assert.equal(parts.length, 2);
  const part = parts[1];
  assert.ok(part && part.deliveryId !== result.deliveryId);
  const stored = await it.engine.all(
    `select row, plate, type, intake_status from read_parquet(${literal(it.bed.lake.path(part.acceptedPath))})`,
  );
  assert.deepEqual(stored, [{ row: 2n, plate: '苏N2', type: 'car', intake_status: 'accepted' }]);
  const identity = await openIdentity(it.bed, part);
  const persons = await it.engine.all(`select row, number, name from read_parquet(${literal(identity)})`);
  await rm(dirname(identity), { recursive: true });
  assert.deepEqual(persons, [{ row: 2n, number: B, name: '李四' }]);
  // Evidence that names the part opens the row as it was corrected, under the file it came in.
  const evidence = await as((tx) => openRow(tx, it.bed.lake, { deliveryId: part.deliveryId, row: 2 }));
  assert.equal(evidence.cells[evidence.headers.indexOf('车辆类型')], '轿车');
  assert.equal((await as((tx) => deliveryHead(tx, part.deliveryId)))?.feed, 'vehicle');
  const merged = await openMerged({ ...it.bed, engine: it.engine }, parts);
  const all = await it.engine.all(`select a.row, i.name from read_parquet(${literal(merged.accepted)}) a
    join read_parquet(${literal(merged.identity)}) i on i.row = a.row order by 1`);
  await merged.close();
  assert.deepEqual(all, [
    { row: 1n, name: '张三' },
    { row: 2n, name: '李四' },
  ]);

  // A damaged line is released once all its columns are given; a settled row is not corrected again.
  await assert.rejects(
    as((tx) => correctRow(tx, it.bed.lake, it.bundle, second.id, { 车辆类型: '货车' })),
    { code: 'quarantine-settled' },
  );
  const file = `行号,原因,号牌号码,所有人,车辆类型,初次登记日期,车辆价值(元),车辆状态\n4,,苏N4,赵六,轿车,2020-01-01,"1,000.00",正常\n`;
  const [corrected] = readCorrectedFile(getContract(feedContracts(it.bundle), 'vehicle'), Buffer.from(file));
  assert.equal(corrected?.row, 4);
  await as((tx) => correctRow(tx, it.bed.lake, it.bundle, fourth.id, corrected?.values ?? {}));
  const last = await releaseRows(it.deps, { feed: 'vehicle', period: '2026-09', which: [fourth.id], by });
  assert.deepEqual([last.accepted, last.failed.length], [1, 0]);
  assert.deepEqual(await as((tx) => discardRows(tx, [third.id, second.id], '车已报废')), { discarded: 1 });
  const left = await account('vehicle', '2026-09');
  assert.deepEqual([left.accepted, left.quarantined, left.aside], [3, 1, 1]);
  assert.deepEqual(await open(result.deliveryId), []);
  const listed = await as((tx) => quarantineOf(tx, it.bundle, 'vehicle', '2026-09', { limit: 10 }));
  assert.deepEqual(listed.rows, []);
  const { rows: trail } = await it.bed.admin.query(
    `select action, count(*)::int as n from audit.entry where action like 'intake.%' and (action like '%quarantine%' or action = 'intake.release')
      group by 1 order by 1`,
  );
  assert.deepEqual(trail, [
    { action: 'intake.quarantine.correct', n: 3 },
    { action: 'intake.quarantine.discard', n: 1 },
    { action: 'intake.quarantine.open', n: 1 },
    { action: 'intake.release', n: 2 },
  ]);

  // The next month sees released rows as known, and a file that is the same but right is all unchanged.
  const next = await it.take(
    'vehicle',
    '2026-10',
    `${HEADER}苏N1,${A},张三,轿车,,2019-03-05,1,正常\n苏N2,${B},李四,轿车,,2020-01-09,2,正常\n苏N5,,王五,轿车,,2020-01-09,2,正常\n`,
  );
  assert.deepEqual([next.unchanged, next.accepted], [2, 1]);
});

test('keys are compared again: with the delivery, with its parts, among the released, and with what was known before', async () => {
  const row = (plate: string, value: string) => `${plate},${A},张三,轿车,,2019-03-05,${value},正常\n`;
  await it.take('vehicle', '2025-01', HEADER + row('苏K0', '7'));
  const result = await it.take(
    'vehicle',
    '2025-02',
    HEADER +
      row('苏K1', '1') +
      row('苏K2', '1') +
      row('苏K2', '2') +
      row('苏K3', 'x') +
      row('苏K4', 'x') +
      row('苏K5', 'x'),
  );
  assert.deepEqual(result.reasons, { 'key-conflict': 2, 'money-form': 3 });
  const rows = await open(result.deliveryId);
  const fix = (n: number, values: Record<string, string>) =>
    as((tx) => correctRow(tx, it.bed.lake, it.bundle, rows.find((r) => r.row === n)?.id ?? '', values));
  const release = (...numbers: number[]) =>
    releaseRows(it.deps, {
      feed: 'vehicle',
      period: '2025-02',
      which: numbers.map((n) => rows.find((r) => r.row === n)?.id ?? ''),
      by,
    });
  // Both rows of a conflict at once conflict still; one of them alone is the right one; then the other is too late.
  const both = await release(2, 3);
  assert.deepEqual([both.accepted, both.failed.map((f) => f.reason)], [0, ['key-conflict', 'key-conflict']]);
  assert.equal((await release(2)).accepted, 1);
  assert.deepEqual(
    (await release(3)).failed.map((f) => [f.row, f.reason]),
    [[3, 'key-conflict']],
  );
  // The key of an accepted row: other content conflicts, the same content is nothing new; a known row of last month likewise.
  await fix(4, { plate: '苏K1', value: '9' });
  assert.deepEqual(
    (await release(4)).failed.map((f) => f.reason),
    ['key-conflict'],
  );
  await fix(4, { value: '1.00' });
  const same = await release(4);
  assert.deepEqual([same.accepted, same.unchanged], [0, 1]);
  await fix(5, { plate: '苏K0', value: '7' });
  await fix(6, { plate: '苏K0', value: '7.00' });
  const known = await release(5, 6);
  assert.deepEqual([known.accepted, known.unchanged, known.failed.length], [0, 2, 0]);
  const now = await account('vehicle', '2025-02');
  assert.deepEqual(
    [now.received, now.accepted, now.unchanged, now.quarantined, now.aside, now.reasons],
    [6, 2, 3, 1, 1, { 'key-conflict': 1 }],
  );
});

test('a row corrected out of the county is not let in', async () => {
  const header = '公民身份号码,姓名,性别,出生日期,户号,与户主关系,村居代码,联系电话,户口性质\n';
  const result = await it.take(
    'population',
    '2025-03',
    `${header}${A},张三,男,1970-01-01,h1,户主,321324999999,,农业\n`,
  );
  assert.deepEqual(result.reasons, { 'division-unknown': 1 });
  const [row] = await open(result.deliveryId);
  await as((tx) => correctRow(tx, it.bed.lake, it.bundle, row?.id ?? '', { 村居代码: '320826101201' }));
  const away = await releaseRows(it.deps, { feed: 'population', period: '2025-03', which: 'corrected', by });
  assert.deepEqual([away.accepted, away.failed.map((f) => f.reason)], [0, ['outside-county']]);
  await as((tx) => correctRow(tx, it.bed.lake, it.bundle, row?.id ?? '', { 村居代码: '321324101201' }));
  const back = await releaseRows(it.deps, { feed: 'population', period: '2025-03', which: 'corrected', by });
  assert.deepEqual(back.account, { received: 1, accepted: 1, unchanged: 0, quarantined: 0, refused: 0 });
});

test('a preview gives the account that intake gives, the difference, and leaves nothing', async () => {
  const row = (plate: string, value: string) => `${plate},${A},张三,轿车,,2019-03-05,${value},正常\n`;
  await it.take('vehicle', '2024-05', HEADER + row('苏P1', '1') + row('苏P2', '1') + row('苏P3', '1'));
  const text = `${HEADER}${row('苏P1', '1.0')}\n${row('苏P2', '2')}${row('苏P4', '1')}${row('苏P5', 'x')}`;
  const file = await it.file(text);
  const input = { file, feed: 'vehicle', period: '2024-05', receivedAt: it.bed.clock.now() };
  const files = () => as((tx) => it.bed.lake.list(tx, ''));
  const before = await files();
  const preview = await previewFile(it.deps, input);
  assert.deepEqual(await files(), before);
  assert.deepEqual(preview.difference, {
    against: '2024-05',
    supersedes: true,
    added: 1,
    changed: 1,
    gone: 1,
    same: 1,
  });
  assert.deepEqual(
    preview.faults.map((f) => [f.reason, f.column, f.count, f.places]),
    [['money-form', '车辆价值(元)', 1, [{ section: null, row: 4, line: 6 }]]],
  );
  const next = await previewFile(it.deps, { ...input, period: '2024-06' });
  assert.deepEqual(next.difference, { against: '2024-05', supersedes: false, added: 1, changed: 1, gone: 1, same: 1 });
  assert.equal(next.unchanged, 1);
  const taken = await it.take('vehicle', '2024-05', text);
  for (const part of ['received', 'accepted', 'unchanged', 'quarantined', 'refused', 'reasons'] as const)
    assert.deepEqual(taken[part], preview[part], part);
  assert.equal((await previewFile(it.deps, input)).repeated, true);
});
