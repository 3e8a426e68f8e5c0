import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runStep } from '../../platform/jobs/step.ts';
import { adoptModel, decideLink, listModels, undoLink } from './index.ts';
import { linkDeliveries } from './link-step.ts';
import { modelInForce, startingModel } from './model.ts';
import { type KnownPerson, type LinkBed, numberFor, openActor, openLinkBed } from './testing.ts';
import { proposeModel } from './train.ts';

const PHONE = '13912345678';
let home: LinkBed;
before(async () => {
  home = await openLinkBed([101, 301]);
});
after(() => home.close());

const SURNAMES = '王李张刘陈杨赵黄周吴';
const GIVEN = '伟芳娜敏静丽强磊军洋艳勇';
/** A small register with names, phones and places that repeat as they do in villages; the same each time. */
function people(n: number): KnownPerson[] {
  return Array.from({ length: n }, (_, i) => {
    const birth = `${1940 + (i % 70)}-${String((i % 12) + 1).padStart(2, '0')}-${String((i % 28) + 1).padStart(2, '0')}`;
    const sex = i % 2 === 0 ? ('female' as const) : ('male' as const);
    const household = Math.floor(i / 4);
    return {
      ...{ id: i + 1, household, number: numberFor(birth, i % 1000), birth, sex, hukou: `H${household}` },
      name: `${SURNAMES[i % 10]}${GIVEN[(i * 7) % 12]}${GIVEN[(i * 5 + Math.floor(i / 12)) % 12]}`,
      division: i % 2 === 0 ? 101 : 301,
      phone: `138${String(10_000_000 + household)}`,
    };
  });
}

test('a row with neither number nor birth date is weighed by name and phone, and asked with its evidence in bits', async () => {
  const known: KnownPerson = {
    ...{ id: 9001, household: 9001, number: numberFor('1970-04-04', 9), name: '单雄信', sex: 'male' as const },
    ...{ birth: '1970-04-04', hukou: 'H9001', division: 101, phone: PHONE },
  };
  await home.register([...people(400), known]);
  const d = await home.delivery('migrant-work', [
    { row: 1, name: '单雄信', phone: PHONE },
    { row: 2, name: '无此人', phone: '13700000000' },
  ]);
  await runStep(home.context(), 'weigh-1', (c) => linkDeliveries(c, [d]));
  assert.deepEqual(await home.links(d.deliveryId), [
    [1, 9001, 'weight', false, 'weight'],
    [2, null, 'none', false, 'no-number'],
  ]);
  const { rows } = await home.bed.admin.query(
    'select weight, probability, weights, model from linkage.decision where delivery_id = $1',
    [d.deliveryId],
  );
  const [kept] = rows;
  assert.equal(rows.length, 1);
  const { prior, fields } = kept.weights as { prior: number; fields: { field: string; level: string; bits: number }[] };
  assert.deepEqual(
    fields.map((f) => [f.field, f.level]),
    [
      ['name', 'exact'],
      ['phone', 'exact'],
      // Relatives share a telephone: that much is taken off again.
      ['kin', 'shared'],
    ],
  );
  // A waterfall that does not add up explains nothing.
  assert.ok(Math.abs(prior + fields.reduce((sum, f) => sum + f.bits, 0) - kept.weight) < 1e-3);
  assert.ok(kept.probability > 0.9);
  assert.equal(kept.model, startingModel(home.context().bundle).hash);
});

test('two rows of one household’s list are not one person', async () => {
  const twin = (id: number, name: string): KnownPerson => ({
    ...{ id, household: 9100, number: numberFor('1999-09-09', id % 1000), name, sex: 'male' as const },
    ...{ birth: '1999-09-09', hukou: 'H9100', division: 101 },
  });
  await home.register([...people(400), twin(9101, '尉迟恭'), twin(9102, '尉迟功')]);
  const d = await home.delivery(
    'land',
    [
      { row: 1, name: '尉迟恭', birth: '1999-09-09', sex: 'male', division: 101 },
      { row: 2, name: '尉迟工', birth: '1999-09-09', sex: 'male', division: 101 },
    ],
    ['L1', 'L1'],
  );
  await runStep(home.context(), 'weigh-2', (c) => linkDeliveries(c, [d]));
  const [first, second] = await home.links(d.deliveryId);
  assert.deepEqual(first?.slice(0, 3), [1, 9101, 'weight']);
  assert.notEqual(second?.[1], 9101);
});

test('a model is proposed by a job of its own, used by no run before a person adopts it, and has no listing of persons', async () => {
  const register = people(600);
  await home.register(register);
  const rows = register.map((p, i) => ({ row: i + 1, number: p.number, name: p.name, birth: p.birth, sex: p.sex }));
  const d = await home.delivery('employment', rows);
  const { runId: _run, period: _period, ...context } = home.context();
  const proposed = await proposeModel(context, [d]);
  const again = await proposeModel(context, [d]);
  assert.equal(again.hash, proposed.hash);
  const own = proposed.model.rarities.filter((r) => !r.field.startsWith('name') && r.field !== 'birth_date');
  assert.ok(own.length > 0 && own.every((r) => r.listed.length === 0));
  const system = { id: '00000000-0000-7000-8000-000000000001', purpose: '试' };
  const force = () => home.bed.db.withActor(system, (tx) => modelInForce(tx, context.bundle));
  assert.equal((await force()).origin, 'starting');
  await assert.rejects(
    home.bed.db.withActor(system, (tx) => adoptModel(tx, 'ffffffff', '试')),
    { code: 'model-unknown' },
  );
  await home.bed.db.withActor(system, (tx) => adoptModel(tx, proposed.hash.slice(0, 10), '看过各字段的分值'));
  assert.deepEqual(await force(), { hash: proposed.hash, origin: 'adopted' });
  const [listed] = await home.bed.db.withActor(system, (tx) => listModels(tx));
  assert.deepEqual([listed?.state, listed?.reason], ['adopted', '看过各字段的分值']);
  // Another model in force links the delivery again; the same one does not.
  const step = (name: string) => runStep(home.context(), name, (c) => linkDeliveries(c, [d]));
  assert.equal(((await step('weigh-3')).result as { deliveries: number }).deliveries, 1);
  assert.equal(((await step('weigh-4')).result as { deliveries: number }).deliveries, 0);
});

test('undoing opens the question again, with what was judged with it', async () => {
  const clerk = { id: await openActor(home.bed, 'township', 101), purpose: '核对' };
  const { rows } = await home.bed.admin.query(`select id from linkage.decision where person_id = 9001`);
  const id = String(rows[0].id);
  const act = <T>(work: Parameters<typeof home.bed.db.withActor<T>>[1]) => home.bed.db.withActor(clerk, work);
  await assert.rejects(
    act((tx) => undoLink(tx, { id, reason: '看错' })),
    { code: 'link-open' },
  );
  await act((tx) => decideLink(tx, { id, state: 'confirmed', note: '电话核实' }));
  await act((tx) => undoLink(tx, { id, reason: '看错了行' }));
  const after = await home.bed.admin.query('select state, decided_by, note from linkage.decision where id = $1', [id]);
  assert.deepEqual(after.rows[0], { state: 'open', decided_by: null, note: null });
  await act((tx) => decideLink(tx, { id, state: 'rejected', note: '不是本人' }));
  const trail = await home.bed.admin.query(`select purpose from audit.entry where action = 'linkage.undo'`);
  assert.deepEqual(
    trail.rows.map((r) => r.purpose),
    ['看错了行'],
  );
});
