import { openInstallation } from '../../../platform/installation.ts';
import { workRequests } from '../../../platform/jobs/request-worker.ts';
import { REQUEST_KINDS } from '../../worker/request-kinds.ts';
import type { Output } from '../output.ts';

interface Options {
  data: string;
  packs?: string[];
  now?: string;
}

/** `doudi worker`: does what the desk asked for, one request after another; ends with its parent, on SIGINT or on SIGTERM. */
export async function command(options: Options, out: Output): Promise<number> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  // `doudi serve` holds the other end of this channel: when it is gone, however it went, so is its worker.
  process.once('disconnect', () => ending.abort());
  const installation = await openInstallation(options);
  try {
    out.say('等候网页提交的任务（Ctrl+C 结束）');
    await workRequests(installation, REQUEST_KINDS, { signal: ending.signal });
  } finally {
    await installation.close();
  }
  // What was given back may still be computing; nobody waits for it.
  process.exit(0);
}
