import { rm } from 'node:fs/promises';
import type { IntakeDeps } from '../../modules/intake/batch.ts';
import { divisionCodes, importDivisions } from '../../modules/registry/batch.ts';
import { system } from '../../platform/database/index.ts';
import { LAKE_WRITERS, withLock } from '../../platform/database/lock.ts';
import { openEngine } from '../../platform/engine/index.ts';
import type { Installation } from '../../platform/installation.ts';
import { publishBundle } from '../../platform/packs/index.ts';

/** Makes a data directory ready for work: packs published, divisions as the packs say. Doing it again changes nothing. */
export async function ready(installation: Installation): Promise<void> {
  await installation.db.withActor(system('发布规则包与区划'), async (tx) => {
    await publishBundle(tx, installation.bundle);
    await importDivisions(tx, installation.bundle);
  });
}

/** Runs `work` with what intake needs: an engine of its own that is closed afterwards, and the registry's division codes. */
export async function withIntake<T>(installation: Installation, work: (deps: IntakeDeps) => Promise<T>): Promise<T> {
  const held = async () => {
    const tempDir = await installation.lake.workDir('intake-engine');
    // Intake works slice by slice: what it holds at a time does not grow with the file, and this keeps it so.
    const engine = await openEngine({ tempDir, memoryMb: 1024 });
    try {
      return { value: await work({ ...installation, engine, divisionCodes }) };
    } finally {
      engine.close();
      await rm(tempDir, { recursive: true, force: true });
    }
  };
  const done = await withLock(installation.urls.app, LAKE_WRITERS, 'shared', held);
  if (!done) throw new Error('a shared lock is waited for, never refused');
  return done.value;
}

/** Removes what killed processes left in the lake: plain working files and files without a manifest row. Skipped while others write. */
export async function cleanLake(installation: Installation): Promise<void> {
  await withLock(installation.urls.app, LAKE_WRITERS, 'alone', () =>
    installation.db.withActor(system('清理未登记的临时文件'), (tx) => installation.lake.clean(tx)),
  );
}
