import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { system } from '../../../platform/database/index.ts';
import { feedContracts, getContract } from '../domain/contract.ts';
import { feedAccounts } from '../queries/accounts.ts';
import { feedStates } from '../queries/current.ts';
import { type IntakeBed, nationalBundle, openIntakeBed } from '../testing.ts';
import { acceptDelivery, feedQuality } from './index.ts';
import { suspicionOf, unexpectedOf } from './suspicion.ts';

let it: IntakeBed;
before(async () => {
  it = await openIntakeBed();
});
after(() => it.close());

const contract = (id: string) => getContract(feedContracts(nationalBundle()), id);
const weighed = (...usable: number[]) => usable.map((n, i) => ({ id: String(i), accepted: n, unchanged: 0 }));
const kindOf = (feed: string, usable: number[], accepted: string[] = []) =>
  suspicionOf(contract(feed), weighed(...usable), new Set(accepted))?.kind ?? null;

test('a whole state is measured by the last that was believed', () => {
  // Tolerance of land is one half.
  assert.equal(kindOf('land', [100, 50]), null);
  assert.equal(kindOf('land', [100, 49]), 'shrunken');
  assert.equal(kindOf('land', [0]), 'empty');
  assert.equal(kindOf('land', [100, 0]), 'empty');
  // A second short file does not vouch for the first.
  assert.equal(kindOf('land', [100, 40, 40]), 'shrunken');
  assert.equal(kindOf('land', [100, 40, 60]), null);
  // Accepted, it is what the next is measured by.
  assert.equal(kindOf('land', [100, 40], ['1']), null);
  assert.equal(kindOf('land', [100, 40, 30], ['1']), null);
  assert.equal(kindOf('land', [100, 0, 0], ['1']), 'empty');
  // Events and answers to lists are no whole states of everybody.
  assert.equal(kindOf('marriage', [100, 1]), null);
  assert.equal(kindOf('income-tax', [100, 1]), null);
});

test('a first state is measured by the population, and told without taking anything away', () => {
  // 0.14 vehicles a head, tolerance one half.
  const kind = (usable: number[], population: number) =>
    unexpectedOf(contract('vehicle'), weighed(...usable), population)?.kind ?? null;
  assert.equal(kind([1400], 10_000), null);
  assert.equal(kind([700], 10_000), null);
  assert.equal(kind([699], 10_000), 'shrunken');
  assert.equal(kind([2101], 10_000), 'grown');
  assert.equal(kind([10], 0), null);
  assert.equal(kind([1], 100), null);
  // Measured by the state before it, once there is one.
  assert.equal(kind([1400, 10], 10_000), null);
  assert.equal(unexpectedOf(contract('bank'), weighed(1), 10_000), null);
});

const HEADER = '户号,承包方代表身份证号,承包方代表姓名,确权面积(亩),流转面积(亩),流转租金(元/年)';
const rows = (n: number, cells: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => `H${i},,王五,${i + 1},${cells(i)}\n`).join('');
const quality = async (period: string, feed = 'land') => {
  const all = await it.bed.db.withActor(system('test'), (tx) => feedQuality(tx, it.bundle, period));
  const found = all.find((q) => q.contract.id === feed);
  assert.ok(found);
  return found;
};
const kinds = async (period: string, feed?: string) => (await quality(period, feed)).alarms.map((a) => a.kind);
const stateOf = async (period: string) => {
  const all = await it.bed.db.withActor(system('test'), (tx) => feedStates(tx, it.bundle, period));
  return all.find((s) => s.feed === 'land')?.state;
};

test('late, shrunken, shifted: told; good rows stay; absence is unknown until somebody accepts', async () => {
  // The clock stands at 2026-11-03; a file of 2026-09 was due on 2026-10-10, one of 2026-10 on 2026-11-10.
  assert.deepEqual(await kinds('2026-09'), ['late']);
  assert.deepEqual(await kinds('2026-10'), []);
  await it.take('land', '2026-06', `${HEADER}\n${rows(40, () => '1,100')}`);
  assert.deepEqual(await kinds('2026-06'), []);
  // A quarter of the rents is gone, one header is new.
  await it.take('land', '2026-07', `${HEADER},备注\n${rows(40, (i) => (i % 4 === 0 ? '1,,x' : '1,100,x'))}`);
  assert.deepEqual(await kinds('2026-07'), ['unknown-header', 'nulls']);
  assert.match((await quality('2026-07')).alarms.at(-1)?.message ?? '', /流转租金.*25%.*上次 0%/);
  const short = await it.take('land', '2026-08', `${HEADER}\n${rows(10, () => '1,100')}`);
  assert.equal(short.accepted + short.unchanged, 10);
  const found = await quality('2026-08');
  assert.deepEqual(
    found.alarms.map((a) => [a.kind, a.holds]),
    [['shrunken', true]],
  );
  assert.equal(found.suspicion?.deliveryId, short.deliveryId);
  assert.equal(await stateOf('2026-08'), 'stale');
  const accept = (reason: string) =>
    it.bed.db.withActor(system('test'), (tx) => acceptDelivery(tx, it.bundle, short.deliveryId, reason));
  await assert.rejects(accept(' '), { code: 'acceptance-reason' });
  await accept('农业农村局回复：确权库分期移交');
  assert.equal(await stateOf('2026-08'), 'fresh');
  await assert.rejects(accept('再来一次'), { code: 'delivery-unsuspicious' });
  await it.take('land', '2026-09', `${HEADER}\n${rows(80, () => '1,100')}`);
  assert.deepEqual(await kinds('2026-09'), ['grown']);
  assert.equal(await stateOf('2026-09'), 'fresh');
});

test('a code of no list, a code never seen, a column gone', async () => {
  const plate = '号牌号码,所有人证件号,所有人,车辆类型,使用性质,初次登记日期,车辆价值(元),车辆状态\n';
  const cars = (n: number, type: string) =>
    Array.from({ length: n }, (_, i) => `苏N${type}${i},,张三,${type},非营运,2019-03-05,1,正常\n`).join('');
  await it.take('vehicle', '2026-08', plate + cars(50, '轿车'));
  assert.deepEqual(await kinds('2026-08', 'vehicle'), []);
  await it.take('vehicle', '2026-09', plate + cars(50, '轿车') + cars(3, '飞行汽车') + cars(2, '拖拉机'));
  assert.deepEqual(await kinds('2026-09', 'vehicle'), ['unknown-code', 'new-code']);
  const told = (await quality('2026-09', 'vehicle')).alarms.map((a) => a.message);
  assert.match(told[0] ?? '', /3 行/);
  assert.match(told[1] ?? '', /拖拉机.*2 行/);
  const less = plate.replace('使用性质,', '');
  await it.take('vehicle', '2026-10', less + cars(50, '轿车').replaceAll('非营运,', ''));
  assert.deepEqual(await kinds('2026-10', 'vehicle'), ['missing-column']);
});

test('what nobody agreed to send is no gap of the month; once a file came, it is expected', async () => {
  const listed = async (period: string) => {
    const all = await it.bed.db.withActor(system('test'), (tx) => feedAccounts(tx, it.bundle, period));
    return all.map((a) => a.feed);
  };
  assert.ok(!(await listed('2026-09')).includes('vessel'));
  assert.ok((await listed('2026-09')).includes('housing'));
  assert.equal((await quality('2026-09', 'vessel')).expected, false);
  assert.deepEqual((await quality('2026-09', 'vessel')).alarms, []);
  const header = '船舶登记号,所有人证件号,所有人,船舶种类,总吨,船舶价值(元),登记日期,登记状态\n';
  await it.take('vessel', '2026-08', `${header}C1,321324196910182297,张三,货船,100,1,2019-03-05,正常\n`);
  assert.ok((await listed('2026-09')).includes('vessel'));
  assert.deepEqual(await kinds('2026-09', 'vessel'), ['late']);
  // Of the months before, nobody had agreed to anything.
  assert.equal((await quality('2026-07', 'vessel')).expected, false);
  // What comes only when asked for is never late.
  assert.deepEqual(await kinds('2026-09', 'bank'), []);
});
