import { invalid } from '../../../../platform/errors.ts';
import { openZip, type ZipEntry } from '../zip.ts';

/** The parts of a workbook's zip container. */
export interface Container {
  has(name: string): boolean;
  /** The unpacked bytes of a part, checked against its checksum; @throws xlsx-damaged, xlsx-too-large */
  bytes(name: string, limit: number): AsyncGenerator<Buffer>;
  close(): void;
}

export const damaged = (what: string) =>
  invalid('xlsx-damaged', `工作簿已损坏（${what}）`, '请在 WPS 或 Excel 中打开并另存为 .xlsx，或另存为 CSV 后重报');

/**
 * Opens a workbook file.
 * @throws xlsx-damaged when it is no whole zip file; zip-bomb, zip-encrypted
 */
export async function openContainer(file: string): Promise<Container> {
  const zip = await openZip(file, damaged);
  const parts = new Map<string, ZipEntry>(zip.entries.map((e) => [e.name.toLowerCase(), e]));
  return {
    has: (name) => parts.has(name.toLowerCase()),
    async *bytes(name, limit) {
      const part = parts.get(name.toLowerCase());
      if (!part?.readable || part.encrypted) throw damaged(`缺少 ${name}`);
      if (part.unpacked > limit)
        throw invalid('xlsx-too-large', '工作簿解开后过大', '请改为 CSV 报送，或按乡镇分成几个文件');
      yield* zip.bytes(part);
    },
    close: () => zip.close(),
  };
}
