import { rm } from 'node:fs/promises';
import { assessStep, concernedDecisionsStep, coverageStep } from '../../modules/assessment/batch.ts';
import { rollStep } from '../../modules/entitlements/batch.ts';
import { monthStep } from '../../modules/indicators/batch.ts';
import { linkStep } from '../../modules/linkage/batch.ts';
import { findingsStep, leadsStep } from '../../modules/monitoring/batch.ts';
import { personsStep, portraitStep } from '../../modules/registry/batch.ts';
import { sql, system } from '../../platform/database/index.ts';
import { openEngine } from '../../platform/engine/index.ts';
import { failed } from '../../platform/errors.ts';
import type { Installation } from '../../platform/installation.ts';
import { openJobs, registerWorkflow } from '../../platform/jobs/index.ts';
import { type Decided, type Json, type RunContext, runStep, type Step } from '../../platform/jobs/step.ts';
import { publishedBundle } from '../../platform/packs/index.ts';
import { decidedStep } from './decided.ts';
import { codeVersion, type Pinned, pinRun } from './pin.ts';
import { cleanLake } from './ready.ts';

/** The month as one line; the order is the flow of DESIGN.md. */
export const STEPS: readonly { name: string; title: string; step: Step }[] = [
  { name: 'persons', title: '登记人口与家庭', step: personsStep },
  { name: 'link', title: '认人：每行是谁的', step: linkStep },
  { name: 'decided', title: '取人的决定', step: decidedStep },
  { name: 'roll', title: '在册与发放', step: rollStep },
  { name: 'assess', title: '测算应享待遇', step: assessStep },
  { name: 'findings', title: '比对发现', step: findingsStep },
  { name: 'leads', title: '生成线索', step: leadsStep },
  { name: 'decisions', title: '抄送相关家庭的测算', step: concernedDecisionsStep },
  { name: 'coverage', title: '统计各项目覆盖', step: coverageStep },
  { name: 'portraits', title: '抄送相关家庭的画像', step: portraitStep },
  { name: 'month', title: '月度数字', step: monthStep },
];

export interface MonthRun {
  runId: string;
  period: string;
  pin: string;
  /** True when this pin had been run to its end before: nothing was changed. */
  repeated: boolean;
  steps: { step: string; seconds: number; skipped: boolean; result: Json }[];
}

interface Doing {
  installation: Installation;
  progress: RunContext['progress'];
}

// The job library resumes a workflow before anybody calls it, so what it works on is set before it is opened.
let doing: Doing | undefined;

const monthWorkflow = registerWorkflow('month', async (pin: string): Promise<MonthRun> => {
  if (!doing) throw new Error('month workflow without an installation');
  const { installation, progress } = doing;
  const run = await installation.db.withActor(system('月度运行'), async (tx) => {
    const { rows } = await sql<{
      id: string;
      period: string;
      pinned: Pinned;
    }>`select id, period, pinned from platform.run where pin = ${pin}`.execute(tx.db);
    const found = rows[0];
    if (!found) throw failed('run-unknown', '找不到这次运行的登记', '请重新执行 doudi run');
    return { ...found, bundle: await publishedBundle(tx, found.pinned.bundle) };
  });
  const tempDir = await installation.lake.workDir('engine');
  const engine = await openEngine({ tempDir });
  try {
    const context: RunContext = {
      runId: run.id,
      period: run.period,
      db: installation.db,
      lake: installation.lake,
      engine,
      clock: installation.clock,
      keys: installation.keys,
      bundle: run.bundle,
      progress,
    };
    const steps: MonthRun['steps'] = [];
    for (const { name, title, step } of STEPS) {
      progress(`${run.period} ${title}`);
      const done = await runStep(context, name, step);
      steps.push({ step: name, ...done });
      if (name === 'decided') context.decided = done.result as unknown as Decided;
    }
    await installation.db.withActor(system(`月度运行 ${run.period} 完成`), async (tx) => {
      await sql`update platform.run set finished_at = ${tx.clock.now()} where id = ${run.id} and finished_at is null`.execute(
        tx.db,
      );
      tx.audit({ action: 'run.finish', object: `run/${run.id}` });
    });
    return { runId: run.id, period: run.period, pin, repeated: false, steps };
  } finally {
    engine.close();
    await rm(tempDir, { recursive: true, force: true });
  }
});

/**
 * Runs a month to its end: starts it, joins it, or resumes what a killed process left.
 * @throws run-in-progress when another process is at it
 */
export async function runMonth(
  installation: Installation,
  period: string,
  progress: RunContext['progress'],
): Promise<MonthRun> {
  const { pin, finished, runId } = await pinRun(installation, period);
  if (finished) return { runId, period, pin, repeated: true, steps: [] };
  doing = { installation, progress };
  const jobs = await openJobs(installation.urls, codeVersion(), () => cleanLake(installation));
  try {
    return await jobs.run(monthWorkflow, pin);
  } finally {
    await jobs.close();
    doing = undefined;
  }
}
