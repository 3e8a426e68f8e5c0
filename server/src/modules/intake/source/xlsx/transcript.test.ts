import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { DoudiError } from '../../../../platform/errors.ts';
import { feedContracts, getContract } from '../../domain/contract.ts';
import { nationalBundle } from '../../testing.ts';
import { numberText } from './sheet.ts';
import { transcribe } from './transcript.ts';
import { XmlScanner } from './xml.ts';

const contract = getContract(feedContracts(nationalBundle()), 'custody');
let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'doudi-xlsx-'));
});
after(() => rm(dir, { recursive: true }));

/** A zip file of the parts given, deflated. */
function zip(parts: Record<string, string>): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const plain = Buffer.from(text);
    const packed = deflateRawSync(plain);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([Buffer.from('504b01021400', 'hex'), common, Buffer.alloc(4), rest.subarray(4), Buffer.from(name)]),
    );
    files.push(local);
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32BE(0x504b0506, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, list, end]);
}

const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

function workbook(sheets: Record<string, string>, strings: string[] = []): Buffer {
  const names = Object.keys(sheets);
  const parts: Record<string, string> = {
    'xl/workbook.xml': `<x:workbook xmlns:x="m" xmlns:r="${REL}"><x:sheets>${names
      .map((n, i) => `<x:sheet name="${n}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`)
      .join('')}</x:sheets></x:workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${names
      .map((_, i) => `<Relationship Id="rId${i + 1}" Type="${REL}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`)
      .join(
        '',
      )}<Relationship Id="s" Type="${REL}/styles" Target="styles.xml"/><Relationship Id="t" Type="${REL}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="[Red]0.00"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `<sst>${strings.map((s) => `<si><r><t>${s}</t></r><rPh><t>读音</t></rPh></si>`).join('')}</sst>`,
  };
  for (const [i, name] of names.entries())
    parts[`xl/worksheets/sheet${i + 1}.xml`] =
      `<?xml version="1.0"?><worksheet><!-- c --><sheetData>${sheets[name]}</sheetData></worksheet>`;
  return zip(parts);
}

const HEAD = `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="inlineStr"><is><t>姓名</t></is></c><c r="C2" t="str"><f>1</f><v>类别</v></c><c r="D2" t="s"><v>1</v></c><c r="F2" t="s"><v>2</v></c></row>`;
const STRINGS = ['身份证号码', '起始日期', '释放日期'];

async function read(bytes: Buffer): Promise<string> {
  const file = join(dir, 'delivered.xlsx');
  await writeFile(file, bytes);
  await rm(join(dir, 'transcript.csv'), { force: true });
  const { file: transcript } = await transcribe(contract, file, dir);
  return readFile(transcript, 'utf8');
}

test('cells of every kind come out as a spreadsheet shows them', async () => {
  const rows = `<row r="1"><c r="A1" t="inlineStr"><is><t>某局 名单</t></is></c></row>${HEAD}
<row r="3"><c r="A3"><v>3.2132419700101002E+17</v></c><c r="B3" t="inlineStr"><is><r><t>张</t></r><r><t xml:space="preserve"> 三&amp;&#x56DB;</t></r></is></c><c r="C3"><v>0.30000000000000004</v></c><c r="D3" s="1"><v>46266</v></c><c r="F3" s="2"><v>46266.5</v></c></row>
<row r="5"><c t="inlineStr"><is><t><![CDATA[a,"b"]]></t></is></c><c t="b"><v>1</v></c><c s="3"><v>12</v></c><c t="e"><v>#N/A</v></c></row>
<row r="6"/><row r="7"><c r="G7"><v>1</v></c></row>`;
  assert.deepEqual(
    (await read(workbook({ 名单: rows, 说明: '<row><c t="b"><v>0</v></c></row>' }, STRINGS))).split('\n'),
    [
      '某局 名单',
      '身份证号码,姓名,类别,起始日期,,释放日期',
      '3.21324197001010E+17,张 三&四,0.3,2026-09-01,,2026-09-01 12:00:00',
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

test('two sheets with the header, or none, are refused', async () => {
  await assert.rejects(read(workbook({ 一: HEAD, 二: HEAD }, STRINGS)), { code: 'xlsx-several-sheets' });
  await assert.rejects(read(workbook({ 一: '<row><c t="b"><v>1</v></c></row>' }, STRINGS)), { code: 'header-missing' });
});

test('a workbook cut or changed anywhere is refused, or read as it was', async () => {
  const row = (i: number) =>
    `<row r="${i}"><c r="A${i}" t="s"><v>0</v></c><c r="B${i}" t="inlineStr"><is><t>张${i}</t></is></c></row>`;
  const whole = workbook({ 名单: HEAD + Array.from({ length: 40 }, (_, i) => row(i + 3)).join('') }, STRINGS);
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
