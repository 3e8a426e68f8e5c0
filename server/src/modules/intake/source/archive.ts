import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { invalid } from '../../../platform/errors.ts';
import type { FeedContract } from '../domain/contract.ts';
import { encrypted, openZip, type ZipEntry } from './zip.ts';

/** A file of a delivered zip, unpacked in the work folder. */
export interface Unpacked {
  name: string;
  file: string;
  /** True for what must be a table of the feed; other papers in the zip are named and left. */
  table: boolean;
}

const MAX_TABLES = 1000;
const TABLES = /\.(csv|tsv|xlsx|xls)$/i;
const MAYBE = /\.(txt|dat)$|(^|\/)[^./]+$/i;
const ARCHIVES = /\.(zip|rar|7z|gz|tgz|tar|bz2|xz)$/i;
/** What operating systems leave in a zip beside what was packed. */
const LITTER = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$)/i;

export const zipDamaged = (what: string) =>
  invalid('zip-damaged', `压缩包已损坏（${what}）`, '请重新压缩并核对传输是否完整后重报');

/**
 * Unpacks the tables of a delivered zip, one after another; nothing is written under a name that the zip gives.
 * @throws zip-damaged, zip-encrypted, zip-nested, zip-method, zip-bomb, zip-empty
 */
export async function unpack(
  contract: FeedContract,
  file: string,
  workDir: string,
): Promise<{ tables: Unpacked[]; others: string[] }> {
  const zip = await openZip(file, zipDamaged);
  try {
    const entries = zip.entries.filter((e) => !e.name.endsWith('/') && !LITTER.test(e.name));
    const nested = entries.find((e) => ARCHIVES.test(e.name));
    if (nested)
      throw invalid('zip-nested', `压缩包里还有压缩包：${nested.name}`, '请只压缩一层，把 CSV 或 .xlsx 直接放进压缩包');
    const wanted = entries.filter((e) => TABLES.test(e.name) || MAYBE.test(e.name));
    if (wanted.length === 0)
      throw invalid('zip-empty', `${contract.title}：压缩包里没有 CSV 或 .xlsx`, '请核对是否选错了文件');
    if (wanted.length > MAX_TABLES)
      throw invalid('zip-bomb', `压缩包里有 ${wanted.length} 个文件，过多`, '请合并后重报');
    for (const entry of wanted) refuseUnreadable(entry);
    const tables: Unpacked[] = [];
    for (const [i, entry] of wanted.entries()) {
      const target = join(workDir, `entry-${i}`);
      const handle = openSync(target, 'wx', 0o600);
      try {
        for await (const chunk of zip.bytes(entry))
          for (let at = 0; at < chunk.length; ) at += writeSync(handle, chunk, at);
      } finally {
        closeSync(handle);
      }
      if (entry.unpacked > 0) tables.push({ name: entry.name, file: target, table: TABLES.test(entry.name) });
    }
    const others = entries.filter((e) => !wanted.includes(e)).map((e) => e.name);
    return { tables, others };
  } finally {
    zip.close();
  }
}

function refuseUnreadable(entry: ZipEntry): void {
  if (entry.encrypted) throw encrypted();
  if (!entry.readable)
    throw invalid('zip-method', `${entry.name} 的压缩方式不能识别`, '请用系统自带的“压缩为 zip”重新压缩后重报');
}
