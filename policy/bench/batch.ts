import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { compilePolicies, readPacks } from '../src/index.ts';
import { repositoryPacks } from '../tests/pack-files.ts';
import { populationSql } from './population.ts';

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

const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await instance.connect();
const population = populationSql(packs, { from: 0, count }, "'321324'");
await connection.run(`CREATE TABLE household_input AS ${population.household}`);
await connection.run(`CREATE TABLE person_input AS ${population.person}`);
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
