import { basename, dirname, extname } from 'node:path';
import { type IntakeResult, intakeFile } from '../../../modules/intake/batch.ts';
import { DoudiError, usage } from '../../../platform/errors.ts';
import { openInstallation } from '../../../platform/installation.ts';
import { ready, withIntake } from '../../worker/ready.ts';
import type { Output } from '../output.ts';

interface Options {
  feed?: string;
  period?: string;
  data: string;
  packs?: string[];
  now?: string;
}

/** The feed and period of a file: as given, else read from `<period>/<feed>[.part].<ext>`. */
export function deliveryOf(
  file: string,
  options: { feed?: string; period?: string },
): { feed: string; period: string } {
  const feed = options.feed ?? basename(file, extname(file)).split('.')[0];
  const period = options.period ?? basename(dirname(file));
  if (!feed || !/^\d{4}-(0[1-9]|1[0-2])$/.test(period)) {
    throw usage(
      'intake-unnamed',
      `认不出文件属于哪个来源和月份：${basename(file)}`,
      '请写 --feed 与 --period，或把文件放成 2026-10/medical.csv 的样子',
    );
  }
  return { feed, period };
}

type Taken = IntakeResult & { file: string };
interface Refused {
  file: string;
  feed: string;
  period: string;
  error: { code: string; message: string; cure: string };
}

/**
 * `doudi intake`: takes files in one after another; each is accounted for on its own. A file that cannot be read stops a
 * command for it alone; among several it is told and the others are taken in.
 */
export async function command(options: Options, out: Output, files: string[]): Promise<number> {
  const named = files.map((file) => ({ file, ...deliveryOf(file, options) }));
  const installation = await openInstallation(options);
  try {
    await ready(installation);
    const results = await withIntake(installation, async (deps) => {
      const taken: (Taken | Refused)[] = [];
      for (const { file, feed, period } of named) {
        out.progress(`收文 ${period} ${feed}`);
        try {
          const result = await intakeFile(deps, { file, feed, period, receivedAt: installation.clock.now() });
          taken.push({ file: basename(file), ...result });
        } catch (error) {
          if (!(error instanceof DoudiError) || named.length === 1) throw error;
          const { code, message, cure } = error;
          taken.push({ file: basename(file), feed, period, error: { code, message, cure } });
        }
      }
      return taken;
    });
    out.result(results, results.map(sentence).join('\n'));
    return results.some((r) => 'error' in r) ? 1 : 0;
  } finally {
    await installation.close();
  }
}

const sentence = (r: Taken | Refused): string =>
  'error' in r
    ? `${r.period} ${r.feed}: 未收 ${r.file}：${r.error.message}（办法：${r.error.cure}）`
    : `${r.period} ${r.feed}: ${account(r)}${r.repeated ? '（重复文件，未改动）' : ''}`;

/** The account of a file in one line. */
export const account = (
  r: Pick<IntakeResult, 'received' | 'accepted' | 'unchanged' | 'quarantined' | 'refused'>,
): string =>
  `收到 ${r.received} = 接收 ${r.accepted} + 未变 ${r.unchanged} + 隔离 ${r.quarantined} + 拒收 ${r.refused}`;
