import { openInstallation } from '../../../platform/installation.ts';
import { type MonthRun, runMonth } from '../../worker/month.ts';
import { ready } from '../../worker/ready.ts';
import type { Output } from '../output.ts';

interface Options {
  period: string;
  data: string;
  packs?: string[];
  now?: string;
  full?: boolean;
}

/**
 * `doudi run`: one month from deliveries to leads; resumes after a kill, computes only whom a change touches, and does nothing when
 * nothing changed. `--full` computes everyone.
 */
export async function command(options: Options, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    const run = await runMonth(installation, options.period, out.progress, options.full);
    out.result(
      run,
      run.repeated
        ? `${run.period} 已经跑过，输入没有变化，什么也没改`
        : `${run.period} 完成，${extent(run)}\n${run.steps.map((s) => `  ${s.step} ${s.seconds.toFixed(2)} 秒${s.skipped ? '（此前已完成）' : ''} ${JSON.stringify(s.result)}`).join('\n')}`,
    );
    return 0;
  } finally {
    await installation.close();
  }
}

/** How much was computed, and why no less. */
function extent({ increment, everyone }: MonthRun): string {
  if (increment) return `只重算受影响的 ${increment.touchedHouseholds} 户（共 ${increment.of} 户）`;
  return `全部重算（${everyone.map(({ why, feed }) => [feed, why].filter((part) => part).join(' ')).join('、')}）`;
}
