import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type ColumnType =
  | 'text'
  | 'name'
  | 'citizen_number'
  | 'code'
  | 'date'
  | 'division'
  | 'address'
  | 'phone'
  | 'money'
  | 'area'
  | 'rate'
  | 'integer'
  | 'month'
  | 'account'
  | 'credit_code'
  | 'disability_certificate';

export interface Column {
  name: string;
  headers: string[];
  type: ColumnType;
  required: boolean;
  /** Spellings by the code they mean. */
  spellings: Map<string, string[]>;
}

/** What of a feed's contract a department needs to write its file: form, headers, types and code spellings. */
export interface Contract {
  id: string;
  kind: 'snapshot' | 'events';
  validMonths: number;
  volumePerPerson: number;
  key: string[];
  format: 'csv' | 'xlsx';
  encoding: 'utf-8' | 'utf-8-bom' | 'gb18030';
  columns: Column[];
}

interface RawColumn {
  name: string;
  headers: string[];
  type: ColumnType;
  required?: boolean;
  codes?: Record<string, string>;
}

function columnOf(raw: RawColumn): Column {
  const spellings = new Map<string, string[]>();
  // A JavaScript object puts digits first; a clerk writes 男 before 1.
  const entries = Object.entries(raw.codes ?? {});
  const words = entries.filter(([text]) => !/^\d+$/.test(text));
  for (const [text, code] of [...words, ...entries.filter(([text]) => /^\d+$/.test(text))])
    spellings.set(code, [...(spellings.get(code) ?? []), text]);
  return { name: raw.name, headers: raw.headers, type: raw.type, required: raw.required === true, spellings };
}

/** Reads every feed below `<packs>/national/feeds`, by id. Reads nothing else of the packs. */
export function readContracts(packs: string): Map<string, Contract> {
  const root = join(packs, 'national', 'feeds');
  const contracts = new Map<string, Contract>();
  for (const department of readdirSync(root).sort()) {
    for (const file of readdirSync(join(root, department)).sort()) {
      if (!file.endsWith('.yaml')) continue;
      const raw = parse(readFileSync(join(root, department, file), 'utf8'));
      // What a department has not agreed to deliver, none of the synthetic county's departments writes.
      if (raw.agreed === false) continue;
      contracts.set(raw.id, {
        id: raw.id,
        kind: raw.kind,
        validMonths: raw.freshness.valid_months,
        volumePerPerson: raw.volume.per_person,
        key: raw.key,
        format: raw.file.format,
        encoding: raw.file.encoding ?? 'utf-8',
        columns: raw.columns.map(columnOf),
      });
    }
  }
  return contracts;
}
