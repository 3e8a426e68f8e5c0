import { crc32, deflateRawSync } from 'node:zlib';

/** A file to be put into a zip for a test. */
export interface Packed {
  name: string | Buffer;
  content: string | Buffer;
  /** Bits of the general purpose flag: 1 encrypted, 0x800 the name is UTF-8. */
  flags?: number;
  /** 8 deflate (default), 0 stored; any other stands in the directory only. */
  method?: number;
  /** The size that is told, where it is not the true one. */
  unpacked?: number;
}

/** What is packed again and again, such as a bomb, is packed once. */
const packedBefore = new WeakMap<Buffer, Buffer>();
function deflated(content: string | Buffer): Buffer {
  if (typeof content === 'string') return deflateRawSync(Buffer.from(content));
  const before = packedBefore.get(content) ?? deflateRawSync(content);
  packedBefore.set(content, before);
  return before;
}

/** A zip file of the parts given, byte for byte as asked, wrong ones too. */
export function zipOf(parts: readonly Packed[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const part of parts) {
    const name = Buffer.from(part.name);
    const plain = Buffer.from(part.content);
    const packed = part.method === 0 ? plain : deflated(part.content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(part.flags ?? 0, 2);
    common.writeUInt16LE(part.method ?? 8, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(part.unpacked ?? plain.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, name, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([Buffer.from('504b01021400', 'hex'), common, Buffer.alloc(4), rest.subarray(4), name]),
    );
    files.push(local);
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32BE(0x504b0506, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, list, end]);
}

const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** The parts of a workbook whose sheets hold the rows given as XML, with texts that cells share. */
export function workbookParts(sheets: Record<string, string>, strings: readonly string[] = []): Packed[] {
  const names = Object.keys(sheets);
  const parts: Record<string, string> = {
    '[Content_Types].xml': '<Types/>',
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
  return Object.entries(parts).map(([name, content]) => ({ name, content }));
}

/** A workbook of these sheets. */
export const workbookOf = (sheets: Record<string, string>, strings: readonly string[] = []): Buffer =>
  zipOf(workbookParts(sheets, strings));

/** Rows of cells as a sheet's XML, every cell a text of its own. */
export const sheetOf = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((cells, r) => {
      const xml = cells.map((text) => {
        const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
        return `<c t="inlineStr"><is><t>${escaped}</t></is></c>`;
      });
      return `<row r="${r + 1}">${xml.join('')}</row>`;
    })
    .join('');
