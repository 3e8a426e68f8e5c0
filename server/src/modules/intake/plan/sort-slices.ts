import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Engine, literal } from '../../../platform/engine/index.ts';
import { failed } from '../../../platform/errors.ts';
import type { FeedContract } from '../domain/contract.ts';
import { cellReasonOf, refusalOf } from '../domain/reasons.ts';
import type { Canonical, Slice } from '../source/canonical.ts';
import { textRows } from '../source/text-rows.ts';
import {
  acceptedSql,
  accountSql,
  exceptionsSql,
  identitySql,
  issuesSql,
  keysSql,
  knownStatus,
  refusedSql,
  repeatedSql,
  stateSql,
  twiceSql,
} from './outcome.ts';
import { codeTable, homesOf } from './places.ts';
import { typedSql } from './typed.ts';

export interface SortInput {
  /** Unique part of the names of temporary tables. */
  name: string;
  contract: FeedContract;
  codes: readonly { code: string; currentId: number }[];
  salt: string;
  /** Absolute paths (or patterns) of the accepted files of the feed's state. */
  state: readonly string[];
  /** A work folder of this delivery alone. */
  workDir: string;
  /**
   * Marks (`entitledMark`) of the only people whose rows may be kept; absent where the feed's basis covers everyone.
   * A record that cannot be split shows nobody's right to be kept, so it is refused as well.
   */
  entitled?: readonly string[] | undefined;
}

export interface Counts {
  received: number;
  accepted: number;
  unchanged: number;
  quarantined: number;
  refused: number;
  reasons: Record<string, number>;
}

/** A delivery's records, typed and judged, as files of the work folder. */
export interface Sorted {
  counts: Counts;
  /** Accepted rows without identity: absolute paths of Parquet files in row order, at least one. */
  accepted: readonly Piece[];
  /** Plain identity rows, likewise. */
  identity: readonly Piece[];
  /** Record numbers without lawful basis, ascending. */
  refused: readonly number[];
  /** Records set aside after splitting: number and issue; ascending. */
  issues(): AsyncGenerator<{ row: number; issue: number }>;
  /** Records of a key that stands in the file with different contents, ascending. */
  conflicts(): AsyncGenerator<number>;
}

export interface Piece {
  path: string;
  rows: number;
}

/** Rows whose keys are compared in one pass; bounds the memory of the comparison. */
const KEYS_AT_ONCE = 2_000_000;
/** A delivery of up to so many rows is one file in the lake, however many sheets it came in. */
const ONE_FILE = 500_000;

/**
 * Types and judges a delivery slice by slice, by the batch engine: one slice's typed rows are in memory at a time, and only
 * keys are compared over the whole file, in passes of bounded size.
 */
export class SliceSorter {
  readonly #engine: Engine;
  readonly #input: SortInput;
  readonly #tables: {
    typed: string;
    known: string;
    divisions: string;
    entitled: string;
    state: string;
    twice: string;
    odd: string;
  };
  readonly #classes = { accepted: 0, known: 0, refused: 0 };
  readonly #reasons: Record<string, number> = {};
  #slices = 0;
  #issues = 0;

  private constructor(engine: Engine, input: SortInput) {
    this.#engine = engine;
    this.#input = input;
    const table = (what: string) => `intake_${what}_${input.name}`;
    this.#tables = {
      typed: table('typed'),
      known: table('known'),
      divisions: table('division'),
      entitled: table('entitled'),
      state: table('state'),
      twice: table('twice'),
      odd: table('exception'),
    };
  }

  /** Makes ready what every slice is compared with; `close` it. */
  static async open(engine: Engine, input: SortInput): Promise<SliceSorter> {
    const sorter = new SliceSorter(engine, input);
    const { divisions, entitled, state } = sorter.#tables;
    try {
      await engine.run(`create temp table ${divisions} (code varchar, id integer)`);
      await insertValues(engine, divisions, codeTable(input.codes));
      if (input.entitled) {
        await engine.run(`create temp table ${entitled} (mark varchar)`);
        await insertValues(
          engine,
          entitled,
          [...new Set(input.entitled)].map((mark) => `(${literal(mark)})`),
        );
      }
      if (input.state.length > 0) await engine.run(`create temp table ${state} as ${stateSql(input.state)}`);
      return sorter;
    } catch (error) {
      await sorter.close();
      throw error;
    }
  }

  /** Types one slice and writes its rows by what became of them; removes the slice's file. */
  async add(slice: Slice): Promise<void> {
    const engine = this.#engine;
    const { contract, workDir } = this.#input;
    const { typed, known, divisions, entitled, state } = this.#tables;
    const plan = {
      contract,
      ...slice,
      divisions,
      homes: homesOf(this.#input.codes),
      salt: this.#input.salt,
      ...(this.#input.entitled ? { entitled } : {}),
    };
    const sql = typedSql(plan);
    const i = this.#slices++;
    try {
      if (this.#input.state.length === 0)
        await joinsAsWritten(engine, `create temp table ${typed} as select *, false as known from (${sql})`);
      else {
        await joinsAsWritten(engine, `create temp table ${known} as ${sql}`);
        await engine.run(`create temp table ${typed} as select t.*, s.content_hash is not null as known
          from ${known} t left join ${state} s on s.content_hash = t.content_hash`);
      }
      const counts = await engine.all<{
        class: 'accepted' | 'known' | 'issue' | 'refused';
        reason: number | null;
        n: bigint;
      }>(accountSql(typed));
      const of = (name: string) => counts.filter((c) => c.class === name).reduce((sum, c) => sum + Number(c.n), 0);
      const write = (query: string, name: string, options = '') =>
        engine.run(`copy (${query}) to ${literal(join(workDir, `${name}-${numbered(i)}`))} (${options})`);
      for (const c of counts) {
        if (c.class === 'issue') this.#add(cellReasonOf(Number(c.reason)) as string, Number(c.n));
        else this.#classes[c.class] += Number(c.n);
      }
      this.#issues += of('issue');
      if (of('issue') > 0) await write(issuesSql(typed), 'issues', CSV);
      if (of('refused') > 0) await write(refusedSql(typed), 'refused', CSV);
      if (of('accepted') + of('known') === 0 && i > 0) return;
      await write(keysSql(typed), 'keys', `${PARQUET}, compression uncompressed`);
      await write(acceptedSql(contract, typed, slice.positions), 'accepted', PARQUET);
      await write(identitySql(contract, typed, slice.positions), 'identity', PARQUET);
      if (of('known') > 0 && knownStatus(contract) === 'repeated') await write(repeatedSql(typed), 'repeated', PARQUET);
    } finally {
      for (const table of [typed, known]) await engine.run(`drop table if exists ${table}`);
      await rm(slice.records);
    }
  }

  /**
   * Compares the keys of all slices and gives the account.
   * @throws accounting when the rows do not add up to the records received
   */
  async finish(canonical: Canonical): Promise<Sorted> {
    const exceptions = await this.#exceptions();
    const pieces = await this.#pieces(exceptions.length > 0);
    const { entitled, contract, workDir } = this.#input;
    const count = (verdict: string, ...status: string[]) =>
      exceptions.filter((e) => e.verdict === verdict && status.includes(e.status)).reduce((sum, e) => sum + e.n, 0);
    const conflicts = count('conflict', 'accepted', 'unchanged', 'repeated');
    if (conflicts > 0) this.#add('key-conflict', conflicts);
    const refused: number[] = [];
    if (entitled) for await (const [row] of textRows(canonical.faults)) refused.push(Number(row));
    else for await (const [, reason] of textRows(canonical.faults)) this.#add(reason as string, 1);
    for (const file of await this.#files('refused'))
      for await (const [row] of textRows(file)) refused.push(Number(row));
    if (refused.length > 0) this.#add(refusalOf(contract), refused.length);
    const counts: Counts = {
      received: canonical.received,
      accepted: this.#classes.accepted - count('repeat', 'accepted') - count('conflict', 'accepted'),
      unchanged: this.#classes.known + count('repeat', 'accepted') - count('conflict', 'unchanged', 'repeated'),
      quarantined: this.#issues + conflicts + (entitled ? 0 : canonical.damaged),
      refused: refused.length,
      reasons: this.#reasons,
    };
    if (counts.received !== counts.accepted + counts.unchanged + counts.quarantined + counts.refused)
      throw failed(
        'accounting',
        `${contract.title}的账目不平：收到 ${counts.received} 行，各项之和不等`,
        '请把本错误和文件的前几行表头报告给开发者；本文件没有入库',
      );
    const issues = await this.#files('issues');
    const odd = join(workDir, 'conflicts.csv');
    if (conflicts > 0)
      await this.#engine.run(
        `copy (select row from ${this.#tables.odd} where verdict = 'conflict' order by row) to ${literal(odd)} (${CSV})`,
      );
    return {
      counts,
      ...pieces,
      refused: refused.sort((a, b) => a - b),
      async *issues() {
        for (const file of issues)
          for await (const [row, issue] of textRows(file)) yield { row: Number(row), issue: Number(issue) };
      },
      async *conflicts() {
        if (conflicts > 0) for await (const [row] of textRows(odd)) yield Number(row);
      },
    };
  }

  async close(): Promise<void> {
    for (const table of Object.values(this.#tables)) await this.#engine.run(`drop table if exists ${table}`);
  }

  #add(reason: string, n: number): void {
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + n;
  }

  /** Finds the rows that only the whole file shows to be no good, into a table; gives their numbers by verdict and status. */
  async #exceptions(): Promise<{ verdict: string; status: string; n: number }[]> {
    const engine = this.#engine;
    const { twice, odd } = this.#tables;
    const files = await this.#files('keys');
    if (files.length === 0) return [];
    const keys = join(this.#input.workDir, 'keys-*');
    const parts = Math.max(1, Math.ceil((this.#classes.accepted + this.#classes.known) / KEYS_AT_ONCE));
    await engine.run(`create temp table ${twice} (k ubigint)`);
    for (let part = 0; part < parts; part++) await engine.run(`insert into ${twice} ${twiceSql(keys, part, parts)}`);
    const [found] = await engine.all<{ n: bigint }>(`select count(*) as n from ${twice}`);
    if (!found || found.n === 0n) return [];
    const stored = ['accepted-*'];
    if ((await this.#files('repeated')).length > 0) stored.push('repeated-*');
    const patterns = stored.map((name) => join(this.#input.workDir, name));
    await engine.run(`create temp table ${odd} as ${exceptionsSql(keys, twice, patterns)}`);
    const rows = await engine.all<{ verdict: string; status: string; n: bigint }>(
      `select verdict, intake_status as status, count(*) as n from ${odd} group by all`,
    );
    return rows.map((r) => ({ ...r, n: Number(r.n) }));
  }

  /** The accepted and identity files without the exceptions, small ones brought together. */
  async #pieces(exceptions: boolean): Promise<{ accepted: Piece[]; identity: Piece[] }> {
    const engine = this.#engine;
    const { workDir } = this.#input;
    const together = this.#classes.accepted + this.#classes.known <= ONE_FILE;
    const clean = exceptions ? `where row not in (select row from ${this.#tables.odd})` : '';
    const made = async (name: string): Promise<Piece[]> => {
      let files = await this.#files(name);
      if (together && files.length > 1) {
        const one = join(workDir, `together-${name}`);
        const list = files.map(literal).join(', ');
        await engine.run(`copy (select * from read_parquet([${list}]) ${clean}) to ${literal(one)} (${PARQUET})`);
        files = [one];
      } else if (exceptions) {
        for (const file of files) {
          const read = `read_parquet(${literal(file)})`;
          const [hit] = await engine.all<{ n: bigint }>(
            `select count(*) as n from ${read} where row in (select row from ${this.#tables.odd})`,
          );
          if (hit?.n === 0n) continue;
          await engine.run(`copy (select * from ${read} ${clean}) to ${literal(`${file}.clean`)} (${PARQUET})`);
          await rename(`${file}.clean`, file);
        }
      }
      const pieces: Piece[] = [];
      for (const path of files) {
        const [n] = await engine.all<{ n: bigint }>(`select count(*) as n from read_parquet(${literal(path)})`);
        pieces.push({ path, rows: Number(n?.n ?? 0) });
      }
      return pieces;
    };
    return { accepted: await made('accepted'), identity: await made('identity') };
  }

  async #files(name: string): Promise<string[]> {
    const names = (await readdir(this.#input.workDir)).filter((n) => n.startsWith(`${name}-`)).sort();
    return names.map((n) => join(this.#input.workDir, n));
  }
}

const CSV = 'format csv, header false';
const PARQUET = 'format parquet';
const numbered = (i: number) => String(i).padStart(5, '0');

async function insertValues(engine: Engine, table: string, values: readonly string[]): Promise<void> {
  for (let i = 0; i < values.length; i += 5000)
    await engine.run(`insert into ${table} values ${values.slice(i, i + 5000).join(', ')}`);
}

/**
 * Runs a statement with its joins as they are written. The engine takes a CSV file for small and would build its hash table
 * from all the file's rows instead of from the few hundred division codes: five seconds more and no streaming at 1M rows.
 */
async function joinsAsWritten(engine: Engine, sql: string): Promise<void> {
  await engine.run(`set disabled_optimizers = 'build_side_probe_side,join_order'`);
  try {
    await engine.run(sql);
  } finally {
    await engine.run('reset disabled_optimizers');
  }
}
