import type { Keyring } from '../../../platform/crypto/index.ts';
import { usage } from '../../../platform/errors.ts';
import { type FeedContract, plainHeader } from '../domain/contract.ts';
import { mapHeaders } from '../domain/headers.ts';
import type { DeliveredRow } from '../raw/delivered.ts';

/** A row as text by the names of the contract's columns; a column that is not there was empty or could not be told. */
export type RowValues = Readonly<Record<string, string>>;

const contextOf = (quarantineId: string) => `intake/correction/${quarantineId}`;

interface SealedRow {
  values: RowValues;
  /** Header of each column, as the contract wrote it when the row was corrected. */
  titles: Record<string, string>;
}

/** Seals a corrected row for its place in the quarantine. */
export function sealValues(keys: Keyring, quarantineId: string, contract: FeedContract, values: RowValues): Buffer {
  const titles = Object.fromEntries(contract.columns.map((c) => [c.name, c.headers[0] ?? c.name]));
  const row: SealedRow = { values, titles };
  return keys.seal(Buffer.from(JSON.stringify(row)), contextOf(quarantineId));
}

/** @throws sealed-damaged */
export const openValues = (keys: Keyring, quarantineId: string, sealed: Buffer): RowValues =>
  openSealedRow(keys, quarantineId, sealed).values;

/** A corrected row as a delivered one reads. @throws sealed-damaged */
export function openCorrected(keys: Keyring, quarantineId: string, sealed: Buffer): DeliveredRow {
  const { values, titles } = openSealedRow(keys, quarantineId, sealed);
  const names = Object.keys(titles).filter((name) => values[name] !== undefined);
  return { headers: names.map((name) => titles[name] ?? name), cells: names.map((name) => values[name] ?? '') };
}

const openSealedRow = (keys: Keyring, quarantineId: string, sealed: Buffer): SealedRow =>
  JSON.parse(keys.open(sealed, contextOf(quarantineId)).toString('utf8')) as SealedRow;

/** The cells of a delivered row by column; a damaged line, whose fields cannot be told apart, has none. */
export function valuesOf(contract: FeedContract, delivered: DeliveredRow): RowValues {
  if (delivered.cells.length !== delivered.headers.length) return {};
  const values: Record<string, string> = {};
  for (const [name, at] of mapHeaders(contract, delivered.headers).positions) values[name] = delivered.cells[at] ?? '';
  return values;
}

/**
 * Corrections given under names or headers of columns, by name.
 * @throws usage column-unknown
 */
export function byColumn(contract: FeedContract, given: Readonly<Record<string, string>>): RowValues {
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    const found = contract.columns.find(
      (c) => c.name === key || c.headers.some((h) => plainHeader(h) === plainHeader(key)),
    );
    if (!found)
      throw usage(
        'column-unknown',
        `${contract.title}没有“${key}”这一栏`,
        `可改的栏：${contract.columns.map((c) => c.headers[0]).join('、')}`,
      );
    values[found.name] = value;
  }
  return values;
}

/** A text as one field of a CSV record; line ends become blanks. */
export const csvField = (text: string): string => `"${text.replace(/[\r\n]+/g, ' ').replaceAll('"', '""')}"`;
