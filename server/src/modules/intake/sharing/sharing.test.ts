import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fixedClock } from '../../../platform/clock.ts';
import { openDatabase, system, type Tx } from '../../../platform/database/index.ts';
import { feedQuality } from '../quality/index.ts';
import { type IntakeBed, nationalBundle, openIntakeBed } from '../testing.ts';
import { positionOf, type SharingEventKind, type SharingTerms } from './clock.ts';
import { openRequest, recordEvent, sharingRequests } from './index.ts';
import { exchangeRule } from './rules.ts';

const bundle = nationalBundle();
const conditional: SharingTerms = { kind: 'supply', condition: 'conditional' };
const at = (today: string, terms: SharingTerms, ...events: [SharingEventKind, string][]) =>
  positionOf(
    bundle,
    terms,
    events.map(([kind, on]) => ({ kind, on })),
    today,
  );

test('the clocks of the regulation, counted in working days', () => {
  // National Day 2026: 1 to 7 October off, 10 October worked, 20 September worked.
  const reply = at('2026-09-25', conditional, ['sent', '2026-09-24']);
  assert.deepEqual([reply.state, reply.due], ['awaiting-reply', { date: '2026-10-15', provisional: false }]);
  const one = at('2026-09-25', { kind: 'supply', condition: 'unconditional' }, ['sent', '2026-09-30']);
  assert.equal(one.due?.date, '2026-10-08');
  const extended = at('2026-10-10', conditional, ['sent', '2026-09-24'], ['extended', '2026-10-09']);
  assert.equal(extended.due?.date, '2026-10-29');
  assert.ok(!extended.allowed.includes('extended'));
  const agreed = at('2026-10-20', conditional, ['sent', '2026-09-24'], ['agreed', '2026-10-09']);
  assert.deepEqual([agreed.state, agreed.due?.date], ['awaiting-data', '2026-11-05']);
  const correction = at('2026-11-05', { kind: 'correction', condition: 'conditional' }, ['sent', '2026-11-03']);
  assert.deepEqual([correction.state, correction.due?.date], ['awaiting-correction', '2026-11-17']);
  // Counted into a year whose calendar is not published yet, a day is provisional.
  const far = at('2026-12-10', conditional, ['sent', '2026-12-08'], ['agreed', '2026-12-09']);
  assert.equal(far.due?.date.slice(0, 4), '2027');
  assert.equal(far.due?.provisional, true);
});

test('silence is escalated in steps, a refusal at once, and nothing can be done with what is finished', () => {
  const sent: [SharingEventKind, string] = ['sent', '2026-11-02'];
  // Due 2026-11-16, a Monday.
  assert.equal(at('2026-11-16', conditional, sent).workingDaysLate, 0);
  assert.ok(!at('2026-11-16', conditional, sent).allowed.includes('escalated'));
  const late = at('2026-11-17', conditional, sent);
  assert.deepEqual([late.workingDaysLate, late.next?.open, late.next?.level], [1, true, 1]);
  assert.ok(late.allowed.includes('escalated') && !late.allowed.includes('extended'));
  const again = at('2026-11-20', conditional, sent, ['escalated', '2026-11-17']);
  assert.deepEqual([again.next?.level, again.next?.from, again.next?.open], [2, '2026-11-24', false]);
  const all = at(
    '2026-12-20',
    conditional,
    sent,
    ['escalated', '2026-11-17'],
    ['escalated', '2026-11-24'],
    ['escalated', '2026-12-08'],
  );
  assert.equal(all.next, null);
  const refused = at('2026-11-05', conditional, sent, ['refused', '2026-11-05']);
  assert.deepEqual([refused.state, refused.due, refused.next?.open], ['refused', null, true]);
  for (const end of ['provided', 'withdrawn'] as const)
    assert.deepEqual(at('2026-11-20', conditional, sent, [end, '2026-11-10']).allowed, []);
});

test('every clock of the packs is dated and cited; one of the law says so', () => {
  for (const id of ['reply-unconditional', 'reply-conditional', 'reply-extension', 'provide', 'correction'] as const) {
    const rule = exchangeRule(bundle, id, '2026-11-22');
    assert.deepEqual([rule.unit, rule.law], ['working_day', true], id);
    assert.match(rule.cite, /政务数据共享条例/);
  }
  assert.equal(exchangeRule(bundle, 'use-log', '2026-11-22').value, 3);
  assert.equal(exchangeRule(bundle, 'raw-retention', '2026-11-22').law, false);
});

let it: IntakeBed;
before(async () => {
  it = await openIntakeBed();
});
after(() => it.close());

/** As somebody, on a day. */
async function on<T>(date: string, work: (tx: Tx) => Promise<T>, who = system('test').id): Promise<T> {
  const db = openDatabase({ url: it.bed.urls.app, clock: fixedClock(date), keys: it.bed.keys, max: 1 });
  try {
    return await db.withActor({ id: who }, work);
  } finally {
    await db.close();
  }
}

test('a request lives through its days, and is told apart from the file that came meanwhile', async () => {
  const ask = { feed: 'vessel', ...conditional, period: '2026-10', purpose: '低保动态核查需要船舶登记' };
  await assert.rejects(
    on('2026-11-02', (tx) => openRequest(tx, it.bundle, { ...ask, purpose: '' })),
    { code: 'request-purpose' },
  );
  const { id } = await on('2026-11-02', (tx) => openRequest(tx, it.bundle, ask));
  await assert.rejects(
    on('2026-11-03', (tx) => openRequest(tx, it.bundle, ask)),
    { code: 'request-open' },
  );
  const record = (today: string, kind: SharingEventKind, day: string) =>
    on(today, (tx) => recordEvent(tx, it.bundle, id, { kind, on: day, note: '' }));
  await assert.rejects(record('2026-11-05', 'escalated', '2026-11-05'), { code: 'event-unfit', cure: /2026-11-17/ });
  await assert.rejects(record('2026-11-05', 'agreed', '2026-11-06'), { code: 'event-date' });
  await record('2026-11-18', 'escalated', '2026-11-17');
  // Written down late, an extension would have had to be asked for in time.
  await assert.rejects(record('2026-11-18', 'extended', '2026-11-17'), { code: 'event-unfit' });
  const agreed = await record('2026-11-20', 'agreed', '2026-11-19');
  assert.deepEqual([agreed.state, agreed.due?.date], ['awaiting-data', '2026-12-17']);
  assert.equal(agreed.deliveredOn, null);
  // From the month of the agreement on the feed is expected, not before.
  const expected = async (period: string) => {
    const all = await on('2026-11-20', (tx) => feedQuality(tx, it.bundle, period));
    return all.find((q) => q.contract.id === 'vessel')?.expected;
  };
  assert.deepEqual([await expected('2026-10'), await expected('2026-11')], [false, true]);
  const header = '船舶登记号,所有人证件号,所有人,船舶种类,总吨,船舶价值(元),登记日期,登记状态\n';
  await it.take('vessel', '2026-10', `${header}C1,321324196910182297,张三,货船,100,1,2019-03-05,正常\n`);
  const [found] = await on('2026-11-20', (tx) => sharingRequests(tx, it.bundle));
  assert.equal(found?.deliveredOn, '2026-11-03');
  const done = await record('2026-11-20', 'provided', '2026-11-20');
  assert.deepEqual([done.state, done.allowed], ['done', []]);
  const { rows } = await it.bed.admin.query(
    `select action from audit.entry where action like 'sharing.%' order by seq`,
  );
  assert.deepEqual(
    rows.map((r: { action: string }) => r.action),
    ['sharing.request', 'sharing.escalated', 'sharing.agreed', 'sharing.provided'],
  );
});

test('who works cases in a town neither sees nor opens requests', async () => {
  const clerk = '00000000-0000-7000-8000-0000000000c3';
  await it.bed.admin.query(
    `insert into registry.division (id, level) values (901, 'township');
     insert into platform.actor (id, username, display_name, created_at) values ('${clerk}', 'clerk3', '镇', now());
     insert into platform.role_grant (actor_id, role, division_id, granted_at) values ('${clerk}', 'township', 901, now())`,
  );
  assert.deepEqual(await on('2026-11-20', (tx) => sharingRequests(tx, it.bundle), clerk), []);
  const ask = { feed: 'housing', ...conditional, period: null, purpose: '越权的申请' };
  await assert.rejects(
    on('2026-11-20', (tx) => openRequest(tx, it.bundle, ask), clerk),
    /row-level security/,
  );
});
