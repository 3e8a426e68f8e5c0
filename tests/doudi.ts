import { spawn } from 'node:child_process';
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
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
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
