import type { Output } from '../output.ts';
import { runSynth } from '../synth.ts';

interface Options {
  division: string;
  persons: number;
  months: number;
  seed: number;
  out: string;
  end?: string;
}

/** `doudi synth`: a county's files and the truth behind them, written by the package that the product cannot import. */
export async function command(options: Options, out: Output): Promise<number> {
  const result = await runSynth(options, out);
  out.result(result, `已写入 ${options.out}`);
  return 0;
}
