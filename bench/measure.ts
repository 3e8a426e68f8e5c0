import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { root } from '../tools/run.ts';

/** What a program took. */
export interface Measured {
  code: number;
  stdout: string;
  stderr: string;
  seconds: number;
  /** Largest sum of resident memory of the program and all its children, in MB; 0 where /proc is not there. */
  peakMb: number;
  /** Seconds after the start at which each line of stderr came. */
  lines: { at: number; text: string }[];
}

/** Runs a program from the repository's root and samples the memory of its whole tree ten times a second. */
export function measured(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Measured> {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env.PATH}`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr, peakKb] = ['', '', 0];
    const lines: Measured['lines'] = [];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
      for (const text of chunk.split('\n'))
        if (text.trim() !== '') lines.push({ at: (performance.now() - start) / 1000, text: text.trim() });
    });
    const sample = setInterval(() => {
      if (child.pid !== undefined) peakKb = Math.max(peakKb, treeKb(child.pid));
    }, 100);
    const done = (code: number) => {
      clearInterval(sample);
      resolve({
        code,
        stdout,
        stderr,
        lines,
        seconds: (performance.now() - start) / 1000,
        peakMb: Math.round(peakKb / 1024),
      });
    };
    child.on('error', (error) => {
      stderr += error.message;
      done(127);
    });
    child.on('close', (code) => done(code ?? 1));
  });
}

function treeKb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return own + (children === '' ? 0 : children.split(' ').reduce((sum, id) => sum + treeKb(Number(id)), 0));
  } catch {
    // The process ended between two looks, or there is no /proc here.
    return 0;
  }
}
