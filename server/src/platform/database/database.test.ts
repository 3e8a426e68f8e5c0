import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { verifyAudit } from '../audit/index.ts';
import { sql, system } from './index.ts';
import { openTestBed, type TestBed } from './testing.ts';

let bed: TestBed;
before(async () => {
  bed = await openTestBed();
});
after(() => bed.close());

test('an unknown actor is nobody and sees no row', async () => {
  await bed.admin.query(`insert into registry.division values (1, 'county', null), (2, 'township', 1)`);
  const seen = await bed.db.withActor({ id: '00000000-0000-7000-8000-0000000000ff' }, async (tx) => {
    const { rows } = await sql<{ n: string }>`select count(*) as n from registry.division`.execute(tx.db);
    return { role: tx.actor.role, n: rows[0]?.n };
  });
  assert.deepEqual(seen, { role: 'none', n: '0' });
  const own = await bed.db.withActor(system('test'), async (tx) => tx.actor);
  assert.equal(own.role, 'system');
  assert.deepEqual([...own.divisionIds].sort(), [1, 2]);
});

test('settings of one actor do not leak into the next transaction', async () => {
  await bed.db.withActor(system('test'), async () => undefined);
  const left = await bed.db.withActor({ id: '00000000-0000-7000-8000-0000000000ff' }, async (tx) => {
    const { rows } = await sql<{
      role: string;
      sight: number[];
    }>`select platform.acting_role() as role, platform.sight() as sight`.execute(tx.db);
    return rows[0];
  });
  assert.deepEqual(left, { role: '', sight: [] });
});

test('a removed, edited or truncated audit line shows', async () => {
  for (let i = 0; i < 5; i++) {
    await bed.db.withActor(system('test'), async (tx) => {
      tx.audit({ action: 'read', object: `household/${i}`, details: { rows: i } });
    });
  }
  const check = () => bed.db.withActor(system('verify'), verifyAudit);
  assert.deepEqual((await check()).broken, []);
  await bed.admin.query(`update audit.entry set object = 'household/9' where seq = 2`);
  assert.ok((await check()).broken.includes('2'));
  await bed.admin.query(`update audit.entry set object = 'household/1' where seq = 2`);
  assert.deepEqual((await check()).broken, []);
  await bed.admin.query('delete from audit.entry where seq = 5');
  assert.deepEqual((await check()).broken, ['head 5']);
  await bed.admin.query('delete from audit.entry where seq = 3');
  assert.ok((await check()).broken.includes('4'));
});

test('an audit line cannot be written in another name', async () => {
  await assert.rejects(
    bed.db.withActor(system('test'), (tx) =>
      sql`insert into audit.entry (seq, at, actor_id, role, action, object, previous, hash)
        values (999, now(), '00000000-0000-7000-8000-0000000000aa', 'county', 'x', 'x', '', '')`.execute(tx.db),
    ),
    /row-level security/,
  );
});

test('rows with every awkward character survive load', async () => {
  const rows = [
    ['a\tb', null],
    ['c\\n\n', Buffer.from([0, 255])],
    ['张·三', Buffer.alloc(0)],
  ];
  const back = await bed.db.withActor(system('test'), async (tx) => {
    await sql`create temp table kept (t text, b bytea) on commit drop`.execute(tx.db);
    const n = await tx.load(
      'incoming',
      [
        { name: 't', type: 'text' },
        { name: 'b', type: 'bytea' },
      ],
      rows,
      'insert into kept select * from incoming',
    );
    assert.equal(n, 3);
    return (await sql<{ t: string; b: Buffer | null }>`select t, b from kept`.execute(tx.db)).rows.map((r) => [
      r.t,
      r.b,
    ]);
  });
  assert.deepEqual(back, rows);
});
