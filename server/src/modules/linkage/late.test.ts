import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { failed } from '../../platform/errors.ts';
import { runStep } from '../../platform/jobs/step.ts';
import { decideLink, linkOverrides, openDecisions } from './index.ts';
import { linkDeliveries } from './link-step.ts';
import { retireOpen } from './store/decisions.ts';
import { type IdentityRow, type KnownPerson, type LinkBed, numberFor, openActor, openLinkBed } from './testing.ts';

const WANG = numberFor('1980-05-01', 11);
const LI = numberFor('1982-07-30', 22);
const SON = numberFor('2005-02-11', 33);
const known = (
  id: number,
  number: string,
  name: string,
  birth: string,
  more: Partial<KnownPerson> = {},
): KnownPerson => ({
  ...{ id, household: 1, number, name, sex: 'male', birth, hukou: 'H1', division: 101 },
  ...more,
});
const slip = (number: string) => `${number.slice(0, 13)}${(Number(number[13]) + 1) % 10}${number.slice(14)}`;

let home: LinkBed;
let steps = 0;
const link = (...deliveries: Parameters<typeof linkDeliveries>[1][number][]) =>
  runStep(home.context(), `link-${++steps}`, (c) => linkDeliveries(c, deliveries));

before(async () => {
  home = await openLinkBed([101]);
});
after(() => home.close());

test('who enters the register late finds the rows that came before; the links of before stay in the lake', async () => {
  const rows: IdentityRow[] = [
    { row: 1, number: WANG, name: '王小明' },
    { row: 2, number: LI, name: '李芳' },
    { row: 3, number: null, raw: slip(SON), name: '王小宝' },
  ];
  const first = [known(1, WANG, '王小明', '1980-05-01')];
  const later = [...first, known(2, LI, '李芳', '1982-07-30'), known(3, SON, '王小宝', '2005-02-11')];
  await home.register(first);
  const early = await home.delivery('vehicle', rows);
  await link(early);
  assert.deepEqual(await home.links(early.deliveryId), [
    [1, 1, 'number', true, null],
    [2, null, 'none', false, 'outside-register'],
    [3, null, 'none', false, 'number-unrepairable'],
  ]);
  await home.register(later);
  assert.equal(((await link(early)).result as { deliveries: number }).deliveries, 1);
  const afterwards = await home.links(early.deliveryId);
  assert.deepEqual(afterwards, [
    [1, 1, 'number', true, null],
    [2, 2, 'number', true, null],
    [3, 3, 'repaired-number', false, 'slip-in-number'],
  ]);
  // The same rows delivered after the register say the same: nothing depends on which came first.
  const late = await home.delivery('vehicle', rows);
  await link(late);
  assert.deepEqual(await home.links(late.deliveryId), afterwards);
  assert.equal(((await link(early, late)).result as { deliveries: number }).deliveries, 0);
  const files = await home.bed.admin.query("select path from lake.file where path like 'links/%'");
  assert.equal(files.rows.length, 3);
});

test('what people decided outlives the register and the file, and nobody is asked twice', async () => {
  const clerk = { id: await openActor(home.bed, 'village', 101), purpose: '核对' };
  const rows: IdentityRow[] = [
    { row: 1, number: null, raw: slip(WANG), name: '王小明' },
    { row: 2, number: null, raw: slip(LI), name: '李芳' },
  ];
  const base = [known(1, WANG, '王小明', '1980-05-01'), known(2, LI, '李芳', '1982-07-30')];
  await home.register(base);
  const august = await home.delivery('pension', rows);
  await link(august);
  const asked = await home.bed.db.withActor(clerk, (tx) => openDecisions(tx, { feed: 'pension' }));
  for (const [i, state] of (['confirmed', 'rejected'] as const).entries()) {
    const { id } = asked.find((a) => a.row === String(i + 1)) ?? { id: '' };
    await home.bed.db.withActor(clerk, (tx) => decideLink(tx, { id, state, note: '电话核实' }));
  }
  const decided = [
    { deliveryId: august.deliveryId, row: '1', role: 'self', personId: '1' },
    { deliveryId: august.deliveryId, row: '2', role: 'self', personId: null },
  ];
  const overrides = (id: string) => home.bed.db.withActor(clerk, (tx) => linkOverrides(tx, [id]));
  assert.deepEqual(await overrides(august.deliveryId), decided);
  await home.register([...base, known(3, SON, '王小宝', '2005-02-11')]);
  await link(august);
  assert.deepEqual(await overrides(august.deliveryId), decided);
  const september = await home.delivery('pension', rows);
  assert.equal(((await link(september)).result as { carried: number }).carried, 2);
  assert.deepEqual(
    await overrides(september.deliveryId),
    decided.map((d) => ({ ...d, deliveryId: september.deliveryId })),
  );
  // Another writing is another question.
  const october = await home.delivery('pension', [{ row: 1, number: null, raw: slip(WANG), name: '王晓明' }]);
  assert.equal(((await link(october)).result as { carried: number }).carried, 0);
});

test('a rejected link overrides nothing once the register gives the row to somebody else', async () => {
  const clerk = { id: await openActor(home.bed, 'village', 101), purpose: '核对' };
  const raw = slip(WANG);
  await home.register([known(1, WANG, '王小明', '1980-05-01')]);
  const d = await home.delivery('land', [{ row: 1, name: '李芳' }], ['H9']);
  const e = await home.delivery('land', [{ row: 1, number: null, raw, name: '王小明' }]);
  await link(d, e);
  const [asked] = await home.bed.db.withActor(clerk, (tx) => openDecisions(tx, { feed: 'land' }));
  await home.bed.db.withActor(clerk, (tx) =>
    decideLink(tx, { id: asked?.id ?? '', state: 'rejected', note: '不是本人' }),
  );
  await home.register([
    known(1, WANG, '王小明', '1980-05-01', { name: '王大明', birth: '1979-01-01' }),
    known(2, LI, '李芳', '1982-07-30', { hukou: 'H9' }),
  ]);
  await link(d, e);
  assert.deepEqual(await home.links(d.deliveryId), [[1, 2, 'hukou-name', true, null]]);
  assert.deepEqual(await home.links(e.deliveryId), [[1, null, 'none', false, 'weight-doubtful']]);
  const said = await home.bed.db.withActor(clerk, (tx) => linkOverrides(tx, [d.deliveryId, e.deliveryId]));
  assert.deepEqual(said, []);
});

test('a delivery whose identities were destroyed in time keeps the links it had', async () => {
  await home.register([known(1, WANG, '王小明', '1980-05-01')]);
  const d = await home.delivery('medical', [{ row: 1, number: WANG, name: '王小明' }]);
  await link(d);
  await home.register([known(1, WANG, '王小明', '1980-05-01'), known(2, LI, '李芳', '1982-07-30')]);
  const gone = { ...d, openIdentity: () => Promise.reject(failed('key-destroyed', '已销毁', '请用新的报送')) };
  await link(gone);
  assert.deepEqual(await home.links(d.deliveryId), [[1, 1, 'number', true, null]]);
  const never = { ...gone, deliveryId: '00000000-0000-7000-8000-0000000000ee' };
  await assert.rejects(link(never), { code: 'key-destroyed' });
});

test('numbers and phones that cannot be both persons’ are found, each with whom it concerns', async () => {
  await home.register([
    known(1, WANG, '王小明', '1980-05-01', { phone: '13800000001' }),
    known(2, LI, '李芳', '1982-07-30', { sex: 'female', phone: '13800000002' }),
    known(3, SON, '王小宝', '2005-02-11'),
  ]);
  const other = numberFor('1980-05-01', 77);
  const d = await home.delivery('medical', [
    { row: 1, number: WANG, name: '赵六' },
    { row: 2, number: WANG, name: '王小宝' },
    { row: 3, number: other, name: '王小明' },
    { row: 4, number: WANG, name: '王小明', phone: '13800000002' },
    { row: 5, number: WANG, name: '王小明', phone: '13800000001' },
    { row: 6, number: numberFor('1990-01-01', 5), name: '外地人' },
  ]);
  await link(d);
  const { rows } = await home.bed.admin.query(
    `select row_no::int, kind, person_id::int, other_person_id::int from linkage.conflict where delivery_id = $1 order by row_no`,
    [d.deliveryId],
  );
  assert.deepEqual(
    rows.map((r) => Object.values(r)),
    [
      [1, 'number-shared', 1, null],
      [2, 'relative-number', 1, 3],
      [3, 'two-numbers', 1, null],
      [4, 'relative-phone', 1, 2],
    ],
  );
  await home.bed.db.withActor({ id: '00000000-0000-7000-8000-000000000001' }, (tx) => retireOpen(tx, []));
  const left = await home.bed.admin.query(`select count(*)::int as n from linkage.conflict`);
  assert.equal(left.rows[0].n, 0);
});
