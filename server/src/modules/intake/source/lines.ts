import { textRows } from './text-rows.ts';

/** Finds the line of records, asked in ascending order, from the places where lines and records fall out of step. */
export class LineFinder {
  readonly #places: AsyncGenerator<string[]>;
  #row = 1;
  #line = 1;
  #next: { row: number; line: number } | null | undefined;

  /** @param file CSV `row,line`, as `Canonical.lines` */
  constructor(file: string) {
    this.#places = textRows(file);
  }

  /** The line, from 1, in which a record begins; records must be asked for in ascending order. */
  async of(row: number): Promise<number> {
    for (;;) {
      if (this.#next === undefined) {
        const { value, done } = await this.#places.next();
        this.#next = done ? null : { row: Number(value[0]), line: Number(value[1]) };
      }
      if (!this.#next || this.#next.row > row) return this.#line + (row - this.#row);
      this.#row = this.#next.row;
      this.#line = this.#next.line;
      this.#next = undefined;
    }
  }
}
