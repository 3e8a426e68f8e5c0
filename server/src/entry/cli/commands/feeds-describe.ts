import { describeFeeds } from '../../../modules/intake/index.ts';
import { BUILTIN_PACKS } from '../../../platform/installation.ts';
import { readBundle } from '../../../platform/packs/index.ts';
import type { Output } from '../output.ts';

/** `doudi feeds describe`: the contracts as they are in force; needs no database. */
export async function command(options: { packs?: string[] }, out: Output): Promise<number> {
  const feeds = describeFeeds(readBundle([BUILTIN_PACKS, ...(options.packs ?? [])]));
  out.result(
    feeds,
    feeds.map((f) => `${f.id.padEnd(18)} ${f.department} ${f.title}（${f.columns.length} 列）`).join('\n'),
  );
  return 0;
}
