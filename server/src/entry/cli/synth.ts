import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { failed } from '../../platform/errors.ts';
import type { Output } from './output.ts';

const SYNTH = fileURLToPath(new URL('../../../../synth/src/cli.ts', import.meta.url));

export interface SynthOptions {
  division: string;
  persons: number;
  months: number;
  seed: number;
  out: string;
  end?: string | undefined;
}

/** Spawns the synthetic county and gives back what it printed as JSON; its progress goes to people on stderr. */
export async function runSynth(options: SynthOptions, out: Output): Promise<unknown> {
  const args = [
    SYNTH,
    ...['--division', options.division],
    ...['--persons', String(options.persons)],
    ...['--months', String(options.months)],
    ...['--seed', String(options.seed)],
    ...['--out', options.out],
    ...(options.end ? ['--end', options.end] : []),
    '--json',
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', out.json ? 'ignore' : 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    printed += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0)
    throw failed('synth-failed', '合成县没有造成', '请看上面的输出；常见原因是区划代码不在资料里或磁盘已满');
  return JSON.parse(printed);
}
