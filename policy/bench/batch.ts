import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { compilePolicies, type Entity, type InputDefinition, readPacks } from '../src/index.ts';
import { repositoryPacks } from '../tests/pack-files.ts';

// Seconds of the SQL batch over made-up households: node policy/bench/batch.ts --households 1000000 [--programmes a,b] [--joined]
// Default programmes: 低保, 单人保, 边缘, with the explanation columns kept. --all runs the whole pack.

const { values } = parseArgs({
  options: {
    households: { type: 'string', default: '100000' },
    programmes: { type: 'string', default: 'subsistence,subsistence-single,subsistence-margin' },
    all: { type: 'boolean', default: false },
    joined: { type: 'boolean', default: false },
  },
});
const count = Number(values.households);
const { packs } = readPacks(repositoryPacks());
const month = '2026-10';
const plan = compilePolicies(packs, values.all ? { month } : { month, programmes: values.programmes.split(',') });

/** Facts that vary, by a hash of household h and position k; everything else is known none. */
const varied: Record<string, string> = {
  birth_date: "DATE '1930-01-01' + (hash(h * 7 + k) % 32000)::INTEGER",
  wage: 'CASE WHEN hash(h * 3 + k) % 3 = 0 THEN (hash(h + k * 5) % 300000)::BIGINT ELSE 0 END',
  employed: 'hash(h * 3 + k) % 3 = 0',
  migrant_months: '(CASE WHEN hash(h * 11 + k) % 4 = 0 THEN 1 + hash(h * 13 + k) % 12 ELSE 0 END)::BIGINT',
  pension_resident: '(CASE WHEN hash(h * 17 + k) % 4 = 0 THEN 20000 ELSE 0 END)::BIGINT',
  disability_level: "CASE WHEN hash(h * 19 + k) % 20 = 0 THEN '2' ELSE 'none' END",
  disability_status: "CASE WHEN hash(h * 19 + k) % 20 = 0 THEN 'valid' ELSE 'none' END",
  medical_self_pay: '(hash(h * 23 + k) % 3000000)::BIGINT',
  car_value: '(CASE WHEN hash(h * 37 + k) % 9 = 0 THEN 9000000 ELSE 0 END)::BIGINT',
  income_declared: 'hash(h * 29) % 2 = 0',
  declared_other_income: 'CASE WHEN hash(h * 29) % 2 = 0 THEN (hash(h * 31) % 100000)::BIGINT END',
};

function knownNoneSql({ type, presumed }: InputDefinition): string {
  if (presumed !== undefined) return typeof presumed === 'string' ? `'${presumed}'` : String(presumed);
  if (type.kind === 'number') return '0::BIGINT';
  if (type.kind === 'boolean') return 'FALSE';
  return type.kind === 'date' ? "DATE '9999-12-31'" : `'${Object.keys(type.values)[0]}'`;
}

function columns(entity: Entity): string {
  const inputs = packs.flatMap((p) => p.inputs).filter((i) => i.entity === entity);
  return inputs.map((i) => `${varied[i.name] ?? knownNoneSql(i)} AS "${i.name}"`).join(', ');
}

const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await instance.connect();
await connection.run(
  `CREATE TABLE household_input AS SELECT h AS household_id, '321324' AS division, ${columns('household')} FROM range(${count}) t(h)`,
);
await connection.run(
  `CREATE TABLE person_input AS SELECT h AS household_id, h * 10 + k AS person_id, ${columns('person')} FROM (SELECT h, unnest(range((1 + hash(h) % 5)::BIGINT)) AS k FROM range(${count}) t(h))`,
);
const script = plan.sql({
  household: 'household_input',
  person: 'person_input',
  divisions: ['321324'],
  inline: !values.joined,
});
const start = performance.now();
const cpu = process.cpuUsage();
for (const statement of script.statements) {
  const from = performance.now();
  await connection.run(statement);
  console.log(`${((performance.now() - from) / 1000).toFixed(2).padStart(7)} s  ${statement.slice(0, 60)}`);
}
const used = process.cpuUsage(cpu);
console.log(
  `${((performance.now() - start) / 1000).toFixed(2)} s wall, ${((used.user + used.system) / 1e6).toFixed(2)} s of processor, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
);
const rows = await connection.runAndReadAll(
  `SELECT programme, outcome, COUNT(*), SUM(amount_fen) FROM ${script.relations.decision} GROUP BY ALL ORDER BY ALL`,
);
for (const row of rows.getRows()) console.log(row.map((v) => String(v ?? '')).join('  '));
