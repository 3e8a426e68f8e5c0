import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Period } from './calendar.ts';
import type { Contract } from './contract.ts';
import type { Damage, FaultName } from './faults.ts';
import { drawFault, FaultInjector } from './faults.ts';
import type { FileForm, Value } from './formats.ts';
import { spell } from './formats.ts';
import type { Random } from './random.ts';
import { random } from './random.ts';
import type { Cell, TableFile } from './table-file.ts';
import { openCsv } from './table-file.ts';
import type { Outsider } from './world.ts';
import { openXlsx } from './xlsx-file.ts';

/** Offices that keep their list in Excel; the others' workbooks are exported by a system. */
const SAVED_BY_EXCEL = new Set(['custody', 'disability', 'monitored']);

/** One row of a department, before its faults. */
export interface Row {
  /** Whose number stands in each citizen-number column, in the order of the contract. */
  owners: (Outsider | undefined)[];
  /** 0: may be lost; 1: only mendable faults; 2: none. */
  shield: 0 | 1 | 2;
  values: Record<string, Value>;
}

export interface FeedFileReport {
  feed: string;
  period: string;
  /** Records in the file, damaged ones included, the header not. */
  records: number;
  faults: Partial<Record<FaultName, number>>;
}

/** Writes one delivery: rows in, a file with the contract's form and the department's faults out. */
export class FeedFile {
  readonly #contract: Contract;
  readonly #period: Period;
  readonly #file: TableFile;
  readonly #form: FileForm;
  readonly #rng: Random;
  readonly #injector: FaultInjector;
  readonly #onDamage: (damage: Damage) => void;
  #records = 0;
  readonly #faults: Partial<Record<FaultName, number>> = {};

  constructor(contract: Contract, period: Period, seed: number, directory: string, onDamage: (damage: Damage) => void) {
    this.#contract = contract;
    this.#period = period;
    this.#onDamage = onDamage;
    this.#rng = random(seed, 'file', contract.id, period.label);
    mkdirSync(directory, { recursive: true });
    const path = join(directory, `${contract.id}.${contract.format}`);
    // Some offices save UTF-8 with a byte order mark although nobody asked for it.
    const withBom = contract.encoding === 'utf-8' && this.#rng.chance(0.15);
    const dates = new Set(contract.columns.flatMap((c, i) => (c.type === 'date' ? [i] : [])));
    this.#form = contract.format === 'csv' ? 'csv' : SAVED_BY_EXCEL.has(contract.id) ? 'saved' : 'exported';
    this.#injector = new FaultInjector(contract, this.#form, this.#rng);
    this.#file =
      this.#form === 'csv'
        ? openCsv(path, withBom ? 'utf-8-bom' : contract.encoding)
        : openXlsx(path, this.#form, dates);
    this.#file.write(
      contract.columns.map((c) => (c.headers.length > 1 && this.#rng.chance(0.25) ? c.headers[1] : c.headers[0])),
    );
  }

  #count(fault: FaultName): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
  }

  #emit(cells: readonly Cell[]): number {
    this.#file.write(cells);
    this.#records += 1;
    return this.#records;
  }

  /** Adds one row, perhaps with one fault (never two). */
  write(row: Row): void {
    const cells: Cell[] = [];
    for (const column of this.#contract.columns) {
      cells.push(spell(column, row.values[column.name], this.#form, this.#rng));
    }
    const fault = row.shield === 2 ? undefined : drawFault(this.#rng, this.#contract.id, row.shield);
    if (fault === undefined) {
      this.#emit(cells);
      return;
    }
    const damaged = this.#injector.apply(fault, cells, row);
    if (damaged === undefined) {
      this.#emit(cells);
      return;
    }
    this.#count(fault);
    let first = true;
    for (const record of damaged.records) {
      const at = this.#emit(record);
      if (!first && fault === 'duplicate') continue;
      first = false;
      if (damaged.owner !== undefined) {
        this.#onDamage({
          feed: this.#contract.id,
          period: this.#period.label,
          record: at,
          number: damaged.owner.number,
          fault,
        });
      }
    }
  }

  /** Adds a row about somebody of another county. */
  writeForeign(values: Record<string, Value>, owner: Outsider): void {
    const cells = this.#contract.columns.map((c) => spell(c, values[c.name], this.#form, this.#rng));
    const at = this.#emit(cells);
    this.#count('other-county');
    this.#onDamage({
      feed: this.#contract.id,
      period: this.#period.label,
      record: at,
      number: owner.number,
      fault: 'other-county',
    });
  }

  /** Ends the file; now and then a CSV breaks off inside a quoted field, after the last whole row. */
  close(): FeedFileReport {
    if (this.#contract.format === 'csv' && this.#contract.id !== 'population' && this.#rng.chance(0.08)) {
      this.#file.writeRaw('"未完,');
      this.#count('unterminated-quote');
      this.#records += 1;
    }
    this.#file.close();
    return { feed: this.#contract.id, period: this.#period.label, records: this.#records, faults: this.#faults };
  }
}
