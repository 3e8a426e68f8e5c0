import { rm } from 'node:fs/promises';
import {
  assessStep,
  concernedDecisionsStep,
  correctedPath,
  coverageStep,
  type TouchedResult,
  touchedPath,
  touchedStep,
} from '../../modules/assessment/batch.ts';
import { recoverStep, rollStep } from '../../modules/entitlements/batch.ts';
import { monthStep } from '../../modules/indicators/batch.ts';
import { linkStep } from '../../modules/linkage/batch.ts';
import { findingsStep, leadsStep } from '../../modules/monitoring/batch.ts';
import { personsStep, portraitStep } from '../../modules/registry/batch.ts';
import { sql, system, type Tx } from '../../platform/database/index.ts';
import { openEngine } from '../../platform/engine/index.ts';
import { failed } from '../../platform/errors.ts';
import type { Installation } from '../../platform/installation.ts';
import { openJobs, registerWorkflow } from '../../platform/jobs/index.ts';
import { type Decided, type Json, type RunContext, runStep, type Step } from '../../platform/jobs/step.ts';
import { publishedBundle } from '../../platform/packs/index.ts';
import { decidedStep } from './decided.ts';
import { codeVersion, type Pinned, pinRun, runBefore } from './pin.ts';
import { cleanLake } from './ready.ts';

/** The month as one line; the order is the flow of DESIGN.md. */
export const STEPS: readonly { name: string; title: string; step: Step }[] = [
  { name: 'persons', title: '登记人口与家庭', step: personsStep },
  { name: 'link', title: '认人：每行是谁的', step: linkStep },
  { name: 'decided', title: '取人的决定', step: decidedStep },
  { name: 'touched', title: '找出受影响的家庭', step: touchedStep },
  { name: 'roll', title: '在册与发放', step: rollStep },
  { name: 'assess', title: '测算应享待遇', step: assessStep },
  { name: 'findings', title: '比对发现', step: findingsStep },
  { name: 'leads', title: '生成线索', step: leadsStep },
  { name: 'recoveries', title: '登记应追回款项', step: recoverStep },
  { name: 'decisions', title: '抄送相关家庭的测算', step: concernedDecisionsStep },
  { name: 'coverage', title: '统计各项目覆盖', step: coverageStep },
  { name: 'portraits', title: '抄送相关家庭的画像', step: portraitStep },
  { name: 'month', title: '月度数字', step: monthStep },
];

export interface MonthRun {
  runId: string;
  period: string;
  pin: string;
  /** True when the month had been run so to its end before: nothing was changed. */
  repeated: boolean;
  /** What was computed anew and what it was taken over from; null when everyone was, and `everyone` then says why. */
  increment: TouchedResult['increment'];
  everyone: TouchedResult['everyone'];
  steps: { step: string; seconds: number; skipped: boolean; result: Json }[];
}

interface Doing {
  installation: Installation;
  pin: string;
  progress: RunContext['progress'];
}

// The job library resumes a workflow before anybody calls it, so what it works on is set before it is opened.
let doing: Doing | undefined;

const monthWorkflow = registerWorkflow('month', async (pin: string): Promise<MonthRun> => {
  if (!doing) throw new Error('month workflow without an installation');
  // What was broken off and has since other inputs is not taken up again: two runs of a month would write over each other.
  if (doing.pin !== pin)
    throw failed('run-overtaken', '中断的那次运行之后输入有了变化', '无须处理：本次运行会按现有输入重新计算');
  return carryOutMonth(doing.installation, pin, doing.progress);
});

/**
 * Goes through the steps of a pinned run that are not done yet.
 * @param until the last step to do, when not all (a run broken off between two steps)
 */
export async function carryOutMonth(
  installation: Installation,
  pin: string,
  progress: RunContext['progress'],
  until?: string,
): Promise<MonthRun> {
  // Packs are known by their content: what is open already need not be read and parsed again.
  const bundleOf = async (tx: Tx, hash: string) =>
    hash === installation.bundle.hash ? installation.bundle : publishedBundle(tx, hash);
  const run = await installation.db.withActor(system('月度运行'), async (tx) => {
    const { rows } = await sql<{
      id: string;
      period: string;
      pinned: Pinned;
    }>`select id, period, pinned from platform.run where pin = ${pin}`.execute(tx.db);
    const found = rows[0];
    if (!found) throw failed('run-unknown', '找不到这次运行的登记', '请重新执行 doudi run');
    const before = await runBefore(tx, found.id, found.pinned);
    return { ...found, before, bundle: await bundleOf(tx, found.pinned.bundle) };
  });
  const { db, lake, clock, keys } = installation;
  const tempDir = await lake.workDir('engine');
  const engine = await openEngine({ tempDir });
  try {
    const context: RunContext = {
      runId: run.id,
      period: run.period,
      db,
      lake,
      engine,
      clock,
      keys,
      bundle: run.bundle,
      progress,
    };
    if (run.before) context.before = run.before;
    const steps: MonthRun['steps'] = [];
    let touched: TouchedResult = { increment: null, everyone: [], corrected: 0 };
    for (const { name, title, step } of STEPS) {
      progress(`${run.period} ${title}`);
      const done = await runStep(context, name, step);
      steps.push({ step: name, ...done });
      // What later steps are given comes from the step's row, so that a resumed run goes on with the same.
      if (name === 'decided') context.decided = done.result as unknown as Decided;
      if (name === 'touched') {
        touched = done.result as unknown as TouchedResult;
        if (touched.increment)
          context.touched = {
            baseRunId: touched.increment.base,
            households: lake.path(touchedPath(run.id)),
            changed: touched.increment.changed,
          };
        if (touched.corrected > 0) context.corrected = lake.path(correctedPath(run.id));
      }
      if (name === until) return { runId: run.id, period: run.period, pin, repeated: false, ...touched, steps };
    }
    await db.withActor(system(`月度运行 ${run.period} 完成`), async (tx) => {
      await sql`update platform.run set finished_at = ${tx.clock.now()} where id = ${run.id} and finished_at is null`.execute(
        tx.db,
      );
      tx.audit({ action: 'run.finish', object: `run/${run.id}` });
    });
    const { increment, everyone } = touched;
    return { runId: run.id, period: run.period, pin, repeated: false, increment, everyone, steps };
  } finally {
    engine.close();
    await rm(tempDir, { recursive: true, force: true });
  }
}

/**
 * Runs a month to its end: starts it, joins it, or resumes what a killed process left. Only those are computed whom a change
 * since the month's last run touches, unless everyone is asked for.
 * @throws run-in-progress when another process is at it
 */
export async function runMonth(
  installation: Installation,
  period: string,
  progress: RunContext['progress'],
  full = false,
): Promise<MonthRun> {
  const { pin, finished, runId } = await pinRun(installation, period, full);
  if (finished) return { runId, period, pin, repeated: true, increment: null, everyone: [], steps: [] };
  doing = { installation, pin, progress };
  const jobs = await openJobs(installation.urls, codeVersion(), () => cleanLake(installation));
  try {
    return await jobs.run(monthWorkflow, pin);
  } finally {
    await jobs.close();
    doing = undefined;
  }
}
