import { type Engine, literal } from '../../../platform/engine/index.ts';
import { failed } from '../../../platform/errors.ts';
import type { FeedContract } from '../domain/contract.ts';
import { cellReasonOf, type RecordReason, refusalOf } from '../domain/reasons.ts';
import { textRows } from '../source/text-rows.ts';
import { acceptedSql, identitySql, refusedSql, setAsideSql, Verdict, verdictSql } from './outcome.ts';
import { typedSql } from './typed.ts';

export interface SortInput {
  /** Unique part of the names of temporary tables. */
  name: string;
  contract: FeedContract;
  canonical: { records: string; faults: string; received: number; damaged: number };
  positions: ReadonlyMap<string, number>;
  fields: number;
  codes: readonly { code: string; currentId: number }[];
  salt: string;
  /** Absolute paths of the accepted files of the feed's state. */
  state: readonly string[];
  /**
   * Marks (`entitledMark`) of the only people whose rows may be kept; absent where the feed's basis covers everyone.
   * A record that cannot be split shows nobody's right to be kept, so it is refused as well.
   */
  entitled?: readonly string[];
}

export interface Counts {
  received: number;
  accepted: number;
  unchanged: number;
  quarantined: number;
  refused: number;
  reasons: Record<string, number>;
}

/** A delivery's records, typed and judged, held by the engine until `close`. */
export interface Sorted {
  counts: Counts;
  /** Writes the accepted Parquet; gives its rows. */
  writeAccepted(path: string): Promise<number>;
  /** Writes the plain identity Parquet; gives its rows. */
  writeIdentity(path: string): Promise<number>;
  /** Record numbers without lawful basis, ascending. */
  refused(): Promise<number[]>;
  /** Records set aside after splitting: number and issue (NULL for a key conflict), ascending. */
  setAside(): AsyncGenerator<{ row: number; issue: number | null }>;
  close(): Promise<void>;
}

/**
 * Types every record and gives each its verdict, by the batch engine.
 * @throws accounting when the verdicts do not add up to the records received
 */
export async function sortRows(engine: Engine, input: SortInput): Promise<Sorted> {
  const { contract, canonical } = input;
  const typed = `intake_typed_${input.name}`;
  const verdicts = `intake_verdict_${input.name}`;
  const divisions = `intake_division_${input.name}`;
  const entitled = `intake_entitled_${input.name}`;
  const close = async () => {
    for (const table of [typed, verdicts, divisions, entitled]) await engine.run(`drop table if exists ${table}`);
  };
  try {
    await engine.run(`create temp table ${divisions} (code varchar, id integer)`);
    const codes = codeTable(input.codes);
    for (let i = 0; i < codes.length; i += 5000)
      await engine.run(`insert into ${divisions} values ${codes.slice(i, i + 5000).join(', ')}`);
    if (input.entitled) await loadEntitled(engine, entitled, input.entitled);
    const { entitled: marks, ...given } = input;
    const plan = { ...given, records: canonical.records, divisions, homes: homesOf(input.codes) };
    const scoped = marks ? { ...plan, entitled } : plan;
    await withJoinsAsWritten(engine, `create temp table ${typed} as ${typedSql(scoped)}`);
    await engine.run(`create temp table ${verdicts} as ${verdictSql(contract, typed, input.state)}`);
    const counts = await count(engine, input, typed, verdicts);
    const copy = async (sql: string, path: string) => {
      await engine.run(`copy (${sql}) to ${literal(path)} (format parquet)`);
      const rows = await engine.all<{ n: bigint }>(`select count(*) as n from read_parquet(${literal(path)})`);
      return Number(rows[0]?.n ?? 0);
    };
    return {
      counts,
      writeAccepted: (path) => copy(acceptedSql(contract, typed, verdicts), path),
      writeIdentity: (path) => copy(identitySql(contract, typed, verdicts), path),
      async refused() {
        const rows: number[] = [];
        if (input.entitled) for await (const [row] of textRows(canonical.faults)) rows.push(Number(row));
        if (counts.refused > 0)
          for await (const batch of engine.stream<{ row: bigint }>(refusedSql(verdicts)))
            for (const r of batch) rows.push(Number(r.row));
        return rows.sort((a, b) => a - b);
      },
      async *setAside() {
        for await (const batch of engine.stream<{ row: bigint; issue: number | null }>(setAsideSql(typed, verdicts)))
          for (const r of batch) yield { row: Number(r.row), issue: r.issue };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function loadEntitled(engine: Engine, table: string, marks: readonly string[]): Promise<void> {
  await engine.run(`create temp table ${table} (mark varchar)`);
  const values = [...new Set(marks)].map((mark) => `(${literal(mark)})`);
  for (let i = 0; i < values.length; i += 5000)
    await engine.run(`insert into ${table} values ${values.slice(i, i + 5000).join(', ')}`);
}

/**
 * Runs a statement with its joins as they are written. The engine takes a CSV file for small and would build its hash table
 * from all the file's rows instead of from the few hundred division codes: five seconds more and no streaming at 1M rows.
 */
async function withJoinsAsWritten(engine: Engine, sql: string): Promise<void> {
  await engine.run(`set disabled_optimizers = 'build_side_probe_side,join_order'`);
  try {
    await engine.run(sql);
  } finally {
    await engine.run('reset disabled_optimizers');
  }
}

async function count(engine: Engine, input: SortInput, typed: string, verdicts: string): Promise<Counts> {
  const { contract, canonical } = input;
  const rows = await engine.all<{ verdict: number; issue: number | null; n: bigint }>(
    `select verdict, case when verdict = ${Verdict.issue} then issue % 100 end as issue, count(*) as n
      from ${typed} t join ${verdicts} d on d.row = t.row group by all order by all`,
  );
  const reasons: Record<string, number> = {};
  const add = (reason: string, n: number) => {
    reasons[reason] = (reasons[reason] ?? 0) + n;
  };
  const of = (...kinds: number[]) =>
    rows.filter((r) => kinds.includes(r.verdict)).reduce((sum, r) => sum + Number(r.n), 0);
  const refusal = refusalOf(contract);
  if (!input.entitled) for await (const [, reason] of textRows(canonical.faults)) add(reason as RecordReason, 1);
  else if (canonical.damaged > 0) add(refusal, canonical.damaged);
  for (const r of rows) {
    if (r.verdict === Verdict.issue) add(cellReasonOf(Number(r.issue)) as string, Number(r.n));
    if (r.verdict === Verdict.conflict) add('key-conflict', Number(r.n));
    if (r.verdict === Verdict.refused) add(refusal, Number(r.n));
  }
  const counts = {
    received: canonical.received,
    accepted: of(Verdict.accepted),
    unchanged: of(Verdict.unchanged, Verdict.repeated),
    quarantined: of(Verdict.issue, Verdict.conflict) + (input.entitled ? 0 : canonical.damaged),
    refused: of(Verdict.refused) + (input.entitled ? canonical.damaged : 0),
    reasons,
  };
  if (counts.received !== counts.accepted + counts.unchanged + counts.quarantined + counts.refused)
    throw failed(
      'accounting',
      `${contract.title}的账目不平：收到 ${counts.received} 行，各项之和不等`,
      '请把本错误和文件的前几行表头报告给开发者；本文件没有入库',
    );
  return counts;
}

/** Codes as departments write them: as they are, and filled with zeros to 12 digits. */
function codeTable(codes: readonly { code: string; currentId: number }[]): string[] {
  const byCode = new Map<string, number>();
  for (const { code, currentId } of codes) byCode.set(code.padEnd(12, '0'), currentId);
  // A code of its own wins over one that another was filled up to.
  for (const { code, currentId } of codes) byCode.set(code, currentId);
  return [...byCode].map(([code, id]) => `(${literal(code)}, ${id})`);
}

/** The counties whose villages we know: their codes' first six digits. Of the neighbours we know no village. */
const homesOf = (codes: readonly { code: string }[]): string[] => [
  ...new Set(codes.filter((c) => c.code.length === 12).map((c) => c.code.slice(0, 6))),
];
