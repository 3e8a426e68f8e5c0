import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, open, type ZipFile } from 'yauzl';
import { DoudiError, invalid } from '../../../../platform/errors.ts';

/** The parts of a workbook's zip container. */
export interface Container {
  has(name: string): boolean;
  /** The unpacked bytes of a part, checked against its checksum; @throws xlsx-damaged, xlsx-too-large */
  bytes(name: string, limit: number): AsyncGenerator<Buffer>;
  close(): void;
}

/** A workbook's parts are few; more are a sign of an attack on the reader. */
const MAX_ENTRIES = 10_000;

export const damaged = (what: string) =>
  invalid('xlsx-damaged', `工作簿已损坏（${what}）`, '请在 WPS 或 Excel 中打开并另存为 .xlsx，或另存为 CSV 后重报');

/**
 * Opens a workbook file.
 * @throws xlsx-damaged when it is no whole zip file
 */
export async function openContainer(file: string): Promise<Container> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    open(
      file,
      { lazyEntries: true, autoClose: false, validateEntrySizes: true, decodeStrings: true },
      (error, opened) => (error || !opened ? reject(damaged('不是完整的 zip')) : resolve(opened)),
    );
  });
  const entries = new Map<string, Entry>();
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('entry', (entry: Entry) => {
        if (entries.size >= MAX_ENTRIES) {
          reject(damaged('部件过多'));
          return;
        }
        entries.set(entry.fileName.replace(/^\//, '').toLowerCase(), entry);
        zip.readEntry();
      });
      zip.on('end', resolve);
      zip.on('error', () => reject(damaged('zip 目录不完整')));
      zip.readEntry();
    });
  } catch (error) {
    zip.close();
    throw error;
  }
  return {
    has: (name) => entries.has(name.toLowerCase()),
    async *bytes(name, limit) {
      const entry = entries.get(name.toLowerCase());
      if (!entry) throw damaged(`缺少 ${name}`);
      if (entry.uncompressedSize > limit)
        throw invalid('xlsx-too-large', '工作簿解开后过大', '请改为 CSV 报送，或按乡镇分成几个文件');
      const stream = await new Promise<Readable>((resolve, reject) => {
        zip.openReadStream(entry, (error, opened) => (error || !opened ? reject(damaged(name)) : resolve(opened)));
      });
      let sum = 0;
      try {
        for await (const chunk of stream) {
          sum = crc32(chunk as Buffer, sum);
          yield chunk as Buffer;
        }
      } catch (error) {
        if (error instanceof DoudiError) throw error;
        throw damaged(name);
      } finally {
        stream.destroy();
      }
      if (sum !== entry.crc32) throw damaged(`${name} 校验和不符`);
    },
    close: () => zip.close(),
  };
}
