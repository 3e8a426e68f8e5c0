import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { compareDecisionsSql, compilePolicies, type Facts, readPacks, type Scalar } from '../src/index.ts';
import { repositoryPacks } from '../tests/pack-files.ts';
import { hundredCounties } from './population.ts';

// One run from Parquet to decisions in Parquet, in a process of its own so that its memory is its own:
// node policy/bench/parquet.ts --in DIR --out DIR [--divisions hundred|one] [--explain] [--missing] [--all] [--joined] [--reform]
//   [--javascript FAMILIES] [--threads 2]
// DIR has household*.parquet and person*.parquet, one pair per partition. The last line is JSON: seconds, peak memory.
const { values } = parseArgs({
  options: {
    in: { type: 'string', default: '' },
    out: { type: 'string', default: '' },
    divisions: { type: 'string', default: 'hundred' },
    explain: { type: 'boolean', default: false },
    missing: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    reform: { type: 'boolean', default: false },
    joined: { type: 'boolean', default: false },
    javascript: { type: 'string', default: '0' },
    threads: { type: 'string', default: '2' },
    memory: { type: 'string', default: '2GB' },
    statements: { type: 'boolean', default: false },
  },
});
const MONTH = '2026-10';
const RULES = ['subsistence', 'subsistence-single', 'subsistence-margin'];
const { packs } = readPacks(repositoryPacks());
const plan = compilePolicies(packs, values.all ? { month: MONTH } : { month: MONTH, programmes: RULES });
const one = values.divisions === 'one';
const parameters = one ? [plan.resolve('321324')] : hundredCounties(plan).parameters;
const raised = parameters.map((resolved) => ({
  ...resolved,
  parameters: resolved.parameters.map((p) =>
    p.id.startsWith('subsistence.standard') && p.value !== null
      ? { ...p, value: BigInt(p.value as bigint) + 7000n }
      : p,
  ),
}));
const instance = await DuckDBInstance.create(':memory:', { threads: values.threads, memory_limit: values.memory });
const connection = await instance.connect();
await connection.run(`SET preserve_insertion_order = false`);
const partitions = readdirSync(values.in)
  .filter((name) => /^household\d*\.parquet$/.test(name))
  .map((name) => /\d*(?=\.parquet)/.exec(name)?.[0] ?? '');
const seconds = { decide: 0, write: 0 };
const begun = performance.now();
const used = process.cpuUsage();
for (const part of partitions) await (Number(values.javascript) > 0 ? byJavaScript(part) : bySql(part));
const total = (performance.now() - begun) / 1000;
const cpu = process.cpuUsage(used);
console.log(
  JSON.stringify({
    ...seconds,
    total,
    processor: (cpu.user + cpu.system) / 1e6,
    peak_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);

async function bySql(part: string): Promise<void> {
  let from = performance.now();
  for (const entity of ['household', 'person'])
    await connection.run(
      `CREATE OR REPLACE TEMP VIEW ${entity}_input AS SELECT * FROM read_parquet('${join(values.in, `${entity}${part}.parquet`)}')`,
    );
  const columns = { household: await columnsOf('household_input'), person: await columnsOf('person_input') };
  const script = plan.sql({
    household: 'household_input',
    person: 'person_input',
    parameters: values.reform ? raised : parameters,
    columns,
    inline: !values.joined,
    explain: values.explain,
    missing: values.missing,
  });
  for (const statement of script.statements) {
    const started = performance.now();
    await connection.run(statement);
    if (values.statements)
      console.log(`${((performance.now() - started) / 1000).toFixed(2).padStart(7)} s  ${statement.slice(0, 90)}`);
  }
  seconds.decide += (performance.now() - from) / 1000;
  from = performance.now();
  if (values.reform) {
    const before = join(values.in, 'baseline.parquet');
    if (!existsSync(before)) throw new Error('--reform needs the decisions of a run before as baseline.parquet');
    await connection.run(compareDecisionsSql(`read_parquet('${before}')`, script.relations.decision, 'changed'));
    await write('SELECT * FROM changed', `changed${part}`);
  } else {
    await write(`SELECT * FROM ${script.relations.decision}`, `decision${part}`);
    if (values.explain) {
      await write(`SELECT * FROM ${script.relations.household}`, `household_value${part}`);
      await write(`SELECT * FROM ${script.relations.person}`, `person_value${part}`);
    }
  }
  seconds.write += (performance.now() - from) / 1000;
  for (const statement of script.cleanup) await connection.run(statement);
  await connection.run(`DROP TABLE ${script.relations.decision}`);
  await connection.run(`DROP TABLE ${script.relations.conflicts}`);
  if (values.reform) await connection.run('DROP TABLE changed');
  const left =
    await connection.runAndReadAll(`SELECT 'VIEW', view_name FROM duckdb_views() WHERE temporary AND view_name LIKE 'policy_%'
    UNION ALL SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary AND table_name LIKE 'policy_%' ORDER BY 1 DESC`);
  for (const [kind, name] of left.getRows()) await connection.run(`DROP ${kind} ${name}`);
}

async function write(query: string, name: string): Promise<void> {
  const path = join(values.out, `${name}.parquet`);
  const started = performance.now();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
  if (values.statements)
    console.log(`${((performance.now() - started) / 1000).toFixed(2).padStart(7)} s  COPY ${name}`);
}

/** Families one after the other by the JavaScript backend, as the caseworker's form does; the first N of the file. */
async function byJavaScript(part: string): Promise<void> {
  const limit = Number(values.javascript);
  const read = async (entity: string, order: string) =>
    (
      await connection.runAndReadAll(
        `SELECT * FROM read_parquet('${join(values.in, `${entity}${part}.parquet`)}') WHERE household_id < ${limit} ORDER BY ${order}`,
      )
    ).getRowObjectsJS();
  const persons = new Map<string, { id: string; facts: Facts }[]>();
  for (const row of await read('person', 'household_id, person_id')) {
    const list = persons.get(String(row.household_id)) ?? [];
    list.push({ id: String(row.person_id), facts: factsOf(row) });
    persons.set(String(row.household_id), list);
  }
  const families = (await read('household', 'household_id')).map((row) => ({
    id: String(row.household_id),
    division: String(row.division),
    household: factsOf(row),
    persons: persons.get(String(row.household_id)) ?? [],
    obligors: [],
  }));
  const byDivision = new Map(parameters.map((p) => [p.division, p]));
  const evaluate = (family: (typeof families)[number]) => {
    const of = byDivision.get(family.division);
    return plan.evaluate(family, of ? { parameters: of } : {}).decisions.length;
  };
  for (const family of families.slice(0, 500)) evaluate(family);
  const from = performance.now();
  let decisions = 0;
  for (const family of families) decisions += evaluate(family);
  seconds.decide += (performance.now() - from) / 1000;
  if (decisions === 0) throw new Error('no decision was made');
}

function factsOf(row: Record<string, unknown>): Facts {
  const facts: Record<string, Scalar | null> = {};
  for (const [name, value] of Object.entries(row))
    facts[name] = value instanceof Date ? Math.round(value.getTime() / 86_400_000) : ((value ?? null) as Scalar | null);
  return facts;
}

async function columnsOf(relation: string): Promise<string[]> {
  return (await connection.runAndReadAll(`DESCRIBE ${relation}`)).getRows().map((row) => String(row[0]));
}
