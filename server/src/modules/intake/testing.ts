import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTestBed, type TestBed } from '../../platform/database/testing.ts';
import { type Engine, openEngine } from '../../platform/engine/index.ts';
import { type Bundle, readBundle } from '../../platform/packs/index.ts';
import { type IntakeDeps, type IntakeResult, intakeFile } from './commands/intake-file.ts';

/** The feed contracts as they are in the repository. */
export const nationalBundle = (): Bundle =>
  readBundle([fileURLToPath(new URL('../../../../packs/national', import.meta.url))]);

/** Two villages of the county, one of them with an old code as well, and the county itself. */
export const CODES = [
  { code: '321324', currentId: 3 },
  { code: '321324101', currentId: 10 },
  { code: '321324101201', currentId: 100 },
  { code: '321324102201', currentId: 101 },
  { code: '321324115201', currentId: 101 },
];

/** A database of its own, an engine and a county of two villages for the tests of intake. */
export interface IntakeBed {
  bed: TestBed;
  engine: Engine;
  deps: IntakeDeps;
  bundle: Bundle;
  /** Writes a file of these bytes and takes it in. */
  take(feed: string, period: string, content: string | Buffer, name?: string): Promise<IntakeResult>;
  /** Writes a file of these bytes and gives its path. */
  file(content: string | Buffer, name?: string): Promise<string>;
  close(): Promise<void>;
}

export async function openIntakeBed(bundle: Bundle = nationalBundle()): Promise<IntakeBed> {
  const bed = await openTestBed();
  await mkdir(join(bed.dir, 'files'));
  const engine = await openEngine({ tempDir: bed.dir, memoryMb: 1024 });
  const deps: IntakeDeps = {
    db: bed.db,
    lake: bed.lake,
    engine,
    clock: bed.clock,
    keys: bed.keys,
    bundle,
    divisionCodes: async () => CODES,
  };
  let files = 0;
  const file = async (content: string | Buffer, name?: string) => {
    const path = join(bed.dir, 'files', `${files++}-${name ?? 'delivery.csv'}`);
    await writeFile(path, content);
    return path;
  };
  return {
    bed,
    engine,
    deps,
    bundle,
    file,
    take: async (feed, period, content, name) =>
      intakeFile(deps, { file: await file(content, name), feed, period, receivedAt: bed.clock.now() }),
    async close() {
      engine.close();
      await bed.close();
    },
  };
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A citizen number with its right check character, of an area, birth date 'YYYYMMDD' and sequence. */
export function citizenNumber(area: string, birth: string, sequence: number): string {
  const first = `${area}${birth}${String(sequence).padStart(3, '0')}`;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(first[i]), 0);
  return first + '10X98765432'.charAt(sum % 11);
}
