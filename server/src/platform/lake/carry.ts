import { copyFile, link } from 'node:fs/promises';
import type { Lake, StagedFile } from './index.ts';

/**
 * Stages a committed file under another path, for a run that takes it over as it is: the same bytes under a second name, where
 * the file system can, so that a million rows are not written again.
 */
export function carry(lake: Lake, committed: StagedFile, to: string): Promise<StagedFile> {
  return lake.stage(to, async (tmp) => {
    const from = lake.path(committed.path);
    await link(from, tmp).catch(() => copyFile(from, tmp));
    return committed.rows;
  });
}
