import { resolve } from 'node:path';
import { openInstallation } from '../../../platform/installation.ts';
import { backup } from '../../backup.ts';
import type { Output } from '../output.ts';

/** `doudi backup`: database, lake and keys of one moment in a new folder. */
export async function command(options: { data: string; out: string }, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    const index = await backup(installation, resolve(options.out), out.progress);
    const rows = index.tables.reduce((sum, t) => sum + t.rows, 0);
    out.result(
      { out: resolve(options.out), tables: index.tables.length, rows, lakeFiles: index.lake.length },
      `已备份到 ${options.out}：${index.tables.length} 张表 ${rows} 行，数据湖 ${index.lake.length} 个文件，含密钥，请妥善保管`,
    );
    return 0;
  } finally {
    await installation.close();
  }
}
