import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Keyring } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type Engine, literal } from '../../../platform/engine/index.ts';
import type { Lake } from '../../../platform/lake/index.ts';
import type { CurrentDelivery } from './current.ts';
import { openIdentity } from './open-identity.ts';

/**
 * A delivery with what was released from its quarantine since, as one: for those who read a feed as a single file.
 * @param parts of one delivery, as `currentDeliveries` gives them one behind the other
 * @returns paths of accepted rows and of plain identity rows, and how to remove what was opened
 */
export async function openMerged(
  context: { db: Database; lake: Lake; keys: Keyring; engine: Engine },
  parts: readonly CurrentDelivery[],
): Promise<{ accepted: string; identity: string; close(): Promise<void> }> {
  const dir = await context.lake.workDir('merged');
  const opened: string[] = [];
  const close = async () => {
    for (const path of [...opened.map((p) => dirname(p)), dir]) await rm(path, { recursive: true, force: true });
  };
  try {
    for (const part of parts) opened.push(await openIdentity(context, part));
    const merge = async (paths: readonly string[], name: string) => {
      const to = join(dir, `${name}.parquet`);
      const all = paths.map((p) => `select * from read_parquet(${literal(p)})`).join(' union all by name ');
      await context.engine.run(`copy (${all}) to ${literal(to)} (format parquet)`);
      return to;
    };
    const accepted = parts.map((p) => context.lake.path(p.acceptedPath));
    return { accepted: await merge(accepted, 'accepted'), identity: await merge(opened, 'identity'), close };
  } catch (error) {
    await close();
    throw error;
  }
}
