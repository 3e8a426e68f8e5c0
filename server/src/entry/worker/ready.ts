import { importDivisions } from '../../modules/registry/batch.ts';
import { system } from '../../platform/database/index.ts';
import type { Installation } from '../../platform/installation.ts';
import { publishBundle } from '../../platform/packs/index.ts';

/** Makes a data directory ready for work: packs published, divisions as the packs say. Doing it again changes nothing. */
export async function ready(installation: Installation): Promise<Installation> {
  await installation.db.withActor(system('发布规则包与区划'), async (tx) => {
    await publishBundle(tx, installation.bundle);
    await importDivisions(tx, installation.bundle);
  });
  return installation;
}
