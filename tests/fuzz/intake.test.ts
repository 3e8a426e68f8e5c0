import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openRow } from '../../server/src/modules/intake/index.ts';
import { citizenNumber, type IntakeBed, openIntakeBed } from '../../server/src/modules/intake/testing.ts';
import { system } from '../../server/src/platform/database/index.ts';
import { literal } from '../../server/src/platform/engine/index.ts';
import { DoudiError } from '../../server/src/platform/errors.ts';
import { mutatedFile } from './intake-files.ts';

const nightly = process.env.DOUDI_NIGHTLY === '1';
const FILES = nightly ? 2000 : 60;
/** No file of a few hundred kilobytes may take longer, on however busy a machine. */
const PATIENCE = 60_000;

let it: IntakeBed;
before(async () => {
  it = await openIntakeBed();
});
after(() => it.close());

const periodOf = (n: number) => `${1000 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`;

/** Every record of a delivery has one fate and one only; gives how many rows opened again. */
async function accounted(deliveryId: string, received: number, unchanged: number): Promise<void> {
  const { rows } = await it.bed.admin.query<{ row: string }>(
    `select row from intake.quarantine where delivery_id = $1 union all select row from intake.refused where delivery_id = $1`,
    [deliveryId],
  );
  const { rows: files } = await it.bed.admin.query<{ accepted_path: string; bytes: string }>(
    'select accepted_path, bytes from intake.delivery where id = $1',
    [deliveryId],
  );
  const [file] = files;
  assert.ok(file);
  const stored = await it.engine.all<{ row: bigint }>(
    `select row from read_parquet(${literal(it.bed.lake.path(file.accepted_path))})`,
  );
  const fates = [...rows.map((r) => Number(r.row)), ...stored.map((r) => Number(r.row))];
  assert.equal(new Set(fates).size, fates.length, 'a row has two fates');
  assert.ok(fates.every((row) => row >= 1 && row <= received));
  assert.equal(fates.length + unchanged, received, 'a row was lost');
  const { rows: spans } = await it.bed.admin.query<{ from: string; to: string }>(
    `select from_byte as from, to_byte as to from intake.damage where delivery_id = $1 order by 1`,
    [deliveryId],
  );
  let last = 0;
  for (const span of spans) {
    assert.ok(Number(span.from) >= last && Number(span.to) <= Number(file.bytes), 'spans overlap');
    last = Number(span.to);
  }
  if (received > 0)
    for (const row of new Set([1, received]))
      await it.bed.db.withActor(system('test'), (tx) => openRow(tx, it.bed.lake, { deliveryId, row }));
}

test(`${FILES} mutated files: a clear refusal or an exact account; none crashes, hangs or loses a row`, async () => {
  let taken = 0;
  const refusals = new Map<string, number>();
  for (let seed = 1; seed <= FILES; seed++) {
    const file = mutatedFile(seed);
    const where = `file ${seed} (${file.done.join(', ')})`;
    try {
      const ended = new AbortController();
      const result = await Promise.race([
        it.take('medical', periodOf(seed), file.bytes, file.name),
        wait(PATIENCE, undefined, { signal: ended.signal }).then(() => {
          throw new Error('hangs');
        }),
      ]).finally(() => ended.abort());
      assert.equal(result.received, result.accepted + result.unchanged + result.quarantined + result.refused);
      const reasons = Object.values(result.reasons).reduce((a, b) => a + b, 0);
      assert.equal(reasons, result.quarantined + result.refused);
      await accounted(result.deliveryId, result.received, result.unchanged);
      taken++;
    } catch (error) {
      if (error instanceof DoudiError && error.kind !== 'failed') {
        assert.ok(error.message.length > 4 && error.cure.length > 4, where);
        refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1);
        continue;
      }
      if (error instanceof Error) error.message = `${where}: ${error.message}`;
      throw error;
    }
  }
  // Neither all refused nor all taken: the files are as mixed as they are meant to be.
  assert.ok(taken > FILES / 3 && taken < FILES, `${taken} taken, refused: ${JSON.stringify([...refusals])}`);
  if (nightly) console.log(`${taken} taken; refused: ${JSON.stringify(Object.fromEntries(refusals))}`);
  const left = await it.bed.db.withActor(system('test'), (tx) => it.bed.lake.clean(tx));
  assert.equal(left.removed, 0, 'work files were left');
});

test('bad rows of every kind never block the good ones', async () => {
  const rows = nightly ? 1_000_000 : 5_000;
  const good = (i: number) =>
    `G${i},${citizenNumber('321324', '19800101', i % 1000)},张三,2026-09-${String(1 + (i % 28)).padStart(2, '0')},门诊,${i}.00,1.50\n`;
  const bad = [
    'B1,,李四,2026-09-01,门诊\n',
    'B2,,李四,2026-09-01,门诊,1,1,1\n',
    'B3,,"李四,2026-09-01,门诊,1,1\n',
    'B4,,李\u0000四,2026-09-01,门诊,1,1\n',
    'B5,,李四,2026-02-30,门诊,1,1\n',
    'B6,,李四,2026-09-01,火箭,1,1\n',
    'B7,,李四,2026-09-01,门诊,一元,1\n',
    `B8,,${'李'.repeat(100_000)},2026-09-01,门诊,1,1\n`,
    Buffer.from([...Buffer.from('B9,,'), 0xff, 0xfe, ...Buffer.from(',2026-09-01,门诊,1,1\n')]),
    'B0,,李四,2026-09-01,门诊,1,1\nB0,,李四,2026-09-02,门诊,1,1\n',
  ];
  const pieces: Buffer[] = [Buffer.from('结算编号,证件号码,姓名,结算日期,就诊类型,总费用,个人自付\n')];
  const every = Math.floor(rows / bad.length);
  for (let from = 0, n = 0; from < rows; from += every, n++) {
    pieces.push(Buffer.from(Array.from({ length: Math.min(every, rows - from) }, (_, i) => good(from + i)).join('')));
    const line = bad[n];
    if (line) pieces.push(Buffer.from(line));
  }
  const result = await it.take('medical', '2026-09', Buffer.concat(pieces));
  assert.equal(result.accepted, rows);
  assert.deepEqual(result.reasons, {
    'short-row': 1,
    'long-row': 1,
    'bad-quote': 1,
    'control-character': 1,
    'date-invalid': 1,
    'code-unknown': 1,
    'money-form': 1,
    'too-long': 1,
    encoding: 1,
    'key-conflict': 2,
  });
  assert.equal(result.received, rows + 11);
});
