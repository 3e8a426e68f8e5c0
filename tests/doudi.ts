import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../tools/run.ts';

/** Runs the command door as a person would; `killAfterMs` sends SIGKILL at that moment if it still runs. */
export function doudi(
  args: string[],
  options: { killAfterMs?: number } = {},
): Promise<{ code: number | null; stdout: string; stderr: string; ms: number; killed: boolean }> {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const child = spawn(process.execPath, [`${root}/server/src/entry/cli.ts`, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    // A chunk may end inside a character: the streams decode, not each chunk.
    child.stdout.setEncoding('utf8');
    child.stderr.setEncoding('utf8');
    child.stdout.on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk: string) => {
      stderr += chunk;
    });
    const timer =
      options.killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.killAfterMs);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr, ms: performance.now() - from, killed: signal === 'SIGKILL' });
    });
  });
}

/** Removes a data directory with the cluster that a server started by root keeps apart from it. */
export function removeData(data: string): void {
  try {
    const { cluster } = JSON.parse(readFileSync(join(data, 'postgres.json'), 'utf8')) as { cluster: string };
    rmSync(dirname(cluster), { recursive: true, force: true });
  } catch {
    // No server was ever started here.
  }
  rmSync(data, { recursive: true, force: true });
}
