import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { DoudiError } from '../../../../platform/errors.ts';
import { feedContracts, getContract } from '../../domain/contract.ts';
import { nationalBundle } from '../../testing.ts';
import { workbookOf, workbookParts, zipOf } from '../../testing-files.ts';
import { numberText } from './sheet.ts';
import { transcribe } from './transcript.ts';
import { XmlScanner } from './xml.ts';

const contract = getContract(feedContracts(nationalBundle()), 'custody');
let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'doudi-xlsx-'));
});
after(() => rm(dir, { recursive: true }));

const HEAD = `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="inlineStr"><is><t>姓名</t></is></c><c r="C2" t="str"><f>1</f><v>类别</v></c><c r="D2" t="s"><v>1</v></c><c r="F2" t="s"><v>2</v></c></row>`;
const STRINGS = ['身份证号码', '起始日期', '释放日期'];

async function read(bytes: Buffer, of = contract): Promise<string> {
  const file = join(dir, 'delivered.xlsx');
  await writeFile(file, bytes);
  const work = await mkdtemp(join(dir, 'work-'));
  const { transcripts } = await transcribe(of, file, work);
  const texts = await Promise.all(transcripts.map((t) => readFile(t.file, 'utf8')));
  return texts.join('----\n');
}

test('cells of every kind come out as a spreadsheet shows them', async () => {
  const rows = `<row r="1"><c r="A1" t="inlineStr"><is><t>某局 名单</t></is></c></row>${HEAD}
<row r="3"><c r="A3"><v>3.2132419700101002E+17</v></c><c r="B3" t="inlineStr"><is><r><t>张</t></r><r><t xml:space="preserve"> 三&amp;&#x56DB;</t></r></is></c><c r="C3"><v>0.30000000000000004</v></c><c r="D3" s="1"><v>46266</v></c><c r="F3" s="2"><v>46266.5</v></c></row>
<row r="5"><c t="inlineStr"><is><t><![CDATA[a,"b"]]></t></is></c><c t="b"><v>1</v></c><c s="3"><v>12</v></c><c t="e"><v>#N/A</v></c></row>
<row r="6"/><row r="7"><c r="G7"><v>1</v></c></row>`;
  assert.deepEqual(
    (await read(workbookOf({ 名单: rows, 说明: '<row><c t="b"><v>0</v></c></row>' }, STRINGS))).split('\n'),
    [
      '某局 名单',
      '身份证号码,姓名,类别,起始日期,,释放日期',
      '3.21324197001010E+17,张 三&四,0.3,2026-09-01,,2026-09-01 12:00:00',
      '',
      '"a,""b""",TRUE,12,#N/A,,',
      ',,,,,',
      ',,,,,,1',
      '',
    ],
  );
});

test('numbers keep what is theirs', () => {
  assert.equal(numberText('123456789012345', false, false), '123456789012345');
  assert.equal(numberText('1234.5600000000001', false, false), '1234.56');
  assert.equal(numberText('1E-7', false, false), '0.0000001');
  assert.equal(numberText('1', true, false), '1900-01-01');
  assert.equal(numberText('44804', true, true), '2026-09-01');
});

test('every sheet with the header is read; a named one alone, or its lack is told', async () => {
  const row = (text: string) => `<row r="3"><c r="B3" t="inlineStr"><is><t>${text}</t></is></c></row>`;
  const two = workbookOf(
    { 一: HEAD + row('甲'), 说明: '<row><c t="b"><v>1</v></c></row>', 二: HEAD + row('乙') },
    STRINGS,
  );
  const header = '\n身份证号码,姓名,类别,起始日期,,释放日期\n';
  assert.equal(await read(two), `${header},甲,,,,\n----\n${header},乙,,,,\n`);
  const named = (sheet: string | string[]) => ({ ...contract, file: { ...contract.file, sheet } });
  assert.equal(await read(two, named('二')), `${header},乙,,,,\n`);
  await assert.rejects(read(two, named(['二', '三'])), { code: 'xlsx-sheet-missing' });
  await assert.rejects(read(two, named('说明')), { code: 'header-missing' });
  const none = workbookOf({ 一: '<row><c t="b"><v>1</v></c></row>' }, STRINGS);
  await assert.rejects(read(none), { code: 'header-missing' });
});

test('a bomb in a workbook is told by its directory, before anything is unpacked', async () => {
  const sheet = { name: 'xl/worksheets/sheet1.xml', content: Buffer.alloc(70 << 20, '<c/>') };
  const parts = workbookParts({ 一: HEAD }, STRINGS).map((p) => (p.name === sheet.name ? sheet : p));
  await assert.rejects(read(zipOf(parts)), { code: 'zip-bomb' });
});

test('a workbook cut or changed anywhere is refused, or read as it was', async () => {
  const row = (i: number) =>
    `<row r="${i}"><c r="A${i}" t="s"><v>0</v></c><c r="B${i}" t="inlineStr"><is><t>张${i}</t></is></c></row>`;
  const whole = workbookOf({ 名单: HEAD + Array.from({ length: 40 }, (_, i) => row(i + 3)).join('') }, STRINGS);
  const good = await read(whole);
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.boolean(),
      fc.integer({ min: 1, max: 255 }),
      async (at, cut, flip) => {
        const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) bytes[at] = (bytes[at] ?? 0) ^ flip;
        try {
          assert.equal(await read(bytes), good);
        } catch (error) {
          assert.ok(error instanceof DoudiError, String(error));
          refused++;
        }
      },
    ),
    { numRuns: 150, seed: 7 },
  );
  assert.ok(refused > 50);
});

test('how the XML is cut changes nothing', () => {
  const document = `<?xml version="1.0"?><a b="1>2" c='x"y'><!-- <n> --><d/>t&lt;&#20013;<![CDATA[<&]]></a>`;
  const read = (cuts: number[]) => {
    const seen: string[] = [];
    const scanner = new XmlScanner({
      open: (name, attributes) => seen.push(`<${name}${attributes.trimEnd()}`),
      close: (name) => seen.push(`/${name}`),
      text: (text) => {
        if (seen.at(-1)?.startsWith('=')) seen[seen.length - 1] += text;
        else seen.push(`=${text}`);
      },
    });
    let at = 0;
    for (const cut of [...cuts, document.length].sort((a, b) => a - b)) {
      scanner.push(document.slice(at, cut));
      at = cut;
    }
    scanner.end();
    return seen;
  };
  const whole = read([]);
  assert.deepEqual(whole, [`<a b="1>2" c='x"y'`, '<d', '/d', '=t<中<&', '/a']);
  fc.assert(
    fc.property(fc.array(fc.nat(document.length), { maxLength: 5 }), (cuts) => assert.deepEqual(read(cuts), whole)),
    { numRuns: 500, seed: 8 },
  );
  assert.throws(
    () => new XmlScanner({ open() {}, close() {}, text() {} }).push('<!DOCTYPE a [<!ENTITY b "c">]>'),
    SyntaxError,
  );
});
