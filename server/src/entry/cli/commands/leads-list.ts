import { listLeads } from '../../../modules/monitoring/batch.ts';
import { system } from '../../../platform/database/index.ts';
import { openInstallation } from '../../../platform/installation.ts';
import type { Output } from '../output.ts';

/** `doudi leads list`: household, kind, cause, level, rule and evidence of a month's leads. */
export async function command(options: { data: string; period?: string; now?: string }, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    const leads = await installation.db.withActor(system('命令行列出线索'), (tx) =>
      listLeads(tx, { period: options.period }),
    );
    out.result(
      leads,
      leads.map((l) => `${l.period} ${l.level.padEnd(6)} ${l.kind} ${l.cause} 家庭 ${l.household}`).join('\n'),
    );
    return 0;
  } finally {
    await installation.close();
  }
}
