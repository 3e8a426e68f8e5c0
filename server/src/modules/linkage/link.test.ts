import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sql } from '../../platform/database/index.ts';
import { runStep } from '../../platform/jobs/step.ts';
import { decideLink, linkOverrides, openDecisions } from './index.ts';
import { linkDeliveries } from './link-step.ts';
import { type IdentityRow, type KnownPerson, type LinkBed, numberFor, openActor, openLinkBed } from './testing.ts';

let home: LinkBed;
let bed: LinkBed['bed'];
let engine: LinkBed['engine'];
let context: ReturnType<LinkBed['context']>;

const WANG = numberFor('1980-05-01', 11);
const LI = numberFor('1982-07-30', 22);
const NAMESAKE = numberFor('1980-05-01', 33);
const CHILD = numberFor('2012-02-29', 44);
const person = (
  id: number,
  household: number,
  number: string,
  name: string,
  sex: KnownPerson['sex'],
  birth: string,
  division: number,
): KnownPerson => ({ id, household, number, name, sex, birth, hukou: `H${household}`, division });

before(async () => {
  home = await openLinkBed([101, 301]);
  ({ bed, engine } = home);
  await home.register([
    person(1, 1, WANG, '王小明', 'male', '1980-05-01', 101),
    person(2, 1, LI, '李芳', 'female', '1982-07-30', 101),
    person(3, 2, NAMESAKE, '王小明', 'male', '1980-05-01', 301),
    person(4, 1, CHILD, '王一', 'male', '2012-02-29', 101),
  ]);
  context = home.context();
});
after(() => home.close());

const delivery = (feed: string, rows: readonly IdentityRow[], hukou?: readonly string[]) =>
  home.delivery(feed, rows, hukou);
const brief = (id: string) => home.links(id);

test('every way a number can arrive, and what becomes of its row', async () => {
  const mistyped = `${WANG.slice(0, 13)}${(Number(WANG[13]) + 1) % 10}${WANG.slice(14)}`;
  const swapped = `${LI.slice(0, 14)}${LI[15]}${LI[14]}${LI.slice(16)}`;
  const fifteen = WANG.slice(0, 6) + WANG.slice(8, 17);
  const d = await delivery('employment', [
    { row: 1, number: WANG, name: '王小明' },
    { row: 2, number: WANG, name: '王晓明' },
    { row: 3, number: WANG, name: '李芳' },
    { row: 4, number: null, raw: fifteen, name: '王小明' },
    { row: 5, number: null, raw: mistyped, name: '王小明' },
    { row: 6, number: null, raw: mistyped, name: '赵六' },
    { row: 7, number: null, raw: swapped, name: '李芳' },
    { row: 8, number: numberFor('1990-01-01', 55), name: '外地人' },
    { row: 9, number: null, raw: null, name: '王一' },
  ]);
  const { result } = await runStep(context, 'link-1', (c) => linkDeliveries(c, [d]));
  assert.deepEqual(await brief(d.deliveryId), [
    [1, 1, 'number', true, null],
    [2, 1, 'number', true, null],
    [3, null, 'none', false, 'relative-number'],
    [4, 1, 'number', true, null],
    [5, 1, 'repaired-number', false, 'slip-in-number'],
    [6, null, 'none', false, 'no-agreement'],
    [7, 2, 'repaired-number', false, 'slip-in-number'],
    [8, null, 'none', false, 'outside-register'],
    [9, null, 'none', false, 'weight-doubtful'],
  ]);
  assert.deepEqual(result, {
    deliveries: 1,
    linked: { none: 4, number: 3, 'repaired-number': 2 },
    uncertain: 2,
    carried: 0,
  });
  const kept = await bed.admin.query(
    `select row_no::int, person_id::int, kind, reason, hukou_division_id from linkage.decision where delivery_id = $1 order by row_no, person_id`,
    [d.deliveryId],
  );
  assert.deepEqual(
    kept.rows.map((r) => Object.values(r)),
    [
      [3, 1, 'review', 'relative-number', 101],
      [3, 2, 'review', 'relative-number', 101],
      [5, 1, 'probable', 'slip-in-number', 101],
      [7, 2, 'probable', 'slip-in-number', 101],
      [9, 4, 'review', 'weight-doubtful', 101],
    ],
  );
});

test('namesakes born on one day are told apart by their village, and by nothing less', async () => {
  const d = await delivery('deaths-health', [
    { row: 1, name: '王小明', sex: 'male', birth: '1980-05-01', division: 301 },
    { row: 2, name: '王小明', sex: 'male', birth: '1980-05-01' },
    { row: 3, name: '王小明', sex: 'male', birth: '1980-05-01', division: 999 },
    { row: 4, name: '王小明' },
    { row: 5, name: '王一', sex: 'male', birth: '2012-02-29' },
    { row: 6, name: '王一', sex: 'female', birth: '2012-02-29', division: 301 },
  ]);
  await runStep(context, 'link-2', (c) => linkDeliveries(c, [d]));
  assert.deepEqual(await brief(d.deliveryId), [
    [1, 3, 'weight', false, 'weight'],
    [2, null, 'none', false, 'weight-doubtful'],
    [3, null, 'none', false, 'weight-doubtful'],
    [4, null, 'none', false, 'weight-doubtful'],
    [5, 4, 'weight', false, 'weight'],
    [6, null, 'none', false, 'weight-doubtful'],
  ]);
});

test('the household number and a name in it lead to the member', async () => {
  const d = await delivery(
    'land',
    [
      { row: 1, name: '王小明' },
      { row: 2, name: '赵六' },
    ],
    ['H2', 'H1'],
  );
  await runStep(context, 'link-3', (c) => linkDeliveries(c, [d]));
  assert.deepEqual(await brief(d.deliveryId), [
    [1, 3, 'hukou-name', true, null],
    [2, null, 'none', false, 'no-agreement'],
  ]);
});

test('two persons in one row are linked each by their own; a delivery is linked once', async () => {
  const d = await delivery('marriage', [
    { row: 1, role: 'man', number: WANG, name: '王小明' },
    { row: 1, role: 'woman', number: LI, name: '李芳' },
  ]);
  await runStep(context, 'link-4', (c) => linkDeliveries(c, [d]));
  assert.deepEqual(
    (await brief(d.deliveryId)).map((r) => r[1]),
    [1, 2],
  );
  const again = await runStep(context, 'link-5', (c) => linkDeliveries(c, [d]));
  assert.deepEqual(again.result, { deliveries: 0, linked: {}, uncertain: 0 });
});

test('the links of a delivery say no name or number, and the step leaves nothing plain', async () => {
  assert.deepEqual(await readdir(join(bed.lake.root, 'tmp')), []);
  const left = await engine.all("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'link%'");
  assert.deepEqual(left, []);
});

test('the review queue is under sight', async () => {
  const actor = await openActor(bed, 'village', 301);
  const seen = await bed.db.withActor({ id: actor }, async (tx) => {
    const { rows } = await sql<{ person_id: string }>`select distinct person_id from linkage.decision`.execute(tx.db);
    return rows.map((r) => r.person_id);
  });
  const all = await bed.admin.query('select count(distinct person_id)::int as n from linkage.decision');
  assert.deepEqual(seen, ['3']);
  assert.equal(all.rows[0].n > 1, true);
});

test('people decide once; what they decided goes before the file, and is in the trail', async () => {
  const slip = `${WANG.slice(0, 13)}${(Number(WANG[13]) + 1) % 10}${WANG.slice(14)}`;
  const d = await delivery('pension', [
    { row: 1, number: null, raw: slip, name: '王小明' },
    { row: 2, number: null, raw: slip, name: '王小明' },
    { row: 3, number: LI, name: '王小明' },
  ]);
  await runStep(context, 'link-6', (c) => linkDeliveries(c, [d]));
  const clerk = await openActor(bed, 'village', 101);
  const as = <T>(work: Parameters<typeof bed.db.withActor<T>>[1]) => bed.db.withActor({ id: clerk }, work);
  const open = (await as((tx) => openDecisions(tx, { feed: 'pension' }))).toSorted(
    (a, b) => Number(a.row) - Number(b.row),
  );
  assert.deepEqual(
    open.map((o) => [o.row, o.kind]),
    [
      ['1', 'probable'],
      ['2', 'probable'],
      ['3', 'review'],
      ['3', 'review'],
    ],
  );
  const decide = (i: number, state: 'confirmed' | 'rejected') =>
    as((tx) => decideLink(tx, { id: open[i]?.id as string, state, note: '电话核实' }));
  assert.equal((await decide(0, 'confirmed')).personId, '1');
  await decide(1, 'rejected');
  await decide(2, 'rejected');
  await assert.rejects(decide(0, 'rejected'), { code: 'link-decided' });
  const stranger = await openActor(bed, 'village', 301);
  await assert.rejects(
    bed.db.withActor({ id: stranger }, (tx) =>
      decideLink(tx, { id: open[0]?.id as string, state: 'rejected', note: '无关的人' }),
    ),
    { code: 'link-missing' },
  );
  // A rejected candidate of the review queue was never linked: there is nothing to override.
  assert.deepEqual(await as((tx) => linkOverrides(tx, [d.deliveryId])), [
    { deliveryId: d.deliveryId, row: '1', role: 'self', personId: '1' },
    { deliveryId: d.deliveryId, row: '2', role: 'self', personId: null },
  ]);
  const trail = await bed.admin.query(
    "select purpose from audit.entry where action in ('linkage.confirm', 'linkage.reject')",
  );
  assert.deepEqual(
    trail.rows.map((r) => r.purpose),
    ['电话核实', '电话核实', '电话核实'],
  );
});
