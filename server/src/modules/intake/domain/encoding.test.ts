import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectEncoding, fileForm } from './encoding.ts';

/** 姓名,李明 in GB18030. */
const GB = Buffer.from('d0d5c3fb2cc0eec3f7', 'hex');
const UTF8 = Buffer.from('姓名,李明');

test('the encoding is found with and without a mark, and with damaged bytes', () => {
  const unknown = () => false;
  assert.deepEqual(detectEncoding(UTF8, unknown), { encoding: 'utf-8', bom: 0 });
  assert.deepEqual(detectEncoding(GB, unknown), { encoding: 'gb18030', bom: 0 });
  assert.deepEqual(detectEncoding(Buffer.concat([Buffer.from('efbbbf', 'hex'), UTF8]), unknown), {
    encoding: 'utf-8',
    bom: 3,
  });
  assert.deepEqual(detectEncoding(Buffer.concat([Buffer.from('84319533', 'hex'), GB]), unknown), {
    encoding: 'gb18030',
    bom: 4,
  });
  const fits = (text: string) => text.startsWith('姓名');
  assert.equal(detectEncoding(Buffer.concat([UTF8, Buffer.from('ffffffff', 'hex')]), fits).encoding, 'utf-8');
  assert.equal(detectEncoding(Buffer.concat([GB, Buffer.from('ff80ff80', 'hex')]), fits).encoding, 'gb18030');
});

test('files that are no text are refused by name', () => {
  const zip = (name: string) => {
    const head = Buffer.alloc(30 + name.length);
    head.writeUInt32BE(0x504b0304);
    head.writeUInt16LE(name.length, 26);
    head.write(name, 30);
    return head;
  };
  assert.equal(fileForm(zip('[Content_Types].xml')), 'xlsx');
  assert.equal(fileForm(zip('xl/workbook.xml')), 'xlsx');
  assert.equal(fileForm(zip('a.csv')), 'zip');
  assert.equal(fileForm(Buffer.from('504b030414', 'hex')), 'zip');
  assert.throws(() => fileForm(Buffer.from('504b0506', 'hex')), { code: 'zip-empty' });
  assert.throws(() => fileForm(Buffer.alloc(0)), { code: 'file-empty' });
  assert.throws(() => fileForm(Buffer.from('d0cf11e0a1b1', 'hex')), { code: 'file-xls' });
  assert.throws(() => fileForm(Buffer.from('fffe5900', 'hex')), { code: 'encoding-utf16' });
});
