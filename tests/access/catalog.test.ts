import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestBed, type TestBed } from '../../server/src/platform/database/testing.ts';
import { readTables, type Table } from './tables.ts';

let bed: TestBed;
let tables: Table[];
before(async () => {
  bed = await openTestBed();
  tables = await readTables(bed.admin);
});
after(() => bed.close());

/** Columns by which a row is a person's or a household's. */
const OF_PERSONS = /^(.*_)?(person|household)_id$|^head_number$/;
/** Tables every actor may read, and why that gives nobody a row of a person. */
const OPEN: Record<string, string> = {
  'packs.blob': 'texts of published rules',
  'packs.bundle': 'hashes of published rules',
  'packs.bundle_file': 'paths of published rules',
  'audit.head': 'the last hash of the chain',
};

/** Tables with the divisions of a household that are not under forced row-level security by sight. */
const outsideSight = (all: Table[]) =>
  all
    .filter((t) => t.columns.some((c) => c.name === 'hukou_division_id' || c.name === 'residence_division_id'))
    .filter((t) => !t.rls || !t.forced || t.policies.length === 0 || !t.policies.every((p) => /sight\(\)/.test(p)))
    .map((t) => t.name);
/** Tables the application may read that name persons or households and do not force row-level security. */
const unprotected = (all: Table[]) =>
  all.filter((t) => t.readable && !t.forced && t.columns.some((c) => OF_PERSONS.test(c.name))).map((t) => t.name);

test('every table that carries divisions of a household is under forced row-level security', () => {
  assert.deepEqual(outsideSight(tables), []);
});

test('no table that the application may read names persons or households outside that protection', () => {
  assert.deepEqual(unprotected(tables), []);
});

test('both checks find a table that somebody left open', async () => {
  await bed.admin.query(`create table registry.left_open (person_id bigint, hukou_division_id int);
    grant select on registry.left_open to doudi_app`);
  const now = await readTables(bed.admin);
  await bed.admin.query('drop table registry.left_open');
  assert.deepEqual([outsideSight(now), unprotected(now)], [['registry.left_open'], ['registry.left_open']]);
});

test('a table without any row-level security is on the short list of those that hold nobody', () => {
  const open = tables.filter((t) => t.readable && !t.rls).map((t) => t.name);
  assert.deepEqual(open.sort(), Object.keys(OPEN).sort());
});

test('a view reads with the rights of who asks', async () => {
  const { rows } = await bed.admin.query<{ name: string; invoker: boolean; kind: string }>(`
    select c.oid::regclass::text as name, c.relkind as kind,
      coalesce(c.reloptions @> '{security_invoker=true}', false) as invoker
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
      and has_table_privilege('doudi_app', c.oid, 'select')`);
  assert.deepEqual(
    rows.filter((r) => r.kind === 'm' || !r.invoker),
    [],
  );
});

test('the application role owns nothing, passes no policy by, and is nobody else', async () => {
  const { rows } = await bed.admin.query(`
    select rolname, rolsuper, rolbypassrls, rolcreaterole,
      (select count(*)::int from pg_auth_members m where m.member = r.oid) as member_of
    from pg_roles r where rolname in ('doudi_app', 'doudi_auth', 'doudi_jobs') order by 1`);
  const plain = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, member_of: 0 };
  assert.deepEqual(
    rows,
    ['doudi_app', 'doudi_auth', 'doudi_jobs'].map((rolname) => ({ rolname, ...plain })),
  );
  const app = await bed.admin.query(`select count(*)::int as n from pg_class where relowner = 'doudi_app'::regrole`);
  assert.equal(app.rows[0]?.n, 0);
});

test('functions with the rights of the owner are few and known', async () => {
  const { rows } = await bed.admin.query<{ name: string; path: string | null }>(`
    select n.nspname || '.' || p.proname as name, array_to_string(p.proconfig, ',') as path
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema') order by 1`);
  assert.deepEqual(
    rows.map((r) => r.name),
    ['audit.viewers', 'platform.act_as', 'platform.guard_grant', 'platform.guard_mandate', 'registry.divisions_below'],
  );
  // A search path of their own, ending in pg_temp, so that nobody slips a table under them.
  for (const row of rows) assert.match(row.path ?? '', /^search_path=.*pg_temp$/);
});

test('sign-in and job roles reach their own schema and nothing else', async () => {
  for (const role of ['doudi_auth', 'doudi_jobs']) {
    const { rows } = await bed.admin.query<{ name: string }>(
      `select distinct n.nspname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v') and n.nspname not in ('pg_catalog', 'information_schema')
         and has_schema_privilege($1, n.oid, 'usage') and has_table_privilege($1, c.oid, 'select,insert,update,delete')`,
      [role],
    );
    const reached = rows.map((r) => r.name).filter((name) => name !== (role === 'doudi_auth' ? 'auth' : 'dbos'));
    assert.deepEqual(reached, [], role);
  }
});
