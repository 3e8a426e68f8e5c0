import { deflateRawSync } from 'node:zlib';
import { citizenNumber } from '../../server/src/modules/intake/testing.ts';
import { type Packed, sheetOf, workbookParts, zipOf } from '../../server/src/modules/intake/testing-files.ts';

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const HEADER = ['结算编号', '证件号码', '姓名', '结算日期', '就诊类型', '总费用', '个人自付'];
/** Some characters of GBK, so that a file can be written in it without an encoder. */
const GBK: Record<string, string> = {
  结: 'bde1',
  算: 'cbe3',
  编: 'b1e0',
  号: 'bac5',
  证: 'd6a4',
  件: 'bcfe',
  码: 'c2eb',
  姓: 'd0d5',
  名: 'c3fb',
  日: 'c8d5',
  期: 'c6da',
  就: 'becd',
  诊: 'd5ef',
  类: 'c0e0',
  型: 'd0cd',
  总: 'd7dc',
  费: 'b7d1',
  用: 'd3c3',
  个: 'b8f6',
  人: 'c8cb',
  自: 'd7d4',
  付: 'b8b6',
  张: 'd5c5',
  三: 'c8fd',
  门: 'c3c5',
  住: 'd7a1',
  院: 'd4ba',
};
const gbk = (text: string): Buffer =>
  Buffer.concat([...text].map((c) => (c.charCodeAt(0) < 128 ? Buffer.from(c) : Buffer.from(GBK[c] ?? '3f', 'hex'))));

/** Next to nothing, very often. */
const BOMB = Buffer.alloc((66 << 20) + 1);

/** A mutated file, with what was done to it. */
export interface Mutated {
  name: string;
  bytes: Buffer;
  done: string[];
}

type Random = () => number;
const upTo = (random: Random, n: number) => Math.floor(random() * n);
const one = <T>(random: Random, of: readonly T[]): T => of[upTo(random, of.length)] as T;

/** Rows whose keys belong to this file alone, so that no other file's rows are met again. */
function rowsOf(random: Random, file: number): string[][] {
  return Array.from({ length: 3 + upTo(random, 40) }, (_, i) => [
    `F${file}-${i}`,
    citizenNumber('321324', '19800101', i),
    '张三',
    `2026-09-${String(1 + (i % 28)).padStart(2, '0')}`,
    i % 3 === 0 ? '住院' : '门诊',
    `${i}00.00`,
    `${i}.50`,
  ]);
}

/** What people and programs put into cells. */
const CELLS = [
  '=1+1',
  '=cmd|calc',
  '+86',
  '-',
  '@x',
  '#N/A',
  '"',
  '""',
  "'",
  ' ',
  '\t',
  '',
  '０１２３',
  '1e309',
  '9'.repeat(40),
  '-0',
  'NaN',
  '2026-02-30',
  '1900-01-00',
  '45000',
  '9999999999',
  '\u0000',
  '\u0007',
  '\u2028',
  '\ufeff',
  '�',
  '张'.repeat(500),
  'x'.repeat(70_000),
  'a,b',
  'a\nb',
  'a"b',
  '1,234.5',
  '￥1.00',
  '1.005',
  ';',
  '|',
];

function cellMutated(random: Random, rows: string[][], done: string[]): void {
  for (let n = 1 + upTo(random, 4); n > 0; n--) {
    const row = one(random, rows);
    if (!row) return;
    switch (upTo(random, 6)) {
      case 0:
        row.splice(upTo(random, row.length), 0, one(random, CELLS));
        done.push('a cell too many');
        break;
      case 1:
        row.splice(upTo(random, row.length), 1);
        done.push('a cell too few');
        break;
      case 2:
        rows.push([...row]);
        done.push('a row twice');
        break;
      default:
        row[upTo(random, row.length)] = one(random, CELLS);
        done.push('an odd cell');
    }
  }
}

function headerMutated(random: Random, header: string[], done: string[]): void {
  switch (upTo(random, 8)) {
    case 0:
      header.push(one(random, header));
      done.push('a header twice');
      break;
    case 1:
      header.splice(upTo(random, header.length), 1);
      done.push('a header missing');
      break;
    case 2:
      header.reverse();
      done.push('columns shifted');
      break;
    case 3:
      header.push('备注');
      done.push('a column more');
      break;
    case 4:
      header[2] = ' 姓　名*';
      done.push('a header odd');
  }
}

const field = (cell: string, delimiter: string) =>
  cell.includes(delimiter) || /["\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

function csvOf(random: Random, header: string[], rows: string[][], done: string[]): Buffer {
  const delimiter = one(random, [',', ',', ',', '\t', ';', '|']);
  const ends = one(random, [['\n'], ['\r\n'], ['\n', '\r\n'], ['\n', '\r\n', '\r'], ['\n\n']]);
  const careless = random() < 0.2;
  const lines = [header, ...rows].map((cells) => {
    const text = cells.map((c) => (careless ? c : field(c, delimiter))).join(delimiter);
    return text + one(random, ends);
  });
  if (random() < 0.1) lines.unshift('某某局报送\n');
  const text = lines.join('');
  done.push(`csv by ${JSON.stringify(delimiter)}`);
  switch (upTo(random, 6)) {
    case 0:
      done.push('gbk');
      return gbk(text);
    case 1:
      done.push('bom');
      return Buffer.from(`\ufeff${text}`);
    case 2:
      if (random() < 0.3) {
        done.push('utf-16');
        return Buffer.from(`\ufeff${text}`, 'utf16le');
      }
  }
  return Buffer.from(text);
}

const XML = [
  '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;&b;">]>',
  '</sheetData>',
  '<row r="1048577">',
  '<row r="-1">',
  '<c r="ZZZZZZ1"/>',
  '<c r="XFE1"><v>1</v></c>',
  '<c t="s"><v>999999</v></c>',
  '<c t="s"><v>-1</v></c>',
  '<c s="9999"><v>1</v></c>',
  '&#x110000;',
  '&bogus;',
  '<c t="inlineStr"><is><t>',
  '\u0000',
  '<',
  '>',
  '<![CDATA[',
  '<!--',
  '<row><row><row>',
  `<c t="str"><v>${'x'.repeat(400_000)}</v></c>`,
  '<c><f>SUM(A1:A9)</f><v>12</v></c>',
  '<c t="e"><v>#REF!</v></c>',
  '<v>5</v>',
  '<c r="1A"><v>1</v></c>',
];

function workbookOf(random: Random, header: string[], rows: string[][], done: string[]): Buffer {
  const cut = random() < 0.3 ? Math.floor(rows.length / 2) : rows.length;
  const sheets: Record<string, string> = { 甲: sheetOf([header, ...rows.slice(0, cut)]) };
  if (cut < rows.length) sheets.乙 = sheetOf([header, ...rows.slice(cut)]);
  if (random() < 0.3) sheets.说明 = sheetOf([['本月报送']]);
  const parts = workbookParts(sheets, ['共用']);
  done.push('xlsx');
  if (random() < 0.7) {
    const at = upTo(random, parts.length);
    const part = parts[at] as Packed;
    const text = String(part.content);
    const place = upTo(random, text.length);
    switch (upTo(random, 5)) {
      case 0:
        parts.splice(at, 1);
        done.push(`without ${part.name}`);
        break;
      case 1:
        part.content = text.slice(0, place);
        done.push(`${part.name} cut`);
        break;
      case 2:
        part.content = BOMB;
        done.push(`${part.name} a bomb`);
        break;
      default:
        part.content = text.slice(0, place) + one(random, XML) + text.slice(place);
        done.push(`${part.name} with odd XML`);
    }
  }
  return zipOf(parts);
}

const NAMES: (string | Buffer)[] = [
  'a.csv',
  '../../a.csv',
  '/a.csv',
  'C:\\a.csv',
  Buffer.from('d5c5c8fd2e637376', 'hex'),
  'a'.repeat(3000),
  '\u0000.csv',
  'x/',
  '.csv',
  'b.zip',
  '说明.txt',
  'Thumbs.db',
  'a.pdf',
];

function archiveOf(random: Random, tables: readonly Buffer[], done: string[]): Buffer {
  const parts: Packed[] = tables.map((content, i) => ({
    name: `${i}.${content[0] === 0x50 ? 'xlsx' : 'csv'}`,
    content,
  }));
  done.push(`zip of ${tables.length}`);
  for (let n = upTo(random, 3); n > 0; n--) {
    const part = one(random, parts);
    switch (upTo(random, 8)) {
      case 0:
        parts.push({ name: one(random, NAMES), content: one(random, ['x', '', '号,名\n1,2\n']) });
        done.push('another entry');
        break;
      case 1:
        part.flags = one(random, [1, 0x41, 0x800, 8]);
        done.push(`flags ${part.flags}`);
        break;
      case 2:
        part.unpacked = one(random, [0, 1, 10, 2 ** 31, 2 ** 32 - 1]);
        done.push('a wrong size');
        break;
      case 3:
        part.method = one(random, [0, 0, 9, 12, 14, 93, 99]);
        done.push(`method ${part.method}`);
        break;
      case 4:
        parts.push({ name: 'b.csv', content: BOMB });
        done.push('a bomb');
        break;
      case 5:
        parts.push({ name: 'c.csv', content: zipOf([part]) });
        done.push('a zip in it');
        break;
      case 6:
        part.name = one(random, NAMES);
        done.push('an odd name');
        break;
      default:
        parts.push({ name: 'd.csv', content: deflateRawSync(Buffer.from('x')) });
        done.push('noise in it');
    }
  }
  return zipOf(parts);
}

const BYTES: Buffer[] = [
  Buffer.from([0]),
  Buffer.alloc(50),
  Buffer.alloc(5000),
  Buffer.from('"'),
  Buffer.from('\n'),
  Buffer.from('\r'),
  Buffer.from('\n\n , ,\n'),
  Buffer.from(','.repeat(3000)),
  Buffer.from('\xff\xfe\x80', 'latin1'),
  Buffer.from('x'.repeat(300_000)),
  gbk('张三住院'),
  Buffer.from([7, 27, 127]),
  Buffer.from('"\n"\n'),
  Buffer.from('\ufeff'),
  Buffer.from([0x81]),
  Buffer.from([0xe5, 0xbc]),
  Buffer.from('|;\t'),
  Buffer.from(`${'a'.repeat(20_000)}\n`),
];

function bytesMutated(random: Random, bytes: Buffer, done: string[]): Buffer {
  const at = upTo(random, bytes.length + 1);
  const kind = upTo(random, 7);
  done.push(
    [
      'cut',
      'bytes put in',
      'bytes put in',
      'bytes taken out',
      'a bit turned',
      'repeated',
      'a line of a million columns',
    ][kind] as string,
  );
  switch (kind) {
    case 0:
      return bytes.subarray(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + upTo(random, 60))]);
    case 4: {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = (copy[at] as number) ^ (1 << upTo(random, 8));
      return copy;
    }
    case 5:
      return Buffer.concat([bytes, bytes.subarray(at)]);
    case 6:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(`\n${','.repeat(1_000_000)}\n`), bytes.subarray(at)]);
    default:
      return Buffer.concat([bytes.subarray(0, at), one(random, BYTES), bytes.subarray(at)]);
  }
}

/** The mutated file of a seed: a table in one of the forms of departments, and one to four things wrong with it. */
export function mutatedFile(seed: number): Mutated {
  const random = randomOf(seed);
  const done: string[] = [];
  const table = (part: number): Buffer => {
    const header = [...HEADER];
    const rows = rowsOf(random, seed * 10 + part);
    if (random() < 0.5) cellMutated(random, rows, done);
    if (random() < 0.2) headerMutated(random, header, done);
    return random() < 0.25 ? workbookOf(random, header, rows, done) : csvOf(random, header, rows, done);
  };
  const zipped = random() < 0.2;
  let bytes = zipped
    ? archiveOf(
        random,
        Array.from({ length: 1 + upTo(random, 3) }, (_, i) => table(i)),
        done,
      )
    : table(0);
  for (let n = upTo(random, 3); n > 0; n--) bytes = bytesMutated(random, bytes, done);
  return { name: `${seed}`, bytes, done };
}
