import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sql, system } from '../../platform/database/index.ts';
import { literal } from '../../platform/engine/index.ts';
import { runStep } from '../../platform/jobs/step.ts';
import { numberFor } from '../linkage/testing.ts';
import { portrait, searchHouseholds, unmask } from './index.ts';
import { takeInRegister } from './persons-step.ts';
import { openRegistryBed, type Registered, type RegistryBed } from './testing.ts';

const CLERK = '00000000-0000-7000-8000-0000000000b1';
const STRANGER = '00000000-0000-7000-8000-0000000000b2';
let bed: RegistryBed;
let lizhuang: number;
let shangtang: number;
let people: Registered[];

const division = async (code: string) =>
  (await bed.admin.query('select division_id from registry.division_name where code = $1 and valid_to is null', [code]))
    .rows[0]?.division_id as number;
const person = (name: string, birth: string, order: number, over: Partial<Registered> = {}): Registered => ({
  number: numberFor(birth, order),
  name,
  birth,
  sex: order % 2 ? 'male' : 'female',
  hukou: 'H1',
  relation: 'head',
  division: lizhuang,
  phone: '13812345678',
  address: '双沟镇李庄村三组',
  ...over,
});
const takeIn = async (period: string, persons: readonly Registered[]) => {
  const context = await bed.run(period);
  const source = await bed.population(persons);
  // Slices of two, so that a handful of persons is written in several.
  const { result } = await runStep(context, 'persons', (c) => takeInRegister(c, source, 2));
  return { context, source, result: result as Record<string, number> };
};
const idsByName = async () => {
  const { rows } = await bed.admin.query('select person_id, sealed from identity.person');
  return new Map(
    rows.map((r) => {
      const open = bed.keys.open(r.sealed, `identity/${r.person_id}`);
      return [JSON.parse(open.toString()).name as string, r.person_id as string];
    }),
  );
};

before(async () => {
  bed = await openRegistryBed();
  lizhuang = await division('321324101211');
  shangtang = await division('321324102');
  people = [
    person('单雄信', '1970-03-02', 11),
    person('李芳', '1972-08-15', 12, { relation: 'spouse' }),
    person('单小信', '2010-01-09', 13, { relation: 'child' }),
    person('单雄信', '1970-03-02', 15, { hukou: 'H2', division: shangtang }),
  ];
  const parent = await bed.admin.query('select parent_id from registry.division where id = $1', [lizhuang]);
  for (const [id, name, at] of [
    [CLERK, 'clerk', parent.rows[0].parent_id],
    [STRANGER, 'stranger', shangtang],
  ]) {
    await bed.admin.query(
      'insert into platform.actor (id, username, display_name, created_at) values ($1, $2, $2, now())',
      [id, name],
    );
    await bed.admin.query(
      "insert into platform.role_grant (actor_id, role, division_id, granted_at) values ($1, 'township', $2, now())",
      [id, at],
    );
  }
});
after(() => bed.close());

test('two months of a register: ids stay, changes are history, one missing month does not end a membership', async () => {
  const first = await takeIn('2026-08', people);
  assert.deepEqual(
    { persons: first.result.persons, households: first.result.households, newPersons: first.result.newPersons },
    { persons: 4, households: 2, newPersons: 4 },
  );
  const ids = await bed.admin.query('select id, household_id from registry.person order by id');
  assert.ok(ids.rows.every((r) => BigInt(r.id) > 0n));

  // The same register under another file name: nothing is written.
  const same = await takeIn('2026-09', people);
  assert.deepEqual([same.result.newPersons, same.result.changedPersons], [0, 0]);
  assert.deepEqual((await bed.admin.query('select id, household_id from registry.person order by id')).rows, ids.rows);

  const [head, wife, child, namesake] = people as [Registered, Registered, Registered, Registered];
  const born = person('单新', '2026-09-20', 17, { relation: 'child' });
  const october = await takeIn('2026-10', [head, { ...wife, name: '李秀芳' }, namesake, born]);
  assert.deepEqual([october.result.newPersons, october.result.leftRegister], [1, 0]);
  const missing = await bed.admin.query(
    'select missing_since, registered_to from registry.person where missing_since is not null',
  );
  assert.deepEqual(missing.rows, [{ missing_since: '2026-10', registered_to: null }]);
  assert.ok((await idsByName()).has('李秀芳'));

  const november = await takeIn('2026-11', [head, { ...wife, name: '李秀芳' }, namesake, born]);
  assert.equal(november.result.leftRegister, 1);
  const childId = (await idsByName()).get(child.name as string);
  const history = await bed.admin.query(
    'select valid_from, valid_to, known_to is null as held from registry.membership where person_id = $1 order by known_to nulls last',
    [childId],
  );
  assert.deepEqual(history.rows, [
    { valid_from: '2026-08-01', valid_to: null, held: false },
    { valid_from: '2026-08-01', valid_to: '2026-10-01', held: true },
  ]);
  const size = await bed.admin.query(
    'select size from registry.household where id = (select household_id from registry.person where id = $1)',
    [childId],
  );
  assert.equal(size.rows[0].size, 3);

  // Someone who comes back is the same person.
  await takeIn('2026-12', [head, { ...wife, name: '李秀芳' }, child, namesake, born]);
  assert.equal((await idsByName()).get(child.name as string), childId);
  const back = await bed.admin.query(
    'select registered_from, registered_to, missing_since from registry.person where id = $1',
    [childId],
  );
  assert.deepEqual(back.rows, [{ registered_from: '2026-12-01', registered_to: null, missing_since: null }]);
});

test('a register already taken in gives the same lake files to a later run and writes nothing', async () => {
  const { context, source } = await takeIn('2027-01', people);
  const again = await bed.run('2027-01');
  const { result } = await runStep(again, 'persons', (c) => takeInRegister(c, source));
  assert.deepEqual(
    [(result as Record<string, number>).newPersons, (result as Record<string, number>).changedPersons],
    [0, 0],
  );
  const rows = (runId: string) =>
    bed.engine.all(
      `SELECT * FROM read_parquet(${literal(bed.lake.path(`registry/${runId}/person.parquet`))}) ORDER BY person_id`,
    );
  assert.deepEqual(await rows(again.runId), await rows(context.runId));
  await assert.rejects(takeIn('2026-09', people), { code: 'registry-period-past' });
});

test('a household is found by name, sound, initials and number, under sight only', async () => {
  const as = (actor: string, q: string) =>
    bed.db.withActor({ id: actor, purpose: '测试' }, (tx) => searchHouseholds(tx, q));
  const head = people[0] as Registered;
  for (const q of ['單雄信', 'shan xiong xin', 'SXX', head.number.toLowerCase(), '单熊信']) {
    const found = await as(CLERK, q);
    assert.equal(found.length, 1, q.length.toString());
    assert.equal(found[0]?.head, '单××');
    assert.equal(found[0]?.township, '双沟镇');
    assert.equal(found[0]?.village, '李庄村委会');
  }
  // The namesake of the other township is theirs alone, and neither sees the other's number.
  const theirs = await as(STRANGER, '单雄信');
  assert.equal(theirs.length, 1);
  assert.equal(theirs[0]?.township, '上塘镇');
  assert.deepEqual(await as(STRANGER, head.number), []);
  assert.deepEqual(await as(CLERK, '王'), []);
});

test('the portrait covers identity; unmasking says why, in the audit trail, without the value', async () => {
  const [found] = await bed.db.withActor({ id: CLERK }, (tx) => searchHouseholds(tx, '单雄信'));
  assert.ok(found);
  const read = (actor: string) =>
    bed.db.withActor({ id: actor, purpose: '核查线索' }, (tx) => portrait(tx, found.householdId, (feed) => feed));
  const page = await read(CLERK);
  const head = people[0] as Registered;
  assert.equal(page.title, '单××户');
  assert.equal(page.members[0]?.relation, '户主');
  assert.equal(page.members[0]?.age, 56);
  assert.equal(JSON.stringify(page).includes(head.number), false);
  assert.equal(JSON.stringify(page).includes('13812345678'), false);
  assert.equal(JSON.stringify(page).includes('雄信'), false);
  await assert.rejects(read(STRANGER), { code: 'household-missing' });

  const ask = {
    householdId: found.householdId,
    personId: page.members[0]?.personId as string,
    field: 'number' as const,
    reason: '入户核对证件',
  };
  assert.equal(await bed.db.withActor({ id: CLERK }, (tx) => unmask(tx, ask)), head.number);
  await assert.rejects(
    bed.db.withActor({ id: STRANGER }, (tx) => unmask(tx, ask)),
    { code: 'person-missing' },
  );
  const trail = await bed.admin.query(
    "select action, purpose, details from audit.entry where action like 'registry.%' order by seq",
  );
  assert.equal(trail.rows.filter((r) => r.action === 'registry.unmask').length, 1);
  assert.ok(trail.rows.some((r) => r.action === 'registry.unmask' && r.purpose === '入户核对证件'));
  assert.ok(trail.rows.some((r) => r.action === 'registry.portrait' && r.purpose === '核查线索'));
  assert.equal(JSON.stringify(trail.rows).includes(head.number), false);
  assert.equal(JSON.stringify(trail.rows).includes('雄信'), false);
});

test('nothing plain is left in the lake, its working folders, or the engine', async () => {
  assert.deepEqual(await readdir(join(bed.lake.root, 'tmp')), []);
  const head = people[0] as Registered;
  for (const entry of await readdir(bed.lake.root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    assert.equal(bytes.includes(Buffer.from(head.number)), false, entry.name);
    assert.equal(bytes.includes(Buffer.from('单雄信')), false, entry.name);
  }
  const left = await bed.engine.all("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'registry%'");
  assert.deepEqual(left, []);
  const plain = await bed.db.withActor(system('test'), async (tx) => {
    const { rows } = await sql<{ n: string }>`select count(*) as n from identity.person
      where position(convert_to('单雄信', 'UTF8') in sealed) > 0`.execute(tx.db);
    return rows[0]?.n;
  });
  assert.equal(plain, '0');
});
