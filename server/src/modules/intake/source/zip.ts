import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, open, type ZipFile } from 'yauzl';
import { DoudiError, invalid } from '../../../platform/errors.ts';
import { decode } from '../domain/encoding.ts';
import { printable } from '../domain/printable.ts';

/** One file inside a zip file. */
export interface ZipEntry {
  /** Its path as the packer wrote it: UTF-8, or GBK as Chinese Windows writes it without saying so. */
  name: string;
  packed: number;
  unpacked: number;
  encrypted: boolean;
  /** False for methods of packing that we cannot undo. */
  readable: boolean;
}

/** A zip file's directory, read whole, and the bytes behind it. */
export interface ZipArchive {
  entries: readonly ZipEntry[];
  /** The unpacked bytes of an entry, checked against its size and checksum; @throws what `damaged` gives */
  bytes(entry: ZipEntry): AsyncGenerator<Buffer>;
  close(): void;
}

const MAX_ENTRIES = 10_000;
/** Deflate packs a table of text about twenty to one; beyond this it holds next to nothing, again and again. */
const MAX_RATIO = 300;
const RATIO_FROM = 64 << 20;
const MAX_UNPACKED = 64 * 2 ** 30;

/**
 * Opens a zip file. Sizes are judged before anything is unpacked, and hold while it is: an entry that gives more bytes than
 * it declared fails.
 * @param damaged makes the error for a file that is not whole
 * @throws zip-bomb, zip-encrypted, and what `damaged` gives
 */
export async function openZip(file: string, damaged: (what: string) => DoudiError): Promise<ZipArchive> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    open(
      file,
      { lazyEntries: true, autoClose: false, validateEntrySizes: true, decodeStrings: false },
      (error, opened) => (error || !opened ? reject(damaged('不是完整的 zip')) : resolve(opened)),
    );
  });
  const found = new Map<ZipEntry, Entry>();
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('entry', (entry: Entry) => {
        if (found.size >= MAX_ENTRIES) {
          reject(bomb('文件过多'));
          return;
        }
        found.set(described(entry), entry);
        zip.readEntry();
      });
      zip.on('end', resolve);
      zip.on('error', (error: Error) => reject(/encryption/.test(error.message) ? encrypted() : damaged('目录不完整')));
      zip.readEntry();
    });
    judge([...found.keys()], zip.fileSize);
  } catch (error) {
    zip.close();
    throw error;
  }
  return {
    entries: [...found.keys()],
    async *bytes(wanted) {
      const entry = found.get(wanted) as Entry;
      const stream = await new Promise<Readable>((resolve, reject) => {
        zip.openReadStream(entry, (error, opened) =>
          error || !opened ? reject(damaged(wanted.name)) : resolve(opened),
        );
      });
      let sum = 0;
      try {
        for await (const chunk of stream) {
          sum = crc32(chunk as Buffer, sum);
          yield chunk as Buffer;
        }
      } catch (error) {
        if (error instanceof DoudiError) throw error;
        throw damaged(wanted.name);
      } finally {
        stream.destroy();
      }
      if (sum !== entry.crc32) throw damaged(`${wanted.name} 校验和不符`);
    },
    close: () => zip.close(),
  };
}

export const encrypted = () =>
  invalid(
    'zip-encrypted',
    '压缩包设有密码',
    '请去掉密码后重新压缩；传输的保密由加密通道或介质负责，入库后文件一律加密保存',
  );

const bomb = (what: string) =>
  invalid('zip-bomb', `压缩包异常（${what}），未解开`, '请不要压缩，直接报送 CSV 或 .xlsx；若确为正常文件，请分成几个');

function described(entry: Entry): ZipEntry {
  const raw = entry.fileNameRaw;
  // Bit 11 says UTF-8; packers on Chinese Windows write GBK and set nothing.
  const utf8 = (entry.generalPurposeBitFlag & 0x800) !== 0 || isUtf8(raw);
  return {
    name: printable(decode(raw, utf8 ? 'utf-8' : 'gb18030'))
      .replaceAll('\\', '/')
      .replace(/^\/+/, ''),
    packed: entry.compressedSize,
    unpacked: entry.uncompressedSize,
    encrypted: entry.isEncrypted(),
    readable: entry.isEncrypted() || entry.canDecodeFileData(),
  };
}

function judge(entries: readonly ZipEntry[], fileSize: number): void {
  let packed = 0;
  let unpacked = 0;
  for (const entry of entries) {
    packed += entry.packed;
    unpacked += entry.unpacked;
    if (entry.unpacked > RATIO_FROM && entry.unpacked > entry.packed * MAX_RATIO) throw bomb('压缩比过高');
  }
  if (unpacked > MAX_UNPACKED) throw bomb('解开后过大');
  // Entries that share bytes make much of little.
  if (packed > fileSize) throw bomb('各文件相互重叠');
}
