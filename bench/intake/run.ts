import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../tools/run.ts';
import { writeSettlements } from './write-file.ts';

// Intake of a UTF-8 CSV beside DuckDB merely reading it and writing Parquet, at two sizes. Wanted of it (issue 4): at the
// larger size at most three times the bare time, and at most 1.2 times the peak memory of the smaller.
const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000,10000000' } } });
const sizes = values.rows.split(',').map(Number);

interface Measured {
  seconds: number;
  cpu: number;
  peakRssMb: number;
}

const dir = await mkdtemp(join(tmpdir(), 'doudi-bench-intake-'));
const measure = async (what: string, file: string): Promise<Measured> => {
  const { code, output } = await run('node', [
    'bench/intake/measure.ts',
    ...['--what', what, '--file', file, '--dir', dir],
  ]);
  if (code !== 0) throw new Error(output);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Measured;
};
const peaks: number[] = [];
try {
  for (const rows of sizes) {
    const file = join(dir, `${rows}.csv`);
    writeSettlements(file, rows);
    // Before and after, since another's load on the machine comes and goes.
    const before = await measure('bare', file);
    const ours = await measure('intake', file);
    const after = await measure('bare', file);
    await rm(file);
    const bare = { seconds: (before.seconds + after.seconds) / 2, cpu: (before.cpu + after.cpu) / 2 };
    peaks.push(ours.peakRssMb);
    console.log(
      `${rows} rows: intake ${ours.seconds.toFixed(1)} s (${ours.cpu.toFixed(1)} s of processor), bare ${bare.seconds.toFixed(1)} s (${bare.cpu.toFixed(1)});` +
        ` ratio ${(ours.seconds / bare.seconds).toFixed(2)} by the clock, ${(ours.cpu / bare.cpu).toFixed(2)} by the processor (wanted ≤ 3);` +
        ` peak ${ours.peakRssMb} MB, bare ${before.peakRssMb} MB`,
    );
  }
  const [small, large] = peaks;
  if (small && large)
    console.log(`peak memory, largest to smallest size: ${(large / small).toFixed(2)} (wanted ≤ 1.2)`);
} finally {
  await rm(dir, { recursive: true, force: true });
}
