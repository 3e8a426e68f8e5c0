import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  keySide,
  linkPrepared,
  linkTables,
  matcherOf,
  prepareSide,
  readPlan,
} from '../../server/src/modules/linkage/batch.ts';
import { type Engine, literal, openEngine } from '../../server/src/platform/engine/index.ts';
import { writePair } from './generator/write.ts';
import { doudi } from './our-linker.ts';

// node bench/linkage/daily.ts [--left 100000] [--daily 10000]: a daily feed against a register that is kept prepared, as the
// month keeps it: only the feed is prepared, keyed, compared and decided. In one process: no command does this alone.
const { values } = parseArgs({
  options: { left: { type: 'string', default: '100000' }, daily: { type: 'string', default: '10000' } },
});
const dir = mkdtempSync(join(tmpdir(), 'doudi-daily-'));
const engine = await openEngine({ tempDir: dir, memoryMb: 4096 });
try {
  const rows = Number(values.left);
  writePair({ left: rows, right: Math.min(rows, 200_000), seed: 5, numbers: false, county: '321324', out: dir });
  const config = (await doudi(['link', 'init', join(dir, 'left.csv'), join(dir, 'right.csv')])).stdout;
  const plan = readPlan(config, 'init');
  await read(engine, 'left', 'source_l');
  await read(engine, 'right', 'source_r');
  const place = { engine, work: dir };
  const full = await linkTables(place, plan, { left: 'source_l', right: 'source_r' }, { prefix: 'all' });
  await engine.run(
    `CREATE TABLE source_d AS SELECT row_number() OVER () AS rid, * EXCLUDE (rid) FROM (SELECT * FROM source_r ORDER BY hash(rid) LIMIT ${Number(values.daily)})`,
  );
  const took: number[] = [];
  for (let round = 0; round < 5; round++) {
    const from = performance.now();
    const prepared = await prepareSide(place, plan.fields, 'right', 'source_d', `day${round}_0`);
    const keyed = await keySide(place, matcherOf(plan, full.model, false), full.model, prepared, `day${round}`);
    const linked = await linkPrepared(place, plan, full.model, full.left, keyed, { prefix: `day${round}_out` });
    took.push((performance.now() - from) / 1000);
    if (round === 0) {
      const [n] = await engine.all<{ n: bigint }>(
        `SELECT count(*) AS n FROM ${linked.decided} WHERE probability >= 0.5`,
      );
      console.log(`  ${values.daily} rows of a day against ${rows.toLocaleString('en')} kept prepared: ${n?.n} linked`);
    }
  }
  const sorted = took.toSorted((a, b) => a - b);
  console.log(
    `  seconds of five days: first ${took[0]?.toFixed(2)}, median ${sorted[2]?.toFixed(2)} (wanted ≤ 0.5 s against 1M)`,
  );
} finally {
  engine.close();
  rmSync(dir, { recursive: true, force: true });
}

async function read(into: Engine, side: string, table: string): Promise<void> {
  await into.run(
    `CREATE TABLE ${table} AS SELECT row_number() OVER () AS rid, * FROM read_csv(${literal(join(dir, `${side}.csv`))}, all_varchar = true, header = true)`,
  );
}
