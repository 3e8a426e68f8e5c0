import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openEngine } from '../../../platform/engine/index.ts';
import {
  clustersOf,
  csvForm,
  guessConfiguration,
  keySide,
  type Linked,
  linkPrepared,
  linkTables,
  matcherOf,
  modelHash,
  openCsv,
  type Place,
  prepareSide,
  readModel,
  readPlan,
  reviewColumns,
  reviewSelect,
  trainModel,
  weightsChart,
  writeModel,
} from './index.ts';
import { chineseFiles, csv, englishDuplicates } from './testing.ts';

const work = await mkdtemp(join(tmpdir(), 'doudi-matching-'));
const engine = await openEngine({ tempDir: join(work, 'spill'), memoryMb: 1024 });
const place: Place = { engine, work };
after(async () => {
  engine.close();
  await rm(work, { recursive: true, force: true });
});

const PLAN = readPlan(
  `fields:
  - { kind: name, column: 姓名 }
  - { kind: sex, column: 性别 }
  - { kind: birth-date, column: 出生日期 }
  - { kind: phone, column: 电话, separators: "/" }
  - { kind: address, column: 住址 }
`,
  'test.yaml',
);
const HEADER = '编号,姓名,性别,出生日期,电话,住址';

async function open(name: string, text: string | Buffer): Promise<{ columns: string[] }> {
  const path = join(work, `${name}.csv`);
  await writeFile(path, text);
  const form = await csvForm(path);
  await openCsv(place, path, form, form.columns, name);
  return form;
}

/** Found pairs by the ids in the first column. */
async function pairs(linked: Linked, left: string, right: string, least = 0.5): Promise<Map<string, number>> {
  const rows = await engine.all<{ a: string; b: string; p: number }>(
    `SELECT a."编号" AS a, b."编号" AS b, d.probability AS p FROM ${linked.decided} AS d JOIN ${left} AS a ON a.rid = d.l JOIN ${right} AS b ON b.rid = d.r WHERE d.probability >= ${least} ORDER BY a, b`,
  );
  return new Map(rows.map((row) => [`${row.a} ${row.b}`, row.p]));
}

function measured(found: Iterable<string>, truth: Set<string>): { precision: number; recall: number } {
  const all = [...found];
  const right = all.filter((pair) => truth.has(pair)).length;
  return { precision: right / all.length, recall: right / truth.size };
}

const made = chineseFiles(1000, 1);
await open('cl', csv(HEADER, made.left));
await open('cr', csv(HEADER, made.right));
const first = await linkTables(place, PLAN, { left: 'cl', right: 'cr' }, { prefix: 'first' });

test('two Chinese registers without any number are linked', async () => {
  const { precision, recall } = measured((await pairs(first, 'cl', 'cr')).keys(), made.truth);
  assert.ok(precision >= 0.99 && recall >= 0.97, `precision ${precision}, recall ${recall}`);
  assert.ok(first.compared > made.truth.size);
});

test('the bits of a pair add up, and the review list shows them by name', async () => {
  const sum = first.model.comparisons.map((_, k) => `b${k}`).join(' + ');
  const [row] = await engine.all<{ off: number }>(
    `SELECT max(abs(bits - (${first.prior} + ${sum} + shared))) AS off FROM ${first.scored}`,
  );
  assert.ok(Number(row?.off) < 1e-3, `off by ${row?.off}`);
  await engine.run(
    'CREATE OR REPLACE TEMP TABLE cl_id AS SELECT rid, "编号" AS id FROM cl; CREATE OR REPLACE TEMP TABLE cr_id AS SELECT rid, "编号" AS id FROM cr',
  );
  const rows = await engine.all(reviewSelect(first, 'cl_id', 'cr_id'));
  const records = new Set(rows.map((r) => r.right_id));
  assert.equal(records.size, first.review);
  if (rows[0]) assert.equal(Object.keys(rows[0]).length, reviewColumns(first).length);
});

test('a saved model given back gives the same links, and a second training the same model', async () => {
  const text = writeModel(first.model);
  const model = readModel(text, 'model.json');
  assert.equal(modelHash(model), first.modelHash);
  const again = await linkTables(place, PLAN, { left: 'cl', right: 'cr' }, { prefix: 'again', model });
  assert.deepEqual(await pairs(again, 'cl', 'cr', 0), await pairs(first, 'cl', 'cr', 0));
  const trained = await linkTables(place, PLAN, { left: 'cl', right: 'cr' }, { prefix: 'trained' });
  assert.equal(trained.modelHash, first.modelHash);
});

test('a side kept prepared gives for a small delivery what the same rows have in a full one', async () => {
  const { model } = first;
  const matcher = matcherOf(PLAN, model, false);
  const left = await keySide(
    place,
    matcher,
    model,
    await prepareSide(place, PLAN.fields, 'left', 'cl', 'kept0'),
    'kept',
  );
  await engine.run('CREATE OR REPLACE TEMP TABLE part AS SELECT * FROM cr WHERE rid <= 50');
  const right = await keySide(
    place,
    matcher,
    model,
    await prepareSide(place, PLAN.fields, 'right', 'part', 'part0'),
    'part1',
  );
  const linked = await linkPrepared(place, PLAN, model, left, right, { prefix: 'daily' });
  const whole = await engine.all(`SELECT l, r, bits FROM ${first.scored} WHERE r <= 50 ORDER BY l, r`);
  assert.ok(whole.length > 20);
  assert.deepEqual(await engine.all(`SELECT l, r, bits FROM ${linked.scored} ORDER BY l, r`), whole);
});

test('a third of the cells empty, and a column missing on one side, still links', async () => {
  const sparse = chineseFiles(1200, 2, 0.3);
  await open('sl', csv(HEADER, sparse.left));
  await open(
    'sr',
    csv(
      '编号,姓名,性别,出生日期,电话',
      sparse.right.map((r) => r.slice(0, 5)),
    ),
  );
  const plan = readPlan(
    'fields:\n  - { kind: name, column: 姓名 }\n  - { kind: birth-date, column: 出生日期 }\n  - { kind: phone, column: 电话 }\n  - { kind: sex, column: 性别 }\n',
    'test.yaml',
  );
  const linked = await linkTables(place, plan, { left: 'sl', right: 'sr' }, { prefix: 'sparse' });
  const { precision, recall } = measured((await pairs(linked, 'sl', 'sr')).keys(), sparse.truth);
  assert.ok(precision >= 0.97 && recall >= 0.8, `precision ${precision}, recall ${recall}`);
});

test('of several telephones in a cell the one that agrees counts', async () => {
  const several = made.right.map((r) => r.map((cell, i) => (i === 4 && cell !== '' ? `0527-86220000/${cell}` : cell)));
  await open('mr', csv(HEADER, several));
  const linked = await linkTables(place, PLAN, { left: 'cl', right: 'mr' }, { prefix: 'several', model: first.model });
  const one = await pairs(first, 'cl', 'cr');
  const two = await pairs(linked, 'cl', 'mr');
  const kept = [...one.keys()].filter((pair) => two.has(pair)).length;
  assert.ok(kept / one.size >= 0.995, `${kept} of ${one.size}`);
});

test('an English file falls into its persons', async () => {
  const english = englishDuplicates(180, 3);
  const form = await open('en', csv('rec_id, first_name, surname, dob, city, email', english.rows));
  assert.deepEqual(form.columns, ['rec_id', 'first_name', 'surname', 'dob', 'city', 'email']);
  const plan = readPlan(
    'fields:\n  - { kind: given-name, column: first_name }\n  - { kind: surname, column: surname }\n  - { kind: birth-date, column: dob }\n  - { kind: locality, column: city }\n  - { kind: email, column: email }\n',
    'test.yaml',
  );
  const linked = await linkTables(place, plan, { left: 'en', right: null }, { prefix: 'en' });
  const cluster = await clustersOf(place, plan, linked, linked.left, 0);
  const persons = english.rows.map((r) => english.truth.get(r[0] as string));
  let together = 0;
  let found = 0;
  let right = 0;
  for (let i = 0; i < persons.length; i++)
    for (let j = i + 1; j < persons.length; j++) {
      const same = persons[i] === persons[j];
      const joined = cluster[i] === cluster[j];
      if (same) together++;
      if (joined) found++;
      if (same && joined) right++;
    }
  const f1 = (2 * right) / (together + found);
  assert.ok(f1 >= 0.95, `F1 ${f1}`);
});

test('a model is refused for other fields, and a damaged one is', async () => {
  const plan = readPlan('fields:\n  - { kind: name, column: 姓名 }\n', 'test.yaml');
  assert.throws(() => matcherOf(plan, first.model, false), { code: 'link-model-fit' });
  assert.throws(() => readModel('{"format":1}', 'm.json'), { code: 'link-model' });
  assert.throws(() => readPlan('fields: []', 'c.yaml'), { code: 'link-config' });
  assert.throws(() => readPlan('id: 姓名\nfields:\n  - { kind: name, column: 姓名 }\n', 'c.yaml'), {
    code: 'link-config',
  });
  const other = { ...first.model, digest: '0/0' };
  const prepared = await prepareSide(place, PLAN.fields, 'left', 'cl', 'other0');
  await assert.rejects(keySide(place, matcherOf(PLAN, other, false), other, prepared, 'other1'), {
    code: 'link-model-engine',
  });
});

test('columns are guessed by name and content; what a truth would be called is not used', () => {
  const column = (name: string, values: string[], unique = false) => ({ name, values, empty: 0, unique });
  const yaml = guessConfiguration(
    [
      column('rec_id', ['a', 'b'], true),
      column('XM', ['王伟', '李芳']),
      column('出生年月', ['1960-01-02', '1971-11-30']),
      column('x7', ['13812345678', '15912345678']),
      column('cluster', ['0', '1']),
    ],
    null,
  );
  const plan = readPlan(yaml, 'guessed');
  assert.equal(plan.id.left, 'rec_id');
  assert.deepEqual(
    plan.fields.map((f) => [f.kind, f.left[0]]),
    [
      ['name', 'XM'],
      ['birth-date', '出生年月'],
      ['phone', 'x7'],
    ],
  );
});

test('a GB18030 file and one with a BOM and quotes are read as they are meant', async () => {
  // 王伟 in GB18030: cd f5 ce b0
  const gb = Buffer.concat([Buffer.from('id,name\n1,'), Buffer.from([0xcd, 0xf5, 0xce, 0xb0]), Buffer.from('\n')]);
  await open('gb', gb);
  assert.deepEqual(await engine.all('SELECT rid::INTEGER AS rid, id, name FROM gb'), [
    { rid: 1, id: '1', name: '王伟' },
  ]);
  const form = await open('bom', '\ufeffid; "name"\n1;"Smith; John"\n2;x\n');
  assert.deepEqual(form.columns, ['id', 'name']);
  assert.deepEqual(await engine.all('SELECT name FROM bom ORDER BY rid'), [{ name: 'Smith; John' }, { name: 'x' }]);
});

test('the chart of weights stands by itself', async () => {
  const svg = weightsChart(first.model);
  assert.match(svg, /^<svg xmlns/);
  for (const { id } of first.model.comparisons) assert.ok(svg.includes(`>${id}</text>`));
  assert.doesNotMatch(svg, /href=|<script/);
  assert.ok((await readFile(join(work, 'cl.csv'), 'utf8')).length > 0);
});

test('a file with a header and no rows has no links', async () => {
  await open('none', `${HEADER}\n`);
  const linked = await linkTables(place, PLAN, { left: 'cl', right: 'none' }, { prefix: 'none' });
  assert.equal((await pairs(linked, 'cl', 'none')).size, 0);
});

test('training says what is missing', async () => {
  await open('lonely', 'a\n1\n2\n');
  const plan = readPlan('fields:\n  - { kind: name, left: a, right: b }\n', 'test.yaml');
  const nothing = { ...plan, fields: plan.fields.map((f) => ({ ...f, right: [] })) };
  const left = await prepareSide(place, nothing.fields, 'left', 'lonely', 'lonely0');
  await assert.rejects(trainModel(place, nothing, left, { ...left, side: 'right' }), { code: 'link-nothing-common' });
});
