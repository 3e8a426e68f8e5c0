import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql, system } from '../../../platform/database/index.ts';
import { openTestBed, type TestBed } from '../../../platform/database/testing.ts';
import { bundleOf, readBundle } from '../../../platform/packs/index.ts';
import { divisionCodes, importDivisions, townships } from './divisions.ts';

const packs = fileURLToPath(new URL('../../../../../packs/321324-sihong', import.meta.url));
const bundle = readBundle([packs]);
const CLERK = '00000000-0000-7000-8000-0000000000a1';
const OTHER = '00000000-0000-7000-8000-0000000000a2';
let bed: TestBed;

const idOf = async (code: string, at: string) => {
  const found = await bed.admin.query(
    `select division_id from registry.division_name where code = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2)`,
    [code, at],
  );
  return found.rows[0]?.division_id as number;
};

before(async () => {
  bed = await openTestBed();
  await bed.db.withActor(system('test'), (tx) => importDivisions(tx, bundle));
});
after(() => bed.close());

test('importing the same packs again changes nothing', async () => {
  const state = async () =>
    (
      await bed.admin.query(
        `select (select count(*) from registry.division) d, (select count(*) from registry.division_name) n, (select count(*) from registry.division_succession) s`,
      )
    ).rows[0];
  const once = await state();
  await bed.db.withActor(system('test'), (tx) => importDivisions(tx, bundle));
  assert.deepEqual(await state(), once);
});

test('ten towns became four in 2020, by both published lists', async () => {
  const { rows } = await bed.admin.query(`select distinct f.name as from_name, t.name as to_name
    from registry.division_succession s join registry.division d on d.id = s.from_id and d.level = 'township'
    join registry.division_name f on f.division_id = s.from_id join registry.division_name t on t.division_id = s.to_id
    where s.effective = '2020-07-01' order by 2, 1`);
  const became = new Map<string, string[]>();
  for (const r of rows) became.set(r.to_name, [...(became.get(r.to_name) ?? []), r.from_name]);
  assert.deepEqual(Object.fromEntries([...became].map(([to, from]) => [to, from.sort()])), {
    双沟镇: ['双沟镇', '四河乡', '峰山乡'].sort(),
    临淮镇: ['临淮镇', '城头乡'].sort(),
    半城镇: ['半城镇', '陈圩乡'].sort(),
    界集镇: ['曹庙乡', '太平镇', '界集镇'].sort(),
  });
});

test('a village keeps its id through the merger, under its old code and its new one', async () => {
  assert.equal(await idOf('321324200001', '2020-01-01'), await idOf('321324101033', '2021-01-01'));
  // 雪二 changed from a village to a community at the same time; 双淮村 and 双淮社区 stay two.
  assert.equal(await idOf('321324200207', '2020-01-01'), await idOf('321324101013', '2021-01-01'));
  assert.notEqual(await idOf('321324101025', '2021-01-01'), await idOf('321324101212', '2021-01-01'));
});

test('every old code leads to a division of today, in the town that took its place', async () => {
  const { codes, towns } = await bed.db.withActor(system('test'), async (tx) => ({
    codes: await divisionCodes(tx),
    towns: await townships(tx),
  }));
  const newShuanggou = await idOf('321324101', '2021-01-01');
  const current = (code: string) => new Set(codes.filter((c) => c.code === code).map((c) => c.currentId));
  assert.deepEqual(current('321324200'), new Set([newShuanggou]));
  assert.deepEqual(current('321324101'), new Set([newShuanggou]));
  // 峰山乡宋庄村 is in neither list of today: the town answers for it.
  assert.deepEqual(current('321324201200'), new Set([newShuanggou]));
  for (const code of codes.filter((c) => /^321324(101|200|201)\d{3}$/.test(c.code)))
    assert.equal(towns.get(code.currentId), newShuanggou, code.code);
  // No code means two places of today.
  for (const code of new Set(codes.map((c) => c.code))) assert.equal(current(code).size, 1, code);
});

test('the clerk of 双沟 sees what 四河 and 峰山 recorded, towns and villages, and nothing of another town', async () => {
  const day = '2020-01-01';
  const places = {
    sihe: await idOf('321324200', day),
    fengshan: await idOf('321324201', day),
    gone: await idOf('321324201200', day),
    kept: await idOf('321324200001', day),
    old: await idOf('321324101', day),
    shangtang: await idOf('321324102', day),
  };
  const shuanggou = await idOf('321324101', '2021-01-01');
  for (const [actor, name, division] of [
    [CLERK, 'shuanggou', shuanggou],
    [OTHER, 'shangtang', places.shangtang],
  ] as const) {
    await bed.admin.query(
      `insert into platform.actor (id, username, display_name, created_at) values ($1, $2, $2, now())`,
      [actor, name],
    );
    await bed.admin.query(
      `insert into platform.role_grant (actor_id, role, division_id, granted_at) values ($1, 'township', $2, now())`,
      [actor, division],
    );
  }
  let id = 1;
  for (const division of Object.values(places))
    await bed.admin.query(
      `insert into registry.household (id, head_person_id, hukou_division_id, residence_division_id, size, hukou_key, input_hash, known_at)
       values ($1, $1, $2, $2, 1, '\\x00', '', now())`,
      [id++, division],
    );
  const seenBy = (actor: string) =>
    bed.db.withActor({ id: actor }, async (tx) => {
      const { rows } = await sql<{ d: number }>`select hukou_division_id as d from registry.household`.execute(tx.db);
      return new Set(rows.map((r) => r.d));
    });
  const { shangtang, ...ours } = places;
  assert.deepEqual(await seenBy(CLERK), new Set(Object.values(ours)));
  assert.deepEqual(await seenBy(OTHER), new Set([shangtang]));
});

test('a file with another header or a short line is refused with its place', async () => {
  const broken = (text: string) => bundleOf([{ path: 'x/divisions.csv', text }]);
  const header = 'id,code,name,level,parent_id,valid_from,valid_to';
  await assert.rejects(
    bed.db.withActor(system('test'), (tx) => importDivisions(tx, broken('id,code\n1,2\n'))),
    { code: 'divisions-header' },
  );
  await assert.rejects(
    bed.db.withActor(system('test'), (tx) => importDivisions(tx, broken(`${header}\n900,999999\n`))),
    { code: 'divisions-line' },
  );
});
