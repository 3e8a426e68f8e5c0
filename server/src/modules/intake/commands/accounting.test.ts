import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { system } from '../../../platform/database/index.ts';
import { DoudiError } from '../../../platform/errors.ts';
import { citizenNumber, type IntakeBed, openIntakeBed } from '../testing.ts';

let it: IntakeBed;
before(async () => {
  it = await openIntakeBed();
});
after(() => it.close());

const FIELD = String.raw`(?:"(?:[^"]|"")*"|[^",\n][^,\n]*)?`;
const RECORD = new RegExp(`^${FIELD}(?:,${FIELD})*$`);

/** A second, naive count of records: whole file as one string, line by line, joined where quotes hold lines together. */
function naiveCount(body: string, columns: number): number {
  const lines = body.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const fields = (record: string) => [...record.matchAll(new RegExp(`${FIELD}(?:,|$)`, 'y'))].length;
  let n = 0;
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] ?? '').replace(/\r$/, '');
    if (/^[, \t\r\0]*$/.test(line)) continue;
    n++;
    if (RECORD.test(line)) continue;
    let joined = lines[i] ?? '';
    for (let j = i + 1; j < lines.length; j++) {
      joined += `\n${lines[j]}`;
      const record = joined.replace(/\r$/, '');
      if (!RECORD.test(record)) continue;
      if (fields(`${record},`) - 1 === columns) i = j;
      break;
    }
  }
  return n;
}

const HEADER = '结算编号,证件号码,姓名,结算日期,就诊类型,总费用,个人自付';
const ROWS = Array.from({ length: 30 }, (_, i) => {
  const number = citizenNumber('321324', '19800101', i);
  return i % 7 === 3
    ? `S${i},${number},"李,""四""",2026/9/${i % 28},住院,"1,000.00",${i}.50`
    : `S${i},${number},王五,2026-09-${String(i + 1).padStart(2, '0')},门诊,${i}00.00,${i}.50`;
});

type Mutation = (bytes: Buffer, at: number) => Buffer;
const insert =
  (text: string): Mutation =>
  (bytes, at) =>
    Buffer.concat([bytes.subarray(0, at), Buffer.from(text, 'latin1'), bytes.subarray(at)]);
const MUTATIONS: Mutation[] = [
  (bytes, at) => bytes.subarray(0, at),
  insert('\0'),
  insert('\0'.repeat(50)),
  insert('"'),
  insert('\n'),
  insert('\r'),
  insert('\n\n , ,\n'),
  insert(','.repeat(3000)),
  insert('\xff\xfe\x80'),
  insert('x'.repeat(270_000)),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 40)]),
  (bytes, at) => Buffer.concat([bytes, bytes.subarray(at)]),
];

test('mutated files: a clear refusal or an exact account, never a row lost', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...MUTATIONS), fc.nat(3000)), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (mutations, crlf) => {
        const end = crlf ? '\r\n' : '\n';
        let body = Buffer.from(ROWS.map((r) => r + end).join(''));
        for (const [mutate, at] of mutations) body = Buffer.from(mutate(body, at % (body.length + 1)));
        const file = Buffer.concat([Buffer.from(HEADER + end), body]);
        const period = `20${10 + Math.floor(taken / 12)}-${String((taken % 12) + 1).padStart(2, '0')}`;
        taken++;
        const result = await it.take('medical', period, file);
        assert.equal(result.received, naiveCount(body.toString('latin1'), 7));
        assert.equal(result.received, result.accepted + result.unchanged + result.quarantined + result.refused);
        const sum = Object.values(result.reasons).reduce((a, b) => a + b, 0);
        assert.equal(sum, result.quarantined + result.refused);
      },
    ),
    { numRuns: 40, seed: 4 },
  );
  assert.ok(taken >= 40);
  const { rows } = await it.bed.admin.query<{ broken: string }>(`select count(*) as broken from intake.delivery d
    where received <> accepted + unchanged + quarantined + refused
      or quarantined <> (select count(*) from intake.quarantine q where q.delivery_id = d.id)
      or accepted > (select row_count from lake.file f where f.path = d.accepted_path)`);
  assert.equal(rows[0]?.broken, '0');
});

test('files cut within the header, of another feed, or of no kind are refused with a cure', async () => {
  const cases: [string | Buffer, string][] = [
    ['', 'file-empty'],
    [HEADER.slice(0, 12), 'header-missing'],
    ['号牌号码,所有人\n苏N1,张三\n', 'header-missing'],
    [`${HEADER},结算单号\n`, 'header-twice'],
    [Buffer.alloc(5000), 'header-missing'],
    [Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'file-xls'],
    [Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(200)]), 'zip-damaged'],
  ];
  for (const [content, code] of cases) {
    await assert.rejects(it.take('medical', '2026-09', content), (error: unknown) => {
      assert.ok(error instanceof DoudiError);
      assert.equal(error.code, code);
      assert.ok(error.cure.length > 0);
      return true;
    });
  }
  await assert.rejects(it.take('medical', '2026-13', HEADER), { code: 'period-invalid' });
  await assert.rejects(it.take('nothing', '2026-09', HEADER), { code: 'feed-unknown' });
  const current = await it.bed.db.withActor(system('test'), (tx) => it.bed.lake.list(tx, 'accepted/medical/2026-09'));
  assert.deepEqual(current, []);
});
