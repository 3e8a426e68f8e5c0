import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, readdirSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { runMonth } from '../server/src/entry/worker/month.ts';
import { ready, withIntake } from '../server/src/entry/worker/ready.ts';
import { intakeFile } from '../server/src/modules/intake/batch.ts';
import { sealWith } from '../server/src/platform/crypto/index.ts';
import { literal, openEngine } from '../server/src/platform/engine/index.ts';
import { openInstallation } from '../server/src/platform/installation.ts';
import { removeData } from '../tests/doudi.ts';
import { run } from '../tools/run.ts';

// One size of the line in a process of its own, so that its peak memory is its own. Prints one JSON line last.
const persons = process.argv[process.argv.indexOf('--persons') + 1] ?? '100000';
const dir = await mkdtemp(join(tmpdir(), 'doudi-bench-'));
const county = join(dir, 'county');
const made = await run('node', [
  'synth/src/cli.ts',
  '--division',
  '321324',
  '--persons',
  persons,
  '--months',
  '1',
  '--seed',
  '7',
  '--out',
  county,
  '--end',
  '2026-10',
  '--json',
]);
if (made.code !== 0) throw new Error(made.output);
const deliveries = join(county, 'deliveries', '2026-10');
const seconds: Record<string, number> = {};
const csv = { feeds: 0, bytes: 0, rows: 0, intake: 0, bareRead: 0 };
const gb18030 = { bytes: 0, intake: 0 };
const xlsx = { bytes: 0, intake: 0 };
let encryption = 0;

const installation = await openInstallation({ data: join(dir, 'data'), now: '2026-11-03' });
try {
  await ready(installation);
  await withIntake(installation, async (deps) => {
    for (const name of readdirSync(deliveries).sort()) {
      const file = join(deliveries, name);
      const bytes = statSync(file).size;
      const feed = basename(name, extname(name)).split('.')[0] as string;
      const from = performance.now();
      const { received } = await intakeFile(deps, {
        file,
        feed,
        period: '2026-10',
        receivedAt: installation.clock.now(),
      });
      const took = (performance.now() - from) / 1000;
      seconds.intake = (seconds.intake ?? 0) + took;
      encryption += await timeEncryption(file);
      if (name.endsWith('.xlsx')) {
        xlsx.bytes += bytes;
        xlsx.intake += took;
      } else if (await isUtf8(file)) {
        csv.feeds++;
        csv.bytes += bytes;
        csv.rows += received;
        csv.intake += took;
        csv.bareRead += await bareRead(file);
      } else {
        gb18030.bytes += bytes;
        gb18030.intake += took;
      }
    }
  });
  const month = await runMonth(installation, '2026-10', () => undefined);
  for (const step of month.steps) seconds[step.step] = step.seconds;
} finally {
  await installation.close();
  removeData(join(dir, 'data'));
  await rm(dir, { recursive: true, force: true });
}
console.log(
  JSON.stringify({
    persons: Number(persons),
    seconds,
    csv,
    gb18030,
    xlsx,
    encryption,
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);

async function isUtf8(file: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(file, { end: 1 << 20 }))
      decoder.decode(chunk as Buffer, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** DuckDB merely reading the CSV as text and writing Parquet, on two threads. */
async function bareRead(file: string): Promise<number> {
  const engine = await openEngine({ tempDir: dir, threads: 2 });
  try {
    const from = performance.now();
    await engine.run(
      `copy (select * from read_csv(${literal(file)}, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"', ignore_errors = true)) to ${literal(join(dir, 'bare.parquet'))} (format parquet)`,
    );
    return (performance.now() - from) / 1000;
  } finally {
    engine.close();
  }
}

async function timeEncryption(file: string): Promise<number> {
  const key = randomBytes(32);
  const bytes = await readFile(file);
  const from = performance.now();
  await pipeline(Readable.from([sealWith(key, bytes, 'bench')]), createWriteStream(join(dir, 'sealed')));
  return (performance.now() - from) / 1000;
}
