import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { system } from '../../../platform/database/index.ts';
import { literal } from '../../../platform/engine/index.ts';
import { openIdentity } from '../batch.ts';
import { openRow } from '../index.ts';
import { citizenNumber, type IntakeBed, openIntakeBed } from '../testing.ts';

let it: IntakeBed;
before(async () => {
  it = await openIntakeBed();
});
after(() => it.close());

const A = citizenNumber('321324', '19700101', 1);
const B = citizenNumber('321324', '19850615', 24);
const HEADER = '号牌号码,所有人证件号,所有人,车辆类型,使用性质,初次登记日期,车辆价值(元),车辆状态\n';

test('a file becomes accepted rows, sealed identities and rows that open again', async () => {
  const text = `${HEADER}苏N00001,${A},张三,小型轿车,非营运,2019-03-05,81000.50,正常
"苏N00002",${B.toLowerCase()},李 四,轿车,,2020/1/9,"79,999.90",正常
苏N00003,,王五,火箭,,2020-01-09,1,正常
苏N00004,,王五,轿车,,2020-02-30,1,正常
苏N00005,,赵六,轿车
`;
  const result = await it.take('vehicle', '2026-09', text);
  assert.deepEqual(
    { ...result, deliveryId: '' },
    {
      deliveryId: '',
      feed: 'vehicle',
      period: '2026-09',
      received: 5,
      accepted: 2,
      unchanged: 0,
      quarantined: 3,
      refused: 0,
      reasons: { 'code-unknown': 1, 'date-invalid': 1, 'short-row': 1 },
      repeated: false,
    },
  );
  const [accepted] = await it.bed.db.withActor(system('test'), (tx) => it.bed.lake.list(tx, 'accepted/vehicle'));
  assert.ok(accepted);
  const rows = await it.engine.all(
    `select * exclude (key_hash, content_hash) from read_parquet(${literal(it.bed.lake.path(accepted.path))}) order by row`,
  );
  assert.deepEqual(rows, [
    {
      row: 1n,
      intake_status: 'accepted',
      plate: '苏N00001',
      type: 'car',
      use: 'private',
      registered: '2019-03-05',
      value: 8100050n,
      status: 'normal',
    },
    {
      row: 2n,
      intake_status: 'accepted',
      plate: '苏N00002',
      type: 'car',
      use: null,
      registered: '2020-01-09',
      value: 7999990n,
      status: 'normal',
    },
  ]);
  const plain = await openIdentity(it.bed, result);
  const persons = await it.engine.all(`select * from read_parquet(${literal(plain)}) order by row`);
  await rm(dirname(plain), { recursive: true });
  assert.deepEqual(persons[1], {
    row: 2n,
    role: 'self',
    number: B,
    number_valid: true,
    number_raw: B.toLowerCase(),
    name: '李四',
    sex: null,
    birth: null,
    phone: null,
    address: null,
    division: null,
  });
  const opened = await it.bed.db.withActor(system('test'), (tx) =>
    openRow(tx, it.bed.lake, { deliveryId: result.deliveryId, row: 2 }),
  );
  assert.deepEqual(opened.cells, ['苏N00002', B.toLowerCase(), '李 四', '轿车', '', '2020/1/9', '79,999.90', '正常']);
});
