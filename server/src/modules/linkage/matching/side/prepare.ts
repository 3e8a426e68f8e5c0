import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { type Engine, literal } from '../../../../platform/engine/index.ts';
import { type Field, type Preparation, slotColumn, slotsOf, slotText } from '../fields/field.ts';
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

export const preparationOf = (field: Field): Preparation => PREPARATIONS[field.preparedAs];

/**
 * Makes a side's values comparable, each distinct value once.
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
  const work = await mkdtemp(join(place.work, 'prepare-'));
  const dropped: string[] = [];
  try {
    const joins: string[] = [];
    const base: string[] = ['rid'];
    const columns: string[] = ['b.rid::INTEGER AS rid'];
    for (const field of fields) {
      const slots = Array.from({ length: slotsOf(field, side) }, (_, i) => i + 1);
      const preparation = preparationOf(field);
      const dictionary = `${table}_d_${field.name}`;
      if (preparation.dictionary && slots.length > 0) {
        place.progress?.(`整理 ${field.name}（${side === 'left' ? '左' : '右'}）`);
        dropped.push(dictionary);
        const texts = slots.map((slot) => `SELECT ${slotText(field, side, slot)} AS v FROM ${source}`);
        await makeDictionary(place.engine, field, texts.join(' UNION ALL '), dictionary, work);
      }
      for (const slot of slots) {
        const text = slotText(field, side, slot);
        const alias = `d_${field.name}_${slot}`;
        const named = (part: string) => `b_${field.name}_${slot}_${part}`;
        let of: (part: string) => string;
        if (preparation.dictionary) {
          base.push(`${text} AS ${named('v')}`);
          joins.push(`LEFT JOIN ${dictionary} AS ${alias} ON ${alias}.v = b.${named('v')}`);
          of = (part) => `${alias}.${part}`;
        } else {
          for (const [part, sql] of Object.entries(preparation.base?.(text) ?? {}))
            base.push(`${sql} AS ${named(part)}`);
          of = (part) => `b.${named(part)}`;
        }
        for (const [part, sql] of Object.entries(preparation.columns(of)))
          columns.push(`${sql} AS ${slotColumn(field.name, slot, part)}`);
      }
    }
    await place.engine.run(
      `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${columns.join(',\n  ')} FROM (SELECT ${base.join(',\n  ')} FROM ${source}) AS b ${joins.join('\n')}`,
    );
    const counted = await place.engine.all<{ n: bigint }>(`SELECT count(*) AS n FROM ${table}`);
    return { table, rows: Number(counted[0]?.n ?? 0), side };
  } finally {
    for (const name of dropped) await place.engine.run(`DROP TABLE IF EXISTS ${name}; DROP TABLE IF EXISTS ${name}_v`);
    await rm(work, { recursive: true, force: true });
  }
}

async function makeDictionary(engine: Engine, field: Field, texts: string, table: string, work: string): Promise<void> {
  const { dictionary } = preparationOf(field);
  if (!dictionary) return;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${table}_v AS SELECT (row_number() OVER ())::INTEGER AS vid, v FROM (SELECT DISTINCT v FROM (${texts}) WHERE v IS NOT NULL)`,
  );
  const path = join(work, `${field.name}.tsv`);
  const file = createWriteStream(path, { mode: 0o600, highWaterMark: 1 << 20 });
  for await (const rows of engine.stream<{ vid: number; v: string }>(`SELECT vid, v FROM ${table}_v`)) {
    let lines = '';
    for (const { vid, v } of rows) {
      const entry = dictionary.read(v, field);
      if (entry) lines += `${vid}\t${entry.map(plain).join('\t')}\n`;
    }
    if (lines !== '' && !file.write(lines)) await new Promise<void>((resolve) => file.once('drain', () => resolve()));
  }
  file.end();
  await finished(file);
  const types = [['vid', 'INTEGER'], ...dictionary.columns].map(([name, type]) => `${name}: ${literal(type ?? '')}`);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT t.v, c.* EXCLUDE (vid) FROM ${table}_v AS t JOIN read_csv(${literal(path)}, delim = '\t', quote = '', escape = '', header = false, nullstr = '', auto_detect = false, columns = {${types.join(', ')}}) AS c USING (vid)`,
  );
}

const plain = (cell: string | number | null): string =>
  cell === null ? '' : typeof cell === 'number' ? String(cell) : cell.replaceAll(/[\t\r\n]/g, ' ');
