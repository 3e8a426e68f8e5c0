import { resolve } from 'node:path';
import { openInstallation } from '../../../platform/installation.ts';
import { readBackup, restoreFiles, restoreTables } from '../../backup.ts';
import { verify } from '../../verify.ts';
import type { Output } from '../output.ts';

/** `doudi restore`: checks the backup, fills an empty data directory from it, then verifies the copy. */
export async function command(options: { data: string; from: string }, out: Output): Promise<number> {
  const from = resolve(options.from);
  const index = await readBackup(from);
  await restoreFiles(from, resolve(options.data), index);
  const installation = await openInstallation(options);
  try {
    await restoreTables(installation, from, index, out.progress);
    const verified = await verify(installation);
    out.result(
      { data: resolve(options.data), tables: index.tables.length, lakeFiles: index.lake.length, verified },
      `已恢复到 ${options.data}，核对${verified.ok ? '无误' : '发现问题，请执行 doudi verify'}`,
    );
    return verified.ok ? 0 : 1;
  } finally {
    await installation.close();
  }
}
