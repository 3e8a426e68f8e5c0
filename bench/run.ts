import { cpus, freemem, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { run } from '../tools/run.ts';

// npm run bench [-- --full] [-- --only line,intake,linkage,daily,policy,spark]: seconds, memory and ratios beside named peers, each
// with the limit that is wanted of it, in one run. It never passes or fails: machines differ, ratios of one run tell.
const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string', default: 'line,intake,linkage,daily,policy,spark' },
  },
});
const { full } = values;

interface Part {
  name: string;
  title: string;
  commands: string[][];
}

const parts: Part[] = [
  {
    name: 'line',
    title: 'The month from deliveries to findings; intake beside DuckDB merely reading',
    commands: [['bench/line-sizes.ts', '--persons', full ? '100000,1000000' : '30000,100000']],
  },
  {
    name: 'intake',
    title: 'A UTF-8 CSV taken in, DuckDB merely reading it and writing Parquet beside it',
    commands: [['bench/intake/run.ts', '--rows', full ? '1000000,10000000' : '100000,1000000']],
  },
  {
    name: 'linkage',
    title: 'Whose row it is: our linker by its command line, Splink 4 of PyPI beside it',
    commands: full
      ? [
          ['bench/linkage/run.ts', '--left', '1000000', '--right', '1000000', '--seeds', '3'],
          [
            ...['bench/linkage/run.ts', '--left', '10000000', '--right', '1000000', '--seeds', '1'],
            ...['--modes', 'none', '--no-known', '--memory', '9000'],
          ],
        ]
      : [['bench/linkage/run.ts', '--left', '100000', '--right', '100000', '--seeds', '2']],
  },
  {
    name: 'daily',
    title: 'A day’s 10,000 rows against a register kept prepared',
    commands: [['bench/linkage/daily.ts', '--left', full ? '1000000' : '100000']],
  },
  {
    name: 'policy',
    title: '低保, 单人保, 低保边缘: our SQL and JavaScript, OpenFisca of PyPI beside them',
    commands: [
      [
        ...['bench/openfisca/run.ts', '--households', full ? '1000000' : '200000', '--rounds', '3'],
        ...(full ? ['--partitioned', '10000000'] : []),
      ],
    ],
  },
  {
    name: 'spark',
    title: 'The same plan on Spark SQL, PySpark of PyPI, a local cluster of two workers',
    commands: [['bench/spark/run.ts', '--families', full ? '20000' : '1000']],
  },
];

const gb = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ${gb(totalmem())} (${gb(freemem())} free), load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}${full ? ', full sizes' : ', small sizes (--full for 1M and 10M)'}`,
);
const wanted = values.only.split(',');
for (const part of parts.filter(({ name }) => wanted.includes(name))) {
  console.log(`\n=== ${part.name}: ${part.title}`);
  for (const args of part.commands) {
    const { code, output } = await run('node', args, { show: true });
    if (code !== 0) console.log(`  not finished (exit ${code}): ${output.trim().split('\n').at(-1) ?? ''}`);
  }
}
