import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestDoor, type TestDoor } from '../../server/src/entry/http/testing.ts';
import { sql } from '../../server/src/platform/database/index.ts';
import { type Column, readTables, type Table } from './tables.ts';

/**
 * The database alone: no route, no check of the application, only `select *` from every table of persons by every actor.
 * Two towns of one county, each with a village; a row of each, and one of a family registered in one and living in the other.
 */
let t: TestDoor;
let tables: Table[];
const ids = new Map<string, string>();

const TOWN1 = { hukou: 11, residence: 11 };
const TOWN2 = { hukou: 21, residence: 21 };
const BETWEEN = { hukou: 21, residence: 11 };
/** What each actor must see, as hukou/residence; nothing else may appear. */
const SIGHT: Record<string, string[]> = {
  town1: ['11/11', '21/11'],
  village1: ['21/11', '11/11'],
  town2: ['21/21', '21/11'],
  village2: ['21/21', '21/11'],
  county: ['11/11', '21/21', '21/11'],
  supervisor: ['11/11', '21/21', '21/11'],
  auditor: ['11/11', '21/11'],
  sysadmin: [],
  secadmin: [],
  auditadmin: [],
  nobody: [],
};

before(async () => {
  t = await openTestDoor();
  tables = (await readTables(t.bed.admin)).filter((table) => table.columns.some((c) => c.name === 'hukou_division_id'));
  for (const { id, username } of (await t.bed.admin.query('select id, username from platform.actor')).rows)
    ids.set(username, id);
  ids.set('nobody', '00000000-0000-7000-8000-0000000000ff');
  // Foreign keys and triggers rest while samples are laid out: only sight is looked at here.
  await t.bed.admin.query(`set session_replication_role = replica`);
  for (const table of tables) {
    for (const [n, place] of [TOWN1, TOWN2, BETWEEN].entries()) await lay(table, n + 1, place);
  }
  await t.bed.admin.query(`set session_replication_role = origin`);
});
after(() => t.close());

test('the tables of persons are many, and each holds a row of both towns', async () => {
  assert.ok(tables.length >= 10, `only ${tables.length}`);
  for (const table of tables) {
    const { rows } = await t.bed.admin.query(`select count(*)::int as n from ${table.name}`);
    assert.equal(rows[0]?.n, 3, table.name);
  }
});

for (const [actor, expected] of Object.entries(SIGHT)) {
  test(`${actor} sees in every table the rows of their own place and no other`, async () => {
    for (const table of tables) {
      assert.deepEqual(
        { table: table.name, seen: (await seen(actor, table)).sort() },
        {
          table: table.name,
          seen: [...expected].sort(),
        },
      );
    }
  });
}

test('a transaction without an actor sees no row', async () => {
  for (const table of tables) {
    const rows = await t.bed.db.withActor({ id: ids.get('nobody') ?? '' }, async (tx) => {
      await sql`select set_config('doudi.divisions', '', true)`.execute(tx.db);
      return (await sql`select 1 from ${sql.raw(table.name)}`.execute(tx.db)).rows;
    });
    assert.deepEqual(rows, [], table.name);
  }
});

test('those who only read change nothing, and a clerk changes nothing of another town', async () => {
  for (const table of tables) {
    const grants = await t.bed.admin.query(`select has_table_privilege('doudi_app', $1, 'update') as may`, [
      table.name,
    ]);
    if (!grants.rows[0]?.may) continue;
    for (const [actor, changed] of [
      ['supervisor', 0],
      ['auditor', 0],
      ['nobody', 0],
      ['town2', 2],
    ] as const) {
      const n = await t.bed.db
        .withActor({ id: ids.get(actor) ?? '' }, async (tx) => {
          const result =
            await sql`update ${sql.raw(table.name)} set residence_division_id = residence_division_id`.execute(tx.db);
          return Number(result.numAffectedRows ?? 0);
        })
        .catch((error: { code?: string }) => error.code ?? 'failed');
      assert.deepEqual([table.name, actor, n], [table.name, actor, changed]);
    }
  }
});

test('a clerk cannot lay a row into another town', async () => {
  const moved = t.bed.db.withActor({ id: ids.get('town1') ?? '' }, (tx) =>
    sql`update registry.household set hukou_division_id = 21, residence_division_id = 21`.execute(tx.db),
  );
  await assert.rejects(moved, { code: '42501' });
});

test('the trail shows an actor their own lines, and all lines to those who audit', async () => {
  const lines = (actor: string) =>
    t.bed.db.withActor({ id: ids.get(actor) ?? '' }, async (tx) => {
      const { rows } = await sql<{ actor_id: string }>`select distinct actor_id from audit.entry`.execute(tx.db);
      return rows.map((r) => r.actor_id);
    });
  await t.bed.db.withActor({ id: ids.get('town1') ?? '' }, async (tx) => tx.audit({ action: 'test', object: 'x' }));
  await t.bed.db.withActor({ id: ids.get('town2') ?? '' }, async (tx) => tx.audit({ action: 'test', object: 'x' }));
  assert.deepEqual(await lines('town1'), [ids.get('town1')]);
  assert.deepEqual(await lines('nobody'), []);
  assert.ok((await lines('auditadmin')).length >= 3);
  for (const verb of ['update audit.entry set object = object', 'delete from audit.entry']) {
    await assert.rejects(
      t.bed.db.withActor({ id: ids.get('auditadmin') ?? '' }, (tx) => sql.raw(verb).execute(tx.db)),
      { code: '42501' },
    );
  }
});

async function seen(actor: string, table: Table): Promise<string[]> {
  return await t.bed.db.withActor({ id: ids.get(actor) ?? '' }, async (tx) => {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.raw(table.name)}`.execute(tx.db);
    return rows.map((r) => `${r.hukou_division_id}/${r.residence_division_id}`);
  });
}

/** Values for tables whose checks join several columns. */
const FITTING: Record<string, Record<string, string>> = {
  'assessment.decision': { outcome: 'ineligible', missing: '{}' },
  'entitlements.recovery': { paid_fen: '2', due_fen: '1' },
};

async function lay(table: Table, n: number, place: { hukou: number; residence: number }): Promise<void> {
  const columns = table.columns.filter((c) => c.required);
  const value = (c: Column): string => {
    if (c.name === 'hukou_division_id') return String(place.hukou);
    if (c.name === 'residence_division_id') return String(place.residence);
    return FITTING[table.name]?.[c.name] ?? c.allowed[0] ?? sample(c.type, n, table.name, c.name);
  };
  await t.bed.admin.query(
    `insert into ${table.name} (${columns.map((c) => `"${c.name}"`).join(', ')})
     values (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
    columns.map(value),
  );
}

function sample(type: string, n: number, table: string, column: string): string {
  if (/^(bigint|integer|smallint|numeric)/.test(type)) return String(n);
  if (type === 'text') return `${column}-${n}`;
  if (type === 'boolean') return 'true';
  if (type === 'date') return '2026-10-01';
  if (type.startsWith('timestamp')) return '2026-10-01T00:00:00Z';
  if (type === 'uuid') return `00000000-0000-7000-8000-00000000a00${n}`;
  if (type === 'bytea') return `\\x0${n}`;
  if (type === 'jsonb') return '{}';
  if (type.endsWith('[]')) return '{}';
  throw new Error(`no sample for ${table}.${column} of type ${type}: add one, so that the table is tested`);
}
