import type { Container } from './container.ts';
import { damaged } from './container.ts';
import { unescaped, type Workbook } from './workbook.ts';
import { attribute, XmlScanner } from './xml.ts';

const SHEET_PART = 16 * 2 ** 30;
/** A row whose text is longer is cut: it becomes a record too long to read, which is reported. */
const MAX_ROW_TEXT = 300 * 1024;
const MAX_COLUMNS = 16384;

/** A row that a sheet holds. */
export interface SheetRow {
  /** Its number in the sheet, from 1. */
  number: number;
  cells: string[];
}

/**
 * The rows of a sheet that the file holds, each as its cells' text; an absent cell is ''. Numbers are as a spreadsheet shows
 * them (15 significant digits), dates as YYYY-MM-DD.
 * @throws xlsx-damaged
 */
export async function* sheetRows(container: Container, workbook: Workbook, part: string): AsyncGenerator<SheetRow> {
  const reader = new RowReader(workbook);
  const scanner = new XmlScanner(reader);
  const decoder = new TextDecoder('utf-8');
  try {
    for await (const chunk of container.bytes(part, SHEET_PART)) {
      scanner.push(decoder.decode(chunk, { stream: true }));
      yield* reader.take();
    }
    scanner.push(decoder.decode());
    scanner.end();
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(`${part} 不是合法的 XML`);
    throw error;
  }
  yield* reader.take();
  if (!reader.finished) throw damaged(`${part} 不完整`);
}

class RowReader {
  readonly #workbook: Workbook;
  #rows: SheetRow[] = [];
  #number = 0;
  #cells: string[] = [];
  #size = 0;
  #column = 0;
  #type = '';
  #style = 0;
  #value = '';
  #inValue = false;
  #phonetic = false;
  /** Whether the end of the sheet's data was seen. */
  finished = false;

  constructor(workbook: Workbook) {
    this.#workbook = workbook;
  }

  take(): SheetRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, attributes: string): void {
    switch (name) {
      case 'c': {
        const reference = attribute(attributes, 'r');
        // A cell without reference follows the one before.
        this.#column = reference ? columnOf(reference) : this.#column + 1;
        this.#type = attribute(attributes, 't') ?? 'n';
        this.#style = Number(attribute(attributes, 's') ?? 0);
        this.#value = '';
        return;
      }
      case 'v':
      case 't':
        this.#inValue = !this.#phonetic;
        return;
      case 'rPh':
        this.#phonetic = true;
        return;
      case 'row': {
        const number = Number(attribute(attributes, 'r'));
        // A row without number follows the one before.
        this.#number = Number.isSafeInteger(number) && number > this.#number ? number : this.#number + 1;
        this.#cells = [];
        this.#size = 0;
        this.#column = 0;
      }
    }
  }

  close(name: string): void {
    switch (name) {
      case 'v':
      case 't':
        this.#inValue = false;
        return;
      case 'rPh':
        this.#phonetic = false;
        return;
      case 'c':
        this.#cell();
        return;
      case 'row':
        this.#rows.push({ number: this.#number, cells: this.#cells });
        return;
      case 'sheetData':
        this.finished = true;
    }
  }

  text(text: string): void {
    if (this.#inValue && this.#value.length < MAX_ROW_TEXT) this.#value += text;
  }

  #cell(): void {
    if (this.#column < 1 || this.#column > MAX_COLUMNS || this.#size > MAX_ROW_TEXT) return;
    const text = this.#textOf();
    if (text === '') return;
    while (this.#cells.length < this.#column - 1) this.#cells.push('');
    this.#cells[this.#column - 1] = text;
    this.#size += text.length + 1;
  }

  #textOf(): string {
    const value = this.#value;
    switch (this.#type) {
      case 's': {
        const text = this.#workbook.strings[Number(value)];
        if (text === undefined && value !== '') throw damaged('引用了不存在的共享文本');
        return text ?? '';
      }
      case 'inlineStr':
      case 'str':
        return unescaped(value);
      case 'b':
        return value === '1' ? 'TRUE' : value === '0' ? 'FALSE' : value;
      case 'e':
      case 'd':
        return value;
      default:
        return value === ''
          ? ''
          : numberText(value, this.#workbook.isDate[this.#style] === true, this.#workbook.from1904);
    }
  }
}

/** Column number from 1 of a reference such as 'AB12'; 0 when it is none. */
function columnOf(reference: string): number {
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const c = reference.charCodeAt(i);
    if (c < 65 || c > 90) break;
    column = column * 26 + (c - 64);
  }
  return column;
}

const DAY_MS = 86_400_000;

/** A number of a cell as text; a number of more than 15 digits is left in exponent form, since its digits are lost. */
export function numberText(value: string, isDate: boolean, from1904: boolean): string {
  // Whole numbers, by far the most, need no arithmetic.
  if (!isDate && /^-?\d{1,15}$/.test(value)) return value;
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  if (isDate) return dateText(number, from1904) ?? value;
  if (Math.abs(number) >= 1e15) return number.toExponential(14).toUpperCase();
  const shown = Number(number.toPrecision(15));
  const text = String(shown);
  // Only a number below 0.000001 has an exponent here.
  return text.includes('e') ? shown.toFixed(20).replace(/0+$/, '') : text;
}

function dateText(serial: number, from1904: boolean): string | undefined {
  if (serial < 0 || serial >= 2_958_466) return undefined;
  // Day 60 of the 1900 count is a 29 February that never was, so days before it stand one off.
  const epoch = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30);
  const at = new Date(epoch + Math.round(serial * DAY_MS)).toISOString();
  return Number.isInteger(serial) ? at.slice(0, 10) : `${at.slice(0, 10)} ${at.slice(11, 19)}`;
}
