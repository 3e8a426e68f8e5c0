import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { intakeFile } from '../../server/src/modules/intake/batch.ts';
import { openIntakeBed } from '../../server/src/modules/intake/testing.ts';
import { literal, openEngine } from '../../server/src/platform/engine/index.ts';

// One measurement in a process of its own, so that its peak memory is its own. Prints one JSON line last.
const { values } = parseArgs({
  options: { what: { type: 'string' }, file: { type: 'string' }, dir: { type: 'string' } },
});
const { what, file = '', dir = '' } = values;

/** Wall seconds, seconds of all threads, and peak memory of the process. */
async function measured(work: () => Promise<void>): Promise<object> {
  const before = process.cpuUsage();
  const from = performance.now();
  await work();
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { seconds, cpu: (user + system) / 1e6, peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024) };
}

if (what === 'bare') {
  const engine = await openEngine({ tempDir: dir, threads: 2 });
  const to = join(dir, 'bare.parquet');
  const read = `read_csv(${literal(file)}, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', ignore_errors = true)`;
  console.log(
    JSON.stringify(await measured(() => engine.run(`copy (select * from ${read}) to ${literal(to)} (format parquet)`))),
  );
  engine.close();
  rmSync(to);
} else {
  const bed = await openIntakeBed();
  const receivedAt = bed.bed.clock.now();
  const taken = await measured(async () => {
    await intakeFile(bed.deps, { file, feed: 'medical', period: '2026-10', receivedAt });
  });
  console.log(JSON.stringify(taken));
  await bed.close();
}
