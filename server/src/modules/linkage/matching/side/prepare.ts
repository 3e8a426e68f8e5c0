import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { type Engine, literal } from '../../../../platform/engine/index.ts';
import { type Field, type Preparation, slotColumn, slotsOf, slotText, slotValues } from '../fields/field.ts';
import { PREPARATIONS } from '../fields/preparations.ts';

/** What a step of the linker works with; nothing of it outlives the caller's engine and folder. */
export interface Place {
  engine: Engine;
  /** A folder of the caller for files of a moment (prepared values of persons): mode 0700, removed by the caller. */
  work: string;
  /** Told what is being done, and how far it is. */
  progress?: (text: string, done?: number, total?: number) => void;
}

/** A file or table whose values are comparable: one row for each record, `rid` being its number from 1. */
export interface PreparedSide {
  table: string;
  rows: number;
  side: 'left' | 'right';
}

const preparationOf = (field: Field): Preparation => PREPARATIONS[field.preparedAs];

/**
 * Makes a side's values comparable.
 * @param source a table or view with `rid BIGINT` (1 …) and the columns that the fields name, as VARCHAR
 * @param table name of the engine table that is made
 */
export async function prepareSide(
  place: Place,
  fields: readonly Field[],
  side: 'left' | 'right',
  source: string,
  table: string,
): Promise<PreparedSide> {
  place.progress?.(side === 'left' ? '整理左边' : '整理右边');
  const present = fields.filter((f) => slotsOf(f, side) > 0);
  const inNode = present.filter((f) => preparationOf(f).dictionary);
  const base: string[] = ['rid'];
  const columns: string[] = ['b.rid::INTEGER AS rid'];
  for (const field of present) {
    const preparation = preparationOf(field);
    for (let slot = 1; slot <= slotsOf(field, side); slot++) {
      const named = (part: string) => `b_${field.name}_${slot}_${part}`;
      for (const [part, sql] of Object.entries(preparation.base?.(slotText(field, side, slot)) ?? {}))
        base.push(`${sql} AS ${named(part)}`);
      const of = preparation.dictionary
        ? (part: string) => `d.${slotColumn(field.name, slot, part)}`
        : (part: string) => `b.${named(part)}`;
      for (const [part, sql] of Object.entries(preparation.columns(of)))
        columns.push(`${sql} AS ${slotColumn(field.name, slot, part)}`);
    }
  }
  const work = await mkdtemp(join(place.work, 'prepare-'));
  try {
    const read =
      inNode.length === 0 ? '' : ` JOIN ${await readValues(place.engine, inNode, side, source, work)} AS d USING (rid)`;
    await place.engine.run(
      `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${columns.join(',\n  ')} FROM (SELECT ${base.join(',\n  ')} FROM ${source}) AS b${read}`,
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const counted = await place.engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${table}`);
  return { table, rows: Number(counted[0]?.n ?? 0), side };
}

/** Records that travel to Node as one text: a row object for each would cost more than reading it. */
const BATCH = 1000;
const RECORD = '\u001e';
const UNIT = '\u001f';
/** Values remembered for each field; more are read anew. A field whose values hardly recur is not remembered at all. */
const REMEMBERED = 300_000;
const TRIED = 20_000;

/** Reads the fields that Node prepares, in one pass; gives SQL of a table with rid and their columns. */
async function readValues(
  engine: Engine,
  fields: readonly Field[],
  side: 'left' | 'right',
  source: string,
  work: string,
): Promise<string> {
  const cells = fields.flatMap((field) => field[side].map((column) => ({ field, column })));
  const texts = cells.map(({ column }) => {
    const cell = `coalesce("${column.replaceAll('"', '""')}", '')`;
    return `CASE WHEN contains(${cell}, chr(30)) OR contains(${cell}, chr(31)) THEN '' ELSE ${cell} END`;
  });
  const record = [`rid::VARCHAR`, ...texts].join(` || chr(31) || `);
  const readers = cells.map(({ field }) => readerOf(field));
  const path = join(work, 'values.tsv');
  const file = createWriteStream(path, { mode: 0o600, highWaterMark: 1 << 20 });
  const batches = engine.stream<{ records: string }>(
    `SELECT string_agg(${record}, chr(30)) AS records FROM ${source} GROUP BY rid // ${BATCH}`,
  );
  for await (const rows of batches) {
    for (const { records } of rows) {
      let lines = '';
      for (const line of records.split(RECORD)) {
        const parts = line.split(UNIT);
        let read = parts[0] as string;
        for (let i = 0; i < readers.length; i++) read += readers[i]?.(parts[i + 1] ?? '') ?? '';
        lines += `${read}\n`;
      }
      if (!file.write(lines)) await new Promise<void>((resolve) => file.once('drain', () => resolve()));
    }
  }
  file.end();
  await finished(file);
  const slots = new Map<Field, number>();
  const types = cells.flatMap(({ field }) => {
    const each = field.separators === '' ? 1 : slotValues(field, '').length;
    return Array.from({ length: each }, () => {
      const slot = (slots.get(field) ?? 0) + 1;
      slots.set(field, slot);
      return (preparationOf(field).dictionary?.columns ?? []).map(
        ([part, type]) => `${slotColumn(field.name, slot, part)}: ${literal(type)}`,
      );
    }).flat();
  });
  return `read_csv(${literal(path)}, delim = '\t', quote = '', escape = '', header = false, nullstr = '', auto_detect = false, columns = {rid: 'BIGINT', ${types.join(', ')}})`;
}

/** Gives the prepared columns of a cell as the end of a line: a tab before each. */
function readerOf(field: Field): (cell: string) => string {
  const { dictionary } = preparationOf(field);
  if (!dictionary) return () => '';
  const nothing = '\t'.repeat(dictionary.columns.length);
  const known = new Map<string, string>();
  let remembers = true;
  let hits = 0;
  return (cell) => {
    const before = remembers ? known.get(cell) : undefined;
    if (before !== undefined) {
      hits++;
      return before;
    }
    let read = '';
    for (const value of slotValues(field, cell)) {
      const entry = value === null ? null : dictionary.read(value, field);
      if (!entry) read += nothing;
      else for (const part of entry) read += part === null ? '\t' : `\t${part}`;
    }
    if (remembers && known.size < REMEMBERED) known.set(cell, read);
    if (remembers && known.size === TRIED && hits < TRIED / 4) {
      remembers = false;
      known.clear();
    }
    return read;
  };
}
