import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql, system } from '../../platform/database/index.ts';
import { openTestBed, type TestBed } from '../../platform/database/testing.ts';
import { type Engine, openEngine } from '../../platform/engine/index.ts';
import type { RunContext } from '../../platform/jobs/step.ts';
import { type Bundle, readBundle } from '../../platform/packs/index.ts';
import { type IdentityRow, writeAccepted, writeIdentity } from '../linkage/testing.ts';
import type { PopulationSource } from './persons-step.ts';
import { importDivisions } from './store/divisions.ts';

const packs = fileURLToPath(new URL('../../../../packs', import.meta.url));

/** One line of a population register in a test. */
export interface Registered extends Omit<IdentityRow, 'row' | 'number'> {
  number: string;
  hukou: string;
  relation: string;
  division: number;
  residence?: number;
}

export interface RegistryBed extends TestBed {
  engine: Engine;
  bundle: Bundle;
  /** A run of a month, registered as a real one is. */
  run(period: string): Promise<RunContext>;
  /** A population delivery with these persons. */
  population(persons: readonly Registered[]): Promise<PopulationSource>;
}

/** A test bed with Sihong's divisions, an engine, and the means to deliver a register. */
export async function openRegistryBed(): Promise<RegistryBed> {
  const bed = await openTestBed();
  const bundle = readBundle([join(packs, 'national'), join(packs, '321324-sihong')]);
  await bed.db.withActor(system('test'), (tx) => importDivisions(tx, bundle));
  const engine = await openEngine({ tempDir: bed.dir });
  return {
    ...bed,
    engine,
    bundle,
    async run(period) {
      const runId = randomUUID();
      await bed.db.withActor(system('test'), (tx) =>
        sql`insert into platform.run (id, period, pin, pinned, started_at) values (${runId}, ${period}, ${runId}, '{}', now())`.execute(
          tx.db,
        ),
      );
      const { db, lake, clock, keys } = bed;
      return { runId, period, db, lake, engine, clock, keys, bundle, progress: () => undefined };
    },
    async population(persons) {
      const deliveryId = randomUUID();
      const accepted = join(bed.dir, `accepted-${deliveryId}.parquet`);
      const identity = join(bed.dir, `identity-${deliveryId}.parquet`);
      await writeAccepted(
        engine,
        accepted,
        {
          hukou_no: 'VARCHAR',
          relation: 'VARCHAR',
          hukou_type: 'VARCHAR',
          division: 'INTEGER',
          residence_division: 'INTEGER',
        },
        persons.map((p) => [p.hukou, p.relation, 'rural', p.division, p.residence ?? null]),
      );
      await writeIdentity(
        engine,
        identity,
        persons.map(({ hukou: _hukou, relation: _relation, residence: _residence, ...p }, i) => ({ ...p, row: i + 1 })),
      );
      return { deliveryId, accepted, openIdentity: async () => ({ path: identity, close: async () => undefined }) };
    },
    async close() {
      engine.close();
      await bed.close();
    },
  };
}
