import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTestBed, type TestBed } from '../../platform/database/testing.ts';
import { type Engine, literal, openEngine } from '../../platform/engine/index.ts';
import type { RunContext } from '../../platform/jobs/step.ts';
import { readBundle } from '../../platform/packs/index.ts';
import { checkCharacter } from './domain/citizen-number.ts';
import type { DeliveryToLink } from './link-step.ts';
import { PERSON_COLUMNS, stagePersonIndex } from './person-index.ts';

/** A valid citizen number for tests, of 泗洪 unless another area is given. */
export function numberFor(birth: string, order: number, area = '321324'): string {
  const first17 = `${area}${birth.replaceAll('-', '')}${String(order).padStart(3, '0')}`;
  return first17 + checkCharacter(first17);
}

/** One person of one delivered row, as intake's identity file holds it. */
export interface IdentityRow {
  row: number;
  role?: string;
  number?: string | null;
  /** What was written when it is no valid number. */
  raw?: string | null;
  name: string | null;
  sex?: string | null;
  birth?: string | null;
  phone?: string | null;
  address?: string | null;
  division?: number | null;
}

const cell = (value: string | number | boolean | null | undefined) =>
  value === null || value === undefined ? 'NULL' : typeof value === 'string' ? literal(value) : String(value);

/** Writes a plain identity Parquet in the shape of intake. */
export async function writeIdentity(engine: Engine, path: string, rows: readonly IdentityRow[]): Promise<void> {
  const values = rows.map(
    (r) =>
      `(${[r.row, r.role ?? 'self', r.number, Boolean(r.number), r.raw ?? r.number, r.name, r.sex, r.birth, r.phone, r.address, r.division].map(cell).join(', ')})`,
  );
  await engine.run(`COPY (SELECT "row"::BIGINT AS "row", role, number::VARCHAR AS number, number_valid, number_raw::VARCHAR AS number_raw,
      name::VARCHAR AS name, sex::VARCHAR AS sex, birth::DATE AS birth, phone::VARCHAR AS phone, address::VARCHAR AS address,
      division::INTEGER AS division
    FROM (VALUES ${values.join(', ')}) t("row", role, number, number_valid, number_raw, name, sex, birth, phone, address, division))
    TO ${literal(path)} (FORMAT parquet)`);
}

/** Writes an accepted Parquet: row, key_hash and the columns given, each row in their order. */
export async function writeAccepted(
  engine: Engine,
  path: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly (readonly (string | number | null)[])[],
): Promise<void> {
  const names = Object.keys(columns);
  const values = rows.map((r, i) => `(${[i + 1, ...r].map(cell).join(', ')})`);
  const typed = names.map((name) => `"${name}"::${columns[name]} AS "${name}"`).join(', ');
  await engine.run(`COPY (SELECT "row"::BIGINT AS "row", 'k' || "row" AS key_hash, 'c' || "row" AS content_hash, 'accepted' AS intake_status,
      ${typed} FROM (VALUES ${values.join(', ')}) t("row", ${names.map((n) => `"${n}"`).join(', ')}))
    TO ${literal(path)} (FORMAT parquet)`);
}

/** One person of the register of a test. */
export interface KnownPerson {
  id: number;
  household: number;
  number: string;
  name: string;
  sex: 'male' | 'female';
  birth: string;
  hukou: string;
  division: number;
  phone?: string;
  address?: string;
}

/** A database, an engine and a register to link to; `register` leaves a new one, as the step before would, in a run of its own. */
export interface LinkBed {
  bed: TestBed;
  engine: Engine;
  /** The context of the run that holds the newest register. */
  context(): RunContext;
  register(persons: readonly KnownPerson[]): Promise<void>;
  delivery(feed: string, rows: readonly IdentityRow[], hukou?: readonly string[]): Promise<DeliveryToLink>;
  /** row, person, method, certain and reason of the links in force. */
  links(deliveryId: string): Promise<unknown[][]>;
  close(): Promise<void>;
}

export async function openLinkBed(divisions: readonly number[]): Promise<LinkBed> {
  const bed = await openTestBed();
  const engine = await openEngine({ tempDir: bed.dir });
  const { db, lake, clock, keys } = bed;
  const bundle = readBundle([fileURLToPath(new URL('../../../../packs/national', import.meta.url))]);
  for (const id of divisions) {
    await bed.admin.query(`insert into registry.division values ($1, 'village', null)`, [id]);
    await bed.admin.query(`insert into registry.division_name values ($1, $2, '村', '2000-01-01', null)`, [
      id,
      `321324${id}${id}`,
    ]);
  }
  let runId = '';
  let deliveries = 0;
  return {
    bed,
    engine,
    context: () => ({ runId, period: '2026-09', db, lake, engine, clock, keys, bundle, progress: () => undefined }),
    async register(persons) {
      runId = randomUUID();
      await bed.admin.query(
        `insert into platform.run (id, period, pin, pinned, started_at) values ($1, '2026-09', $2, '{}', now())`,
        [runId, runId],
      );
      const values = persons.map(
        (p) =>
          `(${[p.id, p.household, p.number, p.name, p.sex].map(cell).join(', ')}, DATE '${p.birth}', ${[p.phone, p.address, p.hukou].map(cell).join(', ')},
            'head', 'rural', ${p.division}, ${p.division}, true, DATE '2026-09-01', NULL, NULL)`,
      );
      await engine.run(
        `CREATE OR REPLACE TEMP TABLE known (${PERSON_COLUMNS.map(([n, t]) => `${n} ${t}`).join(', ')})`,
      );
      await engine.run(`INSERT INTO known VALUES ${values.join(', ')}`);
      const staged = await stagePersonIndex({ engine, lake, keys }, runId, 'known');
      await bed.admin.query(
        `insert into registry.snapshot (run_id, period, delivery_id, persons_path, persons, households, known_at)
          values ($1, '2026-09', $2, $3, $4, 1, now())`,
        [runId, randomUUID(), staged.path, persons.length],
      );
    },
    async delivery(feed, rows, hukou) {
      // Fixed ids: the blind audit draws by them.
      const deliveryId = `00000000-0000-7000-8000-${String(++deliveries).padStart(12, '0')}`;
      const accepted = join(bed.dir, `${deliveryId}.parquet`);
      const columns: Record<string, string> = hukou ? { hukou_no: 'VARCHAR' } : { amount: 'BIGINT' };
      await writeAccepted(engine, accepted, columns, hukou ? hukou.map((h) => [h]) : rows.map(() => [1]));
      return {
        feed,
        deliveryId,
        period: '2026-09',
        accepted,
        async openIdentity() {
          const folder = await lake.workDir('identity');
          await mkdir(folder, { recursive: true });
          await writeIdentity(engine, join(folder, 'identity.parquet'), rows);
          return join(folder, 'identity.parquet');
        },
      };
    },
    async links(deliveryId) {
      const { rows } = await bed.admin.query('select path from linkage.linked where delivery_id = $1', [deliveryId]);
      const found = await engine.all(
        `SELECT "row"::INTEGER AS "row", person_id::INTEGER AS person, method, certain, reason
         FROM read_parquet(${literal(lake.path(String(rows[0]?.path)))}) ORDER BY "row", role`,
      );
      return found.map((r) => [r.row, r.person, r.method, r.certain, r.reason]);
    },
    async close() {
      engine.close();
      await bed.close();
    },
  };
}

/** Gives somebody of a role sight of one division. */
export async function openActor(bed: TestBed, role: string, division: number): Promise<string> {
  const id = randomUUID();
  await bed.admin.query(
    'insert into platform.actor (id, username, display_name, created_at) values ($1::uuid, $1::text, $2, now())',
    [id, role],
  );
  await bed.admin.query(
    'insert into platform.role_grant (actor_id, role, division_id, granted_at) values ($1, $2, $3, now())',
    [id, role, division],
  );
  return id;
}
