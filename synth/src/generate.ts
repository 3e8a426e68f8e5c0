import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { periodsUntil } from './calendar.ts';
import { readContracts } from './contract.ts';
import { buildCounty } from './county.ts';
import { writeDeliveries } from './deliveries.ts';
import type { FeedFileReport } from './feed-file.ts';
import { compare } from './sweep.ts';
import { countCauses, writeTruth } from './truth.ts';

export interface SynthOptions {
  division: string;
  persons: number;
  months: number;
  seed: number;
  out: string;
  /** Last period, "2026-10". */
  end: string;
  /** Folder of packs, for the feeds' contracts. */
  packs: string;
}

export interface SynthReport {
  division: string;
  persons: number;
  households: number;
  periods: string[];
  files: { feed: string; period: string; records: number }[];
  notDelivered: { feed: string; period: string }[];
  damagedRows: number;
  causes: ReturnType<typeof countCauses>;
  seconds: { build: number; sweep: number; write: number };
}

/**
 * Makes a county and writes it as its departments would deliver it. Throws if the independent sweep over the true state
 * does not find exactly what was planted; then the county would be a false witness.
 */
export function generate(options: SynthOptions, onFile: (report: FeedFileReport) => void = () => {}): SynthReport {
  const started = performance.now();
  const periods = periodsUntil(options.end, options.months);
  const { world, builder } = buildCounty(options.division, options.persons, periods, options.seed);
  const persons = world.households.reduce(
    (n, h) => n + h.members.filter((m) => m.arrives <= 0 && m.leaves > 0).length,
    0,
  );
  const built = performance.now();
  const { unplanted, absent } = compare(world);
  if (unplanted.length > 0 || absent.length > 0) {
    const some = [...unplanted.map((x) => `unplanted ${x}`), ...absent.map((x) => `absent ${x}`)].slice(0, 40);
    throw new Error(
      `the sweep and the plants differ (${unplanted.length} unplanted, ${absent.length} absent):\n${some.join('\n')}`,
    );
  }
  const swept = performance.now();
  mkdirSync(join(options.out, 'truth'), { recursive: true });
  const written = writeDeliveries(world, builder, readContracts(options.packs), options.out, onFile);
  writeTruth(world, written, options.out);
  const seconds = (from: number, to: number): number => Math.round((to - from) / 100) / 10;
  return {
    division: options.division,
    persons,
    households: world.households.length,
    periods: periods.map((p) => p.label),
    files: written.reports.map(({ feed, period, records }) => ({ feed, period, records })),
    notDelivered: written.missing,
    damagedRows: written.damaged,
    causes: countCauses(world),
    seconds: { build: seconds(started, built), sweep: seconds(built, swept), write: seconds(swept, performance.now()) },
  };
}
