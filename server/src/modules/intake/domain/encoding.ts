import { isUtf8 } from 'node:buffer';
import { invalid } from '../../../platform/errors.ts';

export type Encoding = 'utf-8' | 'gb18030';
export type FileForm = 'csv' | 'xlsx' | 'zip';

/**
 * What kind of file the first bytes show, whatever its name says.
 * @throws file-empty, file-xls, encoding-utf16
 */
export function fileForm(head: Buffer): FileForm {
  if (head.length === 0) throw invalid('file-empty', '文件是空的', '请向提供部门重新索取文件');
  if (head.length >= 4 && head.readUInt32BE(0) === 0x504b0304) return isWorkbook(head) ? 'xlsx' : 'zip';
  if (head.length >= 4 && head.readUInt32BE(0) === 0x504b0506)
    throw invalid('zip-empty', '压缩包是空的', '请向提供部门重新索取文件');
  if (head.length >= 4 && head.readUInt32BE(0) === 0xd0cf11e0)
    throw invalid('file-xls', '文件是旧式 .xls（或加密的）工作簿', '请在 WPS 或 Excel 中去掉密码并另存为 .xlsx 或 CSV');
  const mark = head.length >= 2 ? head.readUInt16BE(0) : 0;
  if (mark === 0xfffe || mark === 0xfeff)
    throw invalid('encoding-utf16', '文件是 UTF-16 编码的文本', '请另存为“CSV UTF-8（逗号分隔）”');
  return 'csv';
}

/** Whether the first file of a zip is a part of a workbook, as every program writes them. */
function isWorkbook(head: Buffer): boolean {
  if (head.length < 30) return false;
  const name = head.toString('latin1', 30, 30 + head.readUInt16LE(26));
  return /^\/?(\[Content_Types\]\.xml$|_rels\/|xl\/|docProps\/|customXml\/|mimetype$)/i.test(name);
}

/**
 * The encoding of a CSV file by its first bytes. A BOM decides; else the reading in which fewer bytes are impossible,
 * so that a few damaged bytes do not turn a whole file over; a header that `fits` in one reading only decides first.
 * @param fits whether text holds the feed's header
 */
export function detectEncoding(head: Buffer, fits: (text: string) => boolean): { encoding: Encoding; bom: number } {
  if (head.length >= 3 && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf)
    return { encoding: 'utf-8', bom: 3 };
  // GB18030 has a BOM too (U+FEFF as 84 31 95 33), written by a few tools.
  if (head.length >= 4 && head.readUInt32BE(0) === 0x84319533) return { encoding: 'gb18030', bom: 4 };
  const utf8 = decode(head, 'utf-8');
  const gb = decode(head, 'gb18030');
  const fitsUtf8 = fits(utf8);
  if (fitsUtf8 !== fits(gb)) return { encoding: fitsUtf8 ? 'utf-8' : 'gb18030', bom: 0 };
  return { encoding: impossible(utf8) <= impossible(gb) ? 'utf-8' : 'gb18030', bom: 0 };
}

const decoders = {
  'utf-8': new TextDecoder('utf-8', { ignoreBOM: true }),
  gb18030: new TextDecoder('gb18030', { ignoreBOM: true }),
};

/** Decodes bytes; what is impossible becomes U+FFFD. */
export const decode = (bytes: Buffer, encoding: Encoding): string => decoders[encoding].decode(bytes);

/** Whether bytes are whole and possible in the encoding. */
export const isPossible = (bytes: Buffer, encoding: Encoding): boolean =>
  encoding === 'utf-8' ? isUtf8(bytes) : !decode(bytes, 'gb18030').includes('\ufffd');

function impossible(text: string): number {
  let n = 0;
  for (let i = text.indexOf('\ufffd'); i >= 0; i = text.indexOf('\ufffd', i + 1)) n++;
  return n;
}
