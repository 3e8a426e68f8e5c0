import { readFile, rm } from 'node:fs/promises';
import {
  type SimulatedChange,
  type SimulatedMonth,
  simulatedChanges,
  simulateMonth,
} from '../../../modules/assessment/batch.ts';
import { LAKE_WRITERS, withLock } from '../../../platform/database/lock.ts';
import { openEngine } from '../../../platform/engine/index.ts';
import { invalid, usage } from '../../../platform/errors.ts';
import { openInstallation } from '../../../platform/installation.ts';
import type { Output } from '../output.ts';

interface Options {
  reform?: string;
  period?: string;
  data: string;
  now?: string;
}

const WORDS: Record<SimulatedChange['change'], string> = {
  enters: '新进入',
  leaves: '退出',
  gains: '增加',
  loses: '减少',
  opens: '变为待定',
  settles: '由待定变为不符合',
};

/** `doudi policy simulate --reform FILE --period YYYY-MM`: what a reform would have made of a month that was run. */
export async function command(options: Options, out: Output): Promise<number> {
  if (!options.reform || !options.period)
    throw usage(
      'simulate-usage',
      '缺 --reform 或 --period',
      '例如 doudi policy simulate --reform raise-70.yaml --period 2026-10；方案的写法见 docs/policy-language',
    );
  const path = options.reform;
  const text = await readFile(path, 'utf8').catch(() => {
    throw invalid('reform-missing', `读不到文件：${path}`, '请检查 --reform 的路径');
  });
  const installation = await openInstallation({ data: options.data, now: options.now });
  try {
    const period = options.period;
    const done = await withLock(installation.urls.app, LAKE_WRITERS, 'shared', async () => {
      const tempDir = await installation.lake.workDir('simulate-engine');
      const engine = await openEngine({ tempDir });
      try {
        const started = performance.now();
        const month = await simulateMonth({ ...installation, engine }, { period, reform: { path, text } });
        const seconds = Math.round(performance.now() - started) / 1000;
        const households: SimulatedChange[] = [];
        for await (const change of simulatedChanges(engine)) households.push(change);
        return { month, seconds, households };
      } finally {
        engine.close();
        await rm(tempDir, { recursive: true, force: true });
      }
    });
    if (!done) throw new Error('a shared lock is waited for, never refused');
    out.result({ ...done.month, seconds: done.seconds, changes: done.households }, words(done.month, done.seconds));
    return 0;
  } finally {
    await installation.close();
  }
}

function words(month: SimulatedMonth, seconds: number): string {
  const lines = month.programmes
    .filter((p) => p.affected)
    .flatMap((p) => {
      const own = month.cells.filter((c) => c.programme === p.programme);
      const by = (Object.keys(WORDS) as SimulatedChange['change'][]).flatMap((change) => {
        const count = own.filter((c) => c.change === change).reduce((n, c) => n + c.count, 0);
        return count > 0 ? [`${WORDS[change]} ${count}`] : [];
      });
      const yearly = p.yearlyDifference === null ? '' : `（全年 ${p.yearlyDifference}）`;
      return [
        `${p.title}：${p.before.eligible} → ${p.after.eligible}，${p.before.amount} → ${p.after.amount} 元，差 ${p.difference} 元${yearly}`,
        `    ${by.join('，') || '没有变化'}；其中在册 ${p.before.onRollAmount} → ${p.after.onRollAmount} 元`,
      ];
    });
  const conflicts = month.conflicts.map((c) => `规则“${c.variable}”的例外互相冲突：${c.rows}`);
  return [
    `${month.reform.title}（${month.period}，${month.households} 户有变化，${seconds.toFixed(2)} 秒）`,
    ...lines,
    ...conflicts,
  ].join('\n');
}
