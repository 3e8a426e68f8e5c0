import { rm } from 'node:fs/promises';
import type { IntakeDeps } from '../../modules/intake/batch.ts';
import { divisionCodes, importDivisions } from '../../modules/registry/batch.ts';
import { system } from '../../platform/database/index.ts';
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
  const tempDir = await installation.lake.workDir('intake-engine');
  const engine = await openEngine({ tempDir });
  try {
    return await work({ ...installation, engine, divisionCodes });
  } finally {
    engine.close();
    await rm(tempDir, { recursive: true, force: true });
  }
}
