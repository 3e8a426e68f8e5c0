import type { Engine } from '../../platform/engine/index.ts';
import { literal } from '../../platform/engine/index.ts';
import { checkCharacter } from './domain/citizen-number.ts';

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
