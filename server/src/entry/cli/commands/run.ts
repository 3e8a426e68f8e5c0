import { openInstallation } from '../../../platform/installation.ts';
import { runMonth } from '../../worker/month.ts';
import { ready } from '../../worker/ready.ts';
import type { Output } from '../output.ts';

interface Options {
  period: string;
  data: string;
  packs?: string[];
  now?: string;
}

/** `doudi run`: one month from deliveries to leads; resumes after a kill, does nothing on the same pin. */
export async function command(options: Options, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    const run = await runMonth(installation, options.period, out.progress);
    out.result(
      run,
      run.repeated
        ? `${run.period} 已经跑过，输入没有变化，什么也没改`
        : `${run.period} 完成\n${run.steps.map((s) => `  ${s.step} ${s.seconds.toFixed(2)} 秒${s.skipped ? '（此前已完成）' : ''} ${JSON.stringify(s.result)}`).join('\n')}`,
    );
    return 0;
  } finally {
    await installation.close();
  }
}
