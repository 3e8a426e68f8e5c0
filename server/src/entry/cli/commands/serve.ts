import { readDemoAccounts } from '../../../platform/auth/index.ts';
import { openInstallation } from '../../../platform/installation.ts';
import { startHttp } from '../../http/index.ts';
import type { Output } from '../output.ts';
import { keepWorker } from '../worker-process.ts';

interface Options {
  data: string;
  port: number;
  host: string;
  packs?: string[];
  now?: string;
}

/** `doudi serve`: the web door, and beside it the worker that does what it asks for; ends on SIGINT or SIGTERM and then lets the own database server stop. */
export async function command(options: Options, out: Output): Promise<number> {
  const installation = await openInstallation(options);
  let worker: { close(): Promise<void> } | undefined;
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  try {
    const http = await startHttp(installation, { port: options.port, host: options.host });
    worker = keepWorker(options);
    const accounts = installation.demo ? ((await readDemoAccounts(installation)) ?? []) : [];
    const lines = accounts.map((a) => `  ${a.username.padEnd(12)} ${a.password}  ${a.displayName}`);
    const shown = lines.length > 0 ? `\n演示账号：\n${lines.join('\n')}` : '';
    out.result({ url: http.url }, `兜底已打开：${http.url}（Ctrl+C 结束）${shown}`);
    await ended;
    await http.close();
    return 0;
  } finally {
    await worker?.close();
    await installation.close();
  }
}
