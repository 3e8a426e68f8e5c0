import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { intakeFile } from '../../../modules/intake/batch.ts';
import { score } from '../../../modules/monitoring/batch.ts';
import { seedDemoAccounts } from '../../../platform/auth/index.ts';
import { openInstallation } from '../../../platform/installation.ts';
import { runMonth } from '../../worker/month.ts';
import { ready, withIntake } from '../../worker/ready.ts';
import type { Output } from '../output.ts';
import { runSynth } from '../synth.ts';
import { deliveryOf } from './intake.ts';

const CLI = fileURLToPath(new URL('../../cli.ts', import.meta.url));

/** The county shown, and the last month its files are for; the clock stands in the first days after it. */
const DEMO = { division: '321324', end: '2026-10', now: '2026-11-03' };

interface Options {
  persons: number;
  months: number;
  seed: number;
  port: number;
  serve: boolean;
  data?: string;
  packs?: string[];
  now?: string;
  json: boolean;
}

interface FeedLine {
  feed: string;
  period: string;
  received: number;
  accepted: number;
  unchanged: number;
  quarantined: number;
  refused: number;
}

/** `doudi demo`: a county, its months, its leads, its desk. Begun and killed, it goes on where it was; built, it only opens. */
export async function command(options: Options, out: Output): Promise<number> {
  const data = resolve(options.data ?? (options.serve ? 'data' : await mkdtemp(join(tmpdir(), 'doudi-demo-'))));
  const summaryFile = join(data, 'demo-summary.json');
  if (!existsSync(summaryFile)) {
    const summary = await build(data, options, out);
    await writeFile(summaryFile, `${JSON.stringify(summary, null, 2)}\n`, { mode: 0o600 });
    if (!options.serve) {
      out.result(summary, text(summary));
      return 0;
    }
    out.say(text(summary));
  } else if (!options.serve) {
    const summary = JSON.parse(await readFile(summaryFile, 'utf8')) as Summary;
    out.result(summary, `${data} 里已有建好的演示\n${text(summary)}`);
    return 0;
  }
  return await serve(data, options);
}

type Summary = Awaited<ReturnType<typeof build>>;

async function build(data: string, options: Options, out: Output) {
  const seconds: Record<string, number> = {};
  const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const value = await work();
    seconds[stage] = Math.round((seconds[stage] ?? 0) * 1000 + performance.now() - from) / 1000;
    return value;
  };
  const files = join(data, 'county');
  out.say(`造县 ${DEMO.division}，${options.persons} 人，${options.months} 个月`);
  await timed('synth', () =>
    runSynth(
      {
        division: DEMO.division,
        persons: options.persons,
        months: options.months,
        seed: options.seed,
        out: files,
        end: DEMO.end,
      },
      out,
    ),
  );
  const installation = await openInstallation({
    data,
    packs: options.packs,
    now: options.now,
    remember: { now: options.now ?? DEMO.now, demo: true },
  });
  try {
    await ready(installation);
    const feeds: FeedLine[] = [];
    const linked: Record<string, unknown> = {};
    const leads: Record<string, number> = { missed: 0, undue: 0, shock: 0, watch: 0 };
    let people = { persons: 0, households: 0 };
    for (const period of readdirSync(join(files, 'deliveries')).sort()) {
      const folder = join(files, 'deliveries', period);
      const names = readdirSync(folder).sort();
      await withIntake(installation, async (deps) => {
        for (const [i, name] of names.entries()) {
          const { feed } = deliveryOf(join(folder, name), { period });
          out.progress(`收文 ${period}`, i + 1, names.length);
          const r = await timed('intake', () =>
            intakeFile(deps, { file: join(folder, name), feed, period, receivedAt: thirdDayAfter(period) }),
          );
          const { received, accepted, unchanged, quarantined, refused } = r;
          feeds.push({ feed, period: r.period, received, accepted, unchanged, quarantined, refused });
        }
      });
      const run = await runMonth(installation, period, out.progress);
      for (const s of run.steps) seconds[s.step] = Math.round(((seconds[s.step] ?? 0) + s.seconds) * 1000) / 1000;
      const of = (step: string) => (run.steps.find((s) => s.step === step)?.result ?? {}) as Record<string, unknown>;
      linked[period] = of('link');
      people = of('persons') as typeof people;
      for (const kind of Object.keys(leads))
        leads[kind] =
          (leads[kind] ?? 0) + Number((of('leads').raised as Record<string, number> | undefined)?.[kind] ?? 0);
    }
    await seedDemoAccounts(installation);
    const scored = await timed('score', () => score(installation, join(files, 'truth')));
    const share = (kind: 'missed' | 'undue' | 'shock') => ({
      recall: scored[kind].recall,
      precision: scored[kind].precision,
    });
    return {
      persons: people.persons,
      households: people.households,
      feeds,
      linked,
      leads,
      score: { missed: share('missed'), undue: share('undue'), shock: share('shock') },
      seconds,
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
      data,
    };
  } finally {
    await installation.close();
  }
}

/** Departments deliver a month in the first days of the next one; the demo's files come on its third day, at nine. */
function thirdDayAfter(period: string): Date {
  const [year, month] = period.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 3, 1));
}

/** The web door is a process of its own: it must not be able to reach the engine that has just worked here. */
function serve(data: string, options: Options): Promise<number> {
  const args = [CLI, 'serve', '--data', data, '--port', String(options.port), ...(options.json ? ['--json'] : [])];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done) => {
    child.on('close', (code) => done(code ?? 1));
  });
}

function text(s: Summary): string {
  const percent = (x: number | null) => (x === null ? '—' : `${(x * 100).toFixed(1)}%`);
  const score = (['missed', 'undue', 'shock'] as const)
    .map((k) => `${k} 查全 ${percent(s.score[k].recall)} 查准 ${percent(s.score[k].precision)}`)
    .join('；');
  const total = Object.values(s.seconds).reduce((a, b) => a + b, 0);
  return `${s.persons} 人 ${s.households} 户；线索 ${Object.entries(s.leads)
    .map(([k, n]) => `${k} ${n}`)
    .join(' ')}\n${score}\n用时 ${total.toFixed(1)} 秒`;
}
