import { run } from '../tools/run.ts';

// node bench/line-sizes.ts [--persons 100000,1000000]: the month's line at several sizes, beside DuckDB merely reading.
const given = process.argv.indexOf('--persons');
const sizes = (given > 0 ? (process.argv[given + 1] ?? '') : '100000,1000000').split(',').map(Number);

interface LineResult {
  persons: number;
  seconds: Record<string, number>;
  csv: { feeds: number; bytes: number; rows: number; intake: number; bareRead: number };
  gb18030: { bytes: number; intake: number };
  xlsx: { bytes: number; intake: number };
  encryption: number;
  peakRssMb: number;
}

const results: LineResult[] = [];
for (const persons of sizes) {
  console.log(`\n== ${persons.toLocaleString('en')} persons, one month (synthesis excluded)`);
  const { code, output } = await run('node', ['bench/line.ts', '--persons', String(persons)]);
  const last = output.trim().split('\n').at(-1) ?? '';
  if (code !== 0) {
    console.log(output);
    continue;
  }
  const result = JSON.parse(last) as LineResult;
  results.push(result);
  for (const [stage, seconds] of Object.entries(result.seconds))
    console.log(`  ${stage.padEnd(12)} ${seconds.toFixed(2)} s`);
  console.log(`  whole        ${whole(result).toFixed(2)} s   (wanted at 1M: ≤ 240 s)`);
  console.log(`  peak memory  ${result.peakRssMb} MB (Node with the engine; PostgreSQL apart)`);
  const { csv } = result;
  console.log(
    `  UTF-8 CSV    ${csv.feeds} feeds, ${csv.rows} rows, ${(csv.bytes / 1e6).toFixed(1)} MB: intake ${csv.intake.toFixed(2)} s, DuckDB bare read to Parquet ${csv.bareRead.toFixed(2)} s, ratio ${(csv.intake / csv.bareRead).toFixed(1)}× (wanted ≤ 4×)`,
  );
  console.log(
    `  GB18030 CSV  ${(result.gb18030.bytes / 1e6).toFixed(1)} MB: ${result.gb18030.intake.toFixed(2)} s;  .xlsx ${(result.xlsx.bytes / 1e6).toFixed(1)} MB: ${result.xlsx.intake.toFixed(2)} s;  encryption of the same bytes alone ${result.encryption.toFixed(2)} s`,
  );
}
const [small, large] = [results[0], results.at(-1)];
if (small && large && small !== large)
  console.log(
    `\ngrowth ${small.persons} → ${large.persons}: ${(whole(large) / whole(small)).toFixed(1)}× (wanted ≤ 11×)`,
  );

function whole(r: LineResult): number {
  return Object.values(r.seconds).reduce((sum, s) => sum + s, 0);
}
