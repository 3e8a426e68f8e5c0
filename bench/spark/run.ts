import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { compilePolicies, type Family, type ResolvedParameters, readPacks, spark } from '../../policy/src/index.ts';
import { repositoryPacks } from '../../policy/tests/pack-files.ts';
import { randomFamilies } from '../../policy/tests/random-families.ts';
import { literal } from '../../server/src/platform/engine/index.ts';
import { run } from '../../tools/run.ts';
import { pythonWith } from '../python.ts';
import { writeFamilies } from './family-files.ts';

// npm run bench:spark [-- --families 20000 --seed 7]: the same plan on DuckDB, in JavaScript and on Spark SQL (PySpark of
// PyPI, a local cluster of two workers) over the same random families. Counts decisions that are the same and different.
const { values } = parseArgs({
  options: {
    families: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '7' },
    slowest: { type: 'boolean', default: false },
  },
});
const MONTH = '2026-10';
const COLUMNS = ['household_id', 'person_id', 'programme', 'outcome', 'amount_fen', 'missing', 'reasons', 'branch'];

const dir = mkdtempSync(join(tmpdir(), 'doudi-spark-'));
const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
try {
  const connection = await instance.connect();
  const { packs } = readPacks(repositoryPacks());
  const plan = compilePolicies(packs, { month: MONTH, everything: true });
  // 太原 140100 has no pack of its own: what a place without one is decided by.
  const divisions = [...new Set([...packs.filter((p) => p.parent !== undefined).map((p) => p.division), '140100'])];
  const parameters = divisions.map((division) => plan.resolve(division));
  const families = randomFamilies(packs, divisions, Number(values.families), Number(values.seed));
  await writeFamilies(connection, packs, families, dir);
  console.log(
    `${families.length} random families of ${divisions.length} divisions, ${plan.programmes.length} programmes, seed ${values.seed}`,
  );

  const relations = { household: 'household_input', person: 'person_input', obligor: 'obligor_input', parameters };
  const script = plan.sql({ ...relations, prefix: 'duck_', decision: 'by_duckdb' });
  let from = performance.now();
  for (const statement of script.statements) await connection.run(statement);
  console.log(`  DuckDB      ${seconds(from)} s`);

  from = performance.now();
  await byJavaScript(connection, families, parameters);
  console.log(`  JavaScript  ${seconds(from)} s`);

  const python = await pythonWith(['pyspark==4.3.0']);
  const onSpark = plan.sql({ ...relations, dialect: spark });
  writeFileSync(
    join(dir, 'job.json'),
    JSON.stringify({
      tables: Object.fromEntries(
        ['household', 'person', 'obligor'].map((entity) => [`${entity}_input`, join(dir, `${entity}_input.parquet`)]),
      ),
      statements: onSpark.statements,
      results: {
        [onSpark.relations.decision]: join(dir, 'decision'),
        [onSpark.relations.conflicts]: join(dir, 'conflict'),
      },
      warehouse: join(dir, 'warehouse'),
    }),
  );
  const { code, output } = await run(python, ['bench/spark/run_plan.py', join(dir, 'job.json')]);
  if (code !== 0) throw new Error(`Spark failed:\n${output.slice(-6000)}`);
  const spoken = JSON.parse(output.trim().split('\n').at(-1) ?? '');
  if (values.slowest) for (const [took, text] of spoken.slowest) console.log(`    ${took} s  ${text}`);
  console.log(`  Spark ${spoken.version} ${spoken.seconds.toFixed(1)} s on ${spoken.workers} workers (after starting)`);

  await connection.run(
    `CREATE VIEW by_spark AS SELECT * FROM read_parquet(${literal(join(dir, 'decision', '*.parquet'))})`,
  );
  await compare(connection, 'by_spark', 'by_duckdb');
  await compare(connection, 'by_spark', 'by_javascript');
  const [conflicts] = await rows(
    connection,
    `SELECT sum(rows) FROM read_parquet(${literal(join(dir, 'conflict', '*.parquet'))})`,
  );
  console.log(`conflicts between exceptions on Spark: ${conflicts?.[0] ?? 0}`);

  async function byJavaScript(
    into: DuckDBConnection,
    all: readonly Family[],
    resolved: readonly ResolvedParameters[],
  ): Promise<void> {
    const byDivision = new Map(resolved.map((r) => [r.division, r]));
    const lines: string[] = [];
    for (const family of all) {
      const of = byDivision.get(family.division);
      for (const d of plan.evaluate(family, of ? { parameters: of } : {}).decisions)
        lines.push(
          JSON.stringify({
            household_id: d.household,
            person_id: d.person,
            programme: d.programme,
            outcome: d.outcome,
            amount_fen: d.amountFen === null ? null : String(d.amountFen),
            missing: d.missing,
            reasons: d.reasons,
            branch: d.branch,
          }),
        );
    }
    writeFileSync(join(dir, 'javascript.ndjson'), lines.join('\n'));
    await into.run(
      `CREATE TABLE by_javascript AS SELECT * FROM read_json(${literal(join(dir, 'javascript.ndjson'))}, format = 'newline_delimited', columns = {household_id: 'BIGINT', person_id: 'BIGINT', programme: 'VARCHAR', outcome: 'VARCHAR', amount_fen: 'BIGINT', missing: 'VARCHAR[]', reasons: 'VARCHAR[]', branch: 'VARCHAR'})`,
    );
  }
} finally {
  instance.closeSync();
  rmSync(dir, { recursive: true, force: true });
}

/** Prints how many decisions two relations have in common, by every column, and some of the others. */
async function compare(connection: DuckDBConnection, left: string, right: string): Promise<void> {
  const all = COLUMNS.join(', ');
  const only = (a: string, b: string) =>
    `SELECT '${a}' AS only_in, * FROM (SELECT ${all} FROM ${a} EXCEPT ALL SELECT ${all} FROM ${b})`;
  const odd = await rows(
    connection,
    `SELECT * FROM (${only(left, right)} UNION ALL ${only(right, left)}) ORDER BY household_id, programme, person_id, only_in`,
  );
  const [[total] = []] = await rows(connection, `SELECT count(*) FROM ${left}`);
  const onlyLeft = odd.filter((row) => row[0] === left).length;
  console.log(`${left} and ${right}: ${Number(total) - onlyLeft} same, ${odd.length} different`);
  for (const row of odd.slice(0, 10)) console.log(`    ${row.map((value) => String(value)).join(' | ')}`);
}

async function rows(connection: DuckDBConnection, query: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(query)).getRows() as unknown[][];
}

function seconds(from: number): string {
  return ((performance.now() - from) / 1000).toFixed(1);
}
