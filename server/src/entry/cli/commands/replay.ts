import { replay } from '../../../modules/assessment/batch.ts';
import { openInstallation } from '../../../platform/installation.ts';
import type { Output } from '../output.ts';

interface Options {
  data: string;
  sample: number;
  seed: number;
  period?: string;
  now?: string;
}

/** `doudi replay`: past decisions again from their pinned facts and packs; exit 1 when one differs. */
export async function command(options: Options, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    const result = await replay(installation, { sample: options.sample, seed: options.seed, period: options.period });
    out.result(result, `重算 ${result.replayed} 个决定，不同 ${result.differing.length} 个`);
    return result.differing.length === 0 ? 0 : 1;
  } finally {
    await installation.close();
  }
}
