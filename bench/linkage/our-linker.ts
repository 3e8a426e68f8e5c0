import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Measured, measured } from '../measure.ts';

/** Runs our command line; throws with what it said when it fails. */
export async function doudi(args: readonly string[]): Promise<Measured> {
  const took = await measured('node', ['server/src/entry/cli.ts', ...args]);
  if (took.code !== 0)
    throw new Error(`doudi ${args.join(' ')}: ${took.stderr.slice(-2000)}${took.stdout.slice(-500)}`);
  return took;
}

export interface OwnLinking {
  /** The CSV of pairs, from a probability of .001 on. */
  pairs: string;
  took: Measured;
  /** Seconds from the end of normalising: choosing rules, training, comparing, assigning, writing. */
  afterNormalising: number;
  compared: number;
  review: number;
}

/** The line with which the linker says that normalising is over. */
const NORMALISED = /选取分块规则|比对/;

/** Links two CSV files as anyone would: `link init` for the configuration, unchanged, then `link`. */
export async function linkFiles(left: string, right: string, out: string, memoryMb = 3072): Promise<OwnLinking> {
  const config = join(out, 'config.yaml');
  const init = await doudi(['link', 'init', left, right]);
  writeFileSync(config, init.stdout);
  const pairs = join(out, 'pairs.csv');
  const took = await doudi([
    ...['link', '--left', left, '--right', right, '--config', config, '--out', pairs],
    // Not --json: the steps are told only to people, and their times are wanted.
    ...['--min-probability', '0.001', '--memory', String(memoryMb)],
  ]);
  const count = (pattern: RegExp) => Number(pattern.exec(took.stdout + took.stderr)?.[1] ?? Number.NaN);
  const normalised = took.lines.find(({ text }) => NORMALISED.test(text))?.at ?? 0;
  return {
    pairs,
    took,
    afterNormalising: took.seconds - normalised,
    compared: count(/；比对 (\d+) 对/),
    review: count(/待人看 (\d+) 条/),
  };
}

/** Clusters of one CSV file: `link init`, unchanged, then `dedupe`. */
export async function dedupeFile(input: string, out: string): Promise<{ clusters: string; took: Measured }> {
  const config = join(out, 'config.yaml');
  writeFileSync(config, (await doudi(['link', 'init', input])).stdout);
  const clusters = join(out, 'clusters.csv');
  return {
    clusters,
    took: await doudi(['dedupe', '--input', input, '--config', config, '--out', clusters, '--json']),
  };
}
