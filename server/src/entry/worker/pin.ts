import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { currentDeliveries } from '../../modules/intake/batch.ts';
import { MODEL_VERSION } from '../../modules/linkage/batch.ts';
import { sql, system } from '../../platform/database/index.ts';
import { migrations } from '../../platform/database/migrate.ts';
import type { Installation } from '../../platform/installation.ts';
import { publishBundle } from '../../platform/packs/index.ts';

/** The release of the code, part of every pin: package version and the hash of the schema. */
export function codeVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const schema = createHash('sha256')
    .update(
      migrations()
        .map((m) => m.sha256)
        .join(''),
    )
    .digest('hex')
    .slice(0, 12);
  return `${version}+${schema}`;
}

/**
 * Pins what a run of a month will read: deliveries, the registry as the last run of an earlier month left it, packs,
 * linkage model and code. The same pin again gives the same run.
 * @param period 'YYYY-MM'
 */
export async function pinRun(
  installation: Installation,
  period: string,
): Promise<{ runId: string; pin: string; finished: boolean }> {
  return installation.db.withActor(system(`月度运行 ${period} 取定输入`), async (tx) => {
    await publishBundle(tx, installation.bundle);
    const deliveries = await currentDeliveries(tx, installation.bundle, period);
    const before = await sql<{
      pin: string;
    }>`select pin from platform.run where period < ${period} and finished_at is not null
      order by period desc, finished_at desc limit 1`.execute(tx.db);
    const pinned = {
      period,
      deliveries: deliveries.map((d) => d.deliveryId).sort(),
      registry: before.rows[0]?.pin ?? null,
      bundle: installation.bundle.hash,
      model: MODEL_VERSION,
      code: codeVersion(),
    };
    const pin = createHash('sha256').update(JSON.stringify(pinned)).digest('hex');
    await sql`insert into platform.run (period, pin, pinned, started_at)
      values (${period}, ${pin}, ${JSON.stringify(pinned)}::jsonb, ${tx.clock.now()}) on conflict (pin) do nothing`.execute(
      tx.db,
    );
    const { rows } = await sql<{
      id: string;
      finished_at: Date | null;
    }>`select id, finished_at from platform.run where pin = ${pin}`.execute(tx.db);
    const run = rows[0];
    if (!run) throw new Error('the run just pinned is not there');
    return { runId: run.id, pin, finished: run.finished_at !== null };
  });
}
