import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { system } from '../../../platform/database/index.ts';
import { openContainer } from '../source/xlsx/container.ts';
import { citizenNumber, type IntakeBed, openIntakeBed } from '../testing.ts';
import { qualityDocument } from './document.ts';
import { linesText, qualityReport, reportTemplate } from './report.ts';

let it: IntakeBed;
before(async () => {
  it = await openIntakeBed();
});
after(() => it.close());

test('line numbers are written as a person writes them', () => {
  assert.equal(linesText([2, 3, 5, 8, 9, 10, 11]), '2、3、5、8–11');
  assert.equal(linesText([]), '');
});

const NUMBER = citizenNumber('321324', '19700101', 1);
const HEADER = '火化编号,逝者身份证号,逝者姓名,性别,出生日期,火化日期,户籍村居代码\n';
const FILE = `${HEADER}C1,${NUMBER},张三,男,1970-01-01,2026-09-02,321324101201
C2,,李四,男,1970-01-01,2026-02-30,321324101201
C3,,王五,不明,1970-01-01,2026-09-02,321324101201
C4,,赵六,女,1970-01-01,2026-02-31,321324101201
C5,,钱七,女,1970-01-01,2026-09-02,320826101201
`;

/** The text of a .docx in the order of its parts. */
async function wordsOf(bytes: Buffer): Promise<string> {
  const file = join(it.bed.dir, 'report.docx');
  await writeFile(file, bytes);
  const container = await openContainer(file);
  const parts: Buffer[] = [];
  for await (const chunk of container.bytes('word/document.xml', 1 << 20)) parts.push(chunk);
  container.close();
  return [
    ...Buffer.concat(parts)
      .toString('utf8')
      .matchAll(/<w:t[^>]*>([^<]*)<\/w:t>/g),
  ]
    .map((m) => m[1])
    .join('|');
}

test('a department is told which rows, why and how to mend them, and of nobody', async () => {
  await it.take('deaths-cremation', '2026-09', FILE);
  const { report, template } = await it.bed.db.withActor(system('test'), async (tx) => ({
    report: await qualityReport(tx, it.bundle, '民政殡葬', '2026-09'),
    template: reportTemplate(it.bundle),
  }));
  const [feed] = report.feeds;
  assert.ok(feed && report.feeds.length === 1);
  assert.deepEqual(
    [feed.state, feed.due, feed.received, feed.accepted, feed.quarantined, feed.refused],
    ['late', '2026-10-10', 5, 1, 3, 1],
  );
  // Lines of the department's own file, the header being the first; of a refused row only its place is kept.
  assert.deepEqual(
    feed.rows.map((r) => [r.reason, r.refused, r.count, r.lines]),
    [
      ['date-invalid', false, 2, [3, 5]],
      ['code-unknown', false, 1, [4]],
      ['outside-county', true, 1, [5]],
    ],
  );
  assert.deepEqual(
    feed.alarms.map((a) => a.kind),
    ['missing-column', 'unknown-code'],
  );
  const words = await wordsOf(await qualityDocument(report, template));
  for (const told of [
    '2026 年 9 月 数据质量反馈',
    '民政殡葬：',
    '火化记录',
    '逾期收到',
    '3、5',
    '表头下第 5',
    '火化日期',
    '10 个工作日',
  ])
    assert.ok(words.includes(told), told);
  for (const never of [NUMBER, '张三', '李四', '王五', '钱七', '{']) assert.ok(!words.includes(never), never);
});

test('a department that sent nothing is told so; one that is unknown is not found', async () => {
  const report = (department: string) =>
    it.bed.db.withActor(system('test'), (tx) => qualityReport(tx, it.bundle, department, '2026-09'));
  const police = await report('公安交管');
  assert.deepEqual(
    police.feeds.map((f) => [f.feed, f.state, f.alarms.map((a) => a.kind)]),
    [['vehicle', 'missing', ['late']]],
  );
  await assert.rejects(report('不存在的局'), { code: 'department-unknown' });
});
