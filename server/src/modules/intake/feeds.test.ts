import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { system } from '../../platform/database/index.ts';
import { literal } from '../../platform/engine/index.ts';
import { insertConsent } from './authorisation/store.ts';
import { type FeedContract, feedContracts } from './domain/contract.ts';
import { sendList } from './exchange/send.ts';
import { CODES, type IntakeBed, nationalBundle, openIntakeBed } from './testing.ts';

/** What a sample must give, row by row; money in fen, areas and rates in hundredths, divisions by code. */
interface Expected {
  period: string;
  /** Whose rows may be kept, where the scope is a list or consents. */
  entitled?: string[];
  account: {
    received: number;
    accepted: number;
    unchanged: number;
    quarantined: number;
    refused: number;
    reasons: Record<string, number>;
  };
  quarantine: { row: number; reason: string; column: string | null }[];
  refused: number[];
  accepted: Record<string, string | number | null>[];
}

const PACKS = fileURLToPath(new URL('../../../../packs/', import.meta.url));
const beside = (contract: FeedContract, name: string) => `${PACKS}${contract.path.replace(/\.yaml$/, '')}.${name}`;
const contracts = feedContracts(nationalBundle());

let it: IntakeBed;
before(async () => {
  it = await openIntakeBed();
  await it.bed.admin.query(`insert into registry.division (id, level) values (100, 'village')`);
});
after(() => it.close());

test('every contract has its sample and what the sample gives', () => {
  const lacking = contracts.filter(
    (c) => !existsSync(beside(c, 'sample.csv')) || !existsSync(beside(c, 'expected.json')),
  );
  assert.deepEqual(
    lacking.map((c) => c.path),
    [],
  );
});

test('every department of the field has its feed', () => {
  const departments = new Set(contracts.map((c) => c.department));
  // The rows of the field's table of feeds (公安 … 工会/妇联/慈善/红会), by who sends them.
  for (const name of [
    '公安',
    '公安出入境',
    '公安交管',
    '民政',
    '民政殡葬',
    '民政社会组织',
    '医保',
    '人社',
    '残联',
    '教育',
  ])
    assert.ok(departments.has(name), name);
  for (const name of ['住建', '自然资源', '市场监管', '税务', '住房公积金', '银行业金融机构', '证券期货经营机构'])
    assert.ok(departments.has(name), name);
  for (const name of ['保险机构', '非银行支付机构', '司法', '法院', '应急、交警', '消防救援', '农业农村', '卫健'])
    assert.ok(departments.has(name), name);
  for (const name of ['工会', '妇联', '慈善会', '红十字会', '交通运输']) assert.ok(departments.has(name), name);
  for (const c of contracts.filter((x) => x.department.includes('金融') || x.path.includes('/finance/')))
    assert.equal(c.scope, 'authorised', c.id);
});

async function giveBasis(contract: FeedContract, numbers: readonly string[]): Promise<void> {
  if (contract.scope === 'list') {
    const persons = numbers.map((number) => ({ number, name: '示例' }));
    await sendList(it.deps, {
      ...{ feed: contract.id, purpose: '契约样例核对', period: '2026-09', caseRef: null, persons },
      password: 'a password of the sample test',
    });
    return;
  }
  await it.bed.db.withActor(system('test'), async (tx) => {
    for (const number of numbers)
      await insertConsent(
        tx,
        randomUUID(),
        {
          ...{ number, name: '示例', subject: 'applicant', applicant: number, signer: 'self', guardian: null },
          ...{ from: '2026-01-01', until: '2026-12-31', purpose: '契约样例核对', documentSha256: 'a'.repeat(64) },
        },
        { hukou_division_id: 100, residence_division_id: 100 },
      );
  });
}

for (const contract of contracts) {
  test(`the sample of ${contract.id} gives what is expected of it`, async () => {
    const expected = JSON.parse(readFileSync(beside(contract, 'expected.json'), 'utf8')) as Expected;
    if (expected.entitled) await giveBasis(contract, expected.entitled);
    const bytes = readFileSync(beside(contract, 'sample.csv'));
    const result = await it.take(contract.id, expected.period, bytes);
    const { received, accepted, unchanged, quarantined, refused, reasons } = result;
    assert.deepEqual({ received, accepted, unchanged, quarantined, refused, reasons }, expected.account);
    const { rows } = await it.bed.admin.query(
      `select row::int, reason, column_name as column from intake.quarantine where delivery_id = $1 order by row`,
      [result.deliveryId],
    );
    assert.deepEqual(rows, expected.quarantine);
    const turned = await it.bed.admin.query<{ row: number }>(
      `select row::int from intake.refused where delivery_id = $1 order by row`,
      [result.deliveryId],
    );
    assert.deepEqual(
      turned.rows.map((r) => r.row),
      expected.refused,
    );
    const [file] = await it.bed.db.withActor(system('test'), (tx) =>
      it.bed.lake.list(tx, `accepted/${contract.id}/${expected.period}/${result.deliveryId}`),
    );
    assert.ok(file);
    const kept = await it.engine.all(
      `select * exclude (key_hash, content_hash, intake_status) from read_parquet(${literal(it.bed.lake.path(file.path))}) order by row`,
    );
    const divisions = new Set(contract.columns.filter((c) => c.type === 'division').map((c) => c.name));
    const plain = kept.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          divisions.has(name)
            ? (CODES.find((c) => c.code.length === 12 && c.currentId === value)?.code ?? null)
            : typeof value === 'bigint'
              ? Number(value)
              : value,
        ]),
      ),
    );
    assert.deepEqual(plain, expected.accepted);
  });
}
