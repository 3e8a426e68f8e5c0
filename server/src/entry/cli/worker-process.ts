import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Keeps one `doudi worker` beside the web door, which cannot reach the engine itself; restarted when it dies, later each time.
 * @param options.now the clock of this process, when it does not stand in the data directory
 */
export function keepWorker(options: { data: string; packs?: string[]; now?: string }): { close(): Promise<void> } {
  const args = [CLI, 'worker', '--data', options.data, ...(options.now ? ['--now', options.now] : [])];
  if (options.packs) args.push('--packs', ...options.packs);
  let child: ChildProcess | undefined;
  let closing = false;
  let pause = FIRST_PAUSE_MS;
  let ended = Promise.resolve();
  let waiting: NodeJS.Timeout | undefined;
  const start = () => {
    const own = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child = own;
    ended = new Promise((resolve) => {
      own.once('error', () => resolve());
      own.once('close', () => resolve());
    });
    void ended.then(() => {
      if (closing) return;
      waiting = setTimeout(start, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    });
  };
  start();
  return {
    async close() {
      closing = true;
      clearTimeout(waiting);
      child?.kill('SIGTERM');
      await ended;
    },
  };
}
