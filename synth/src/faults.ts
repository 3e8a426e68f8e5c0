import type { Contract } from './contract.ts';
import type { Row } from './feed-file.ts';
import type { FileForm } from './formats.ts';
import { fifteenDigits, fullWidth, oddDate, oneDigitWrong, swapped, wrongDate } from './formats.ts';
import type { Random } from './random.ts';
import type { Cell } from './table-file.ts';
import type { Outsider } from './world.ts';

export type FaultName =
  | 'number-missing'
  | 'number-digit'
  | 'number-swap'
  | 'number-15'
  | 'number-full-width'
  | 'number-blanks'
  | 'number-lower-x'
  | 'number-apostrophe'
  | 'date-odd'
  | 'date-wrong'
  | 'code-unknown'
  | 'amount-as-text'
  | 'duplicate'
  | 'conflict'
  | 'short-row'
  | 'long-row'
  | 'other-county'
  | 'unterminated-quote';

/** A damaged row and whose it truly is, so that linkage can be scored. */
export interface Damage {
  feed: string;
  period: string;
  /** Ordinal of the record in its file, from 1, the header not counted. */
  record: number;
  number: string;
  fault: FaultName;
}

interface Rate {
  fault: FaultName;
  /** Share of rows, before the shield. */
  rate: number;
  /** Whether a row with this fault may be lost to the reader. */
  destructive: boolean;
}

// About half of all rows are shielded from loss, so destructive rates are drawn at twice the share they shall reach.
const RATES: Rate[] = [
  { fault: 'number-missing', rate: 0.04, destructive: true },
  { fault: 'number-digit', rate: 0.01, destructive: false },
  { fault: 'number-swap', rate: 0.005, destructive: false },
  { fault: 'number-15', rate: 0.005, destructive: false },
  { fault: 'number-full-width', rate: 0.005, destructive: false },
  { fault: 'number-blanks', rate: 0.005, destructive: false },
  { fault: 'number-lower-x', rate: 0.02, destructive: false },
  { fault: 'number-apostrophe', rate: 0.01, destructive: false },
  { fault: 'date-odd', rate: 0.01, destructive: false },
  { fault: 'date-wrong', rate: 0.006, destructive: true },
  { fault: 'code-unknown', rate: 0.004, destructive: true },
  { fault: 'amount-as-text', rate: 0.01, destructive: false },
  { fault: 'duplicate', rate: 0.005, destructive: false },
  { fault: 'conflict', rate: 0.002, destructive: true },
  { fault: 'short-row', rate: 0.0005, destructive: true },
  { fault: 'long-row', rate: 0.0005, destructive: true },
];
/** Feeds whose rows still say who it is by name, birth date, sex and village when the number is missing. */
const NAMED_BY_BIRTH = new Set(['incident', 'deaths-health', 'deaths-cremation']);
/** Hospitals and the road police often write no number at all. */
const UNNUMBERED_SHARE = 0.1;
/** The population register is the most careful office. */
const POPULATION_FACTOR = 0.025;

/** Draws at most one fault for a row. */
export function drawFault(rng: Random, feed: string, shield: 0 | 1): FaultName | undefined {
  if (NAMED_BY_BIRTH.has(feed) && rng.chance(UNNUMBERED_SHARE)) return 'number-missing';
  let x = feed === 'population' ? rng.next() / POPULATION_FACTOR : rng.next();
  for (const { fault, rate, destructive } of RATES) {
    if (x < rate) {
      if (!destructive || shield === 0) return fault;
      return fault === 'number-missing' && NAMED_BY_BIRTH.has(feed) ? fault : undefined;
    }
    x -= rate;
  }
  return undefined;
}

/** Applies a drawn fault to a spelled row, following the contract's columns. */
export class FaultInjector {
  readonly #rng: Random;
  readonly #contract: Contract;
  readonly #form: FileForm;
  readonly #numbers: number[];
  readonly #dates: number[];
  readonly #codes: number[];
  readonly #amounts: number[];
  readonly #free: number[];

  constructor(contract: Contract, form: FileForm, rng: Random) {
    this.#rng = rng;
    this.#form = form;
    this.#contract = contract;
    const where = (test: (type: string, required: boolean, name: string) => boolean): number[] =>
      contract.columns.flatMap((c, i) => (test(c.type, c.required, c.name) ? [i] : []));
    this.#numbers = where((type) => type === 'citizen_number');
    this.#dates = where((type) => type === 'date');
    this.#codes = where((type, required) => type === 'code' && required);
    this.#amounts = where((type) => type === 'money' || type === 'integer');
    const keyed = new Set(contract.key);
    this.#free = where((type, _, name) => !keyed.has(name) && (type === 'text' || type === 'money' || type === 'area'));
  }

  /** The damaged records, and the person whose number suffered; undefined if the fault does not fit this row. */
  apply(fault: FaultName, cells: Cell[], row: Row): { records: Cell[][]; owner: Outsider | undefined } | undefined {
    if (fault.startsWith('number-')) return this.#number(fault, cells, row);
    const owner = row.owners[0];
    const changed = [...cells];
    switch (fault) {
      case 'date-odd':
      case 'date-wrong': {
        const at = this.#filled(this.#dates, cells);
        if (at === undefined) return undefined;
        const value = row.values[this.#contract.columns[at]?.name ?? ''];
        changed[at] = fault === 'date-odd' ? oddDate(value as number, this.#form, this.#rng) : wrongDate(this.#rng);
        return { records: [changed], owner: fault === 'date-wrong' ? owner : undefined };
      }
      case 'code-unknown': {
        const at = this.#filled(this.#codes, cells);
        if (at === undefined) return undefined;
        changed[at] = this.#rng.pick(['未知', '99', '/', '待核实']);
        return { records: [changed], owner };
      }
      case 'amount-as-text': {
        const at = this.#filled(this.#amounts, cells);
        if (at === undefined || this.#form === 'csv') return undefined;
        changed[at] = String(cells[at]);
        return { records: [changed], owner: undefined };
      }
      case 'duplicate':
        return { records: [cells, cells], owner: undefined };
      case 'conflict': {
        const at = this.#filled(this.#free, cells);
        if (at === undefined) return undefined;
        const cell = cells[at];
        const type = this.#contract.columns[at]?.type;
        changed[at] = type === 'text' ? `${cell}(重)` : typeof cell === 'number' ? cell + 1 : `1${cell}`;
        return { records: [cells, changed], owner };
      }
      case 'short-row':
        return { records: [cells.slice(0, Math.max(1, cells.length - this.#rng.int(2, 4)))], owner };
      case 'long-row':
        return { records: [[...cells, '备注', 'x']], owner };
      default:
        return undefined;
    }
  }

  #filled(columns: readonly number[], cells: readonly Cell[]): number | undefined {
    const filled = columns.filter((i) => cells[i] !== undefined && cells[i] !== '');
    return filled.length === 0 ? undefined : this.#rng.pick(filled);
  }

  #number(fault: FaultName, cells: Cell[], row: Row): { records: Cell[][]; owner: Outsider | undefined } | undefined {
    const at = this.#filled(this.#numbers, cells);
    if (at === undefined) return undefined;
    const text = String(cells[at]);
    const owner = row.owners[this.#numbers.indexOf(at)];
    let wrong: string | undefined;
    switch (fault) {
      case 'number-missing':
        wrong = '';
        break;
      case 'number-digit':
        wrong = oneDigitWrong(text, this.#rng);
        break;
      case 'number-swap':
        wrong = swapped(text, this.#rng);
        break;
      case 'number-15':
        wrong = fifteenDigits(text);
        break;
      case 'number-full-width':
        wrong = fullWidth(text);
        break;
      case 'number-blanks':
        wrong = this.#rng.chance(0.5) ? ` ${text} ` : `${text.slice(0, 6)} ${text.slice(6, 14)} ${text.slice(14)}`;
        break;
      case 'number-lower-x':
        wrong = text.endsWith('X') ? text.toLowerCase() : undefined;
        break;
      default:
        wrong = `'${text}`;
    }
    if (wrong === undefined) return undefined;
    const changed = [...cells];
    changed[at] = wrong;
    return { records: [changed], owner };
  }
}
