#!/usr/bin/env node
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { generate } from './generate.ts';

const PACKS = fileURLToPath(new URL('../../packs', import.meta.url));

function whole(low: number, high: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new InvalidArgumentError(`a whole number from ${low} to ${high}`);
    }
    return value;
  };
}

function month(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError('a month as YYYY-MM');
  return text;
}

interface Flags {
  division: string;
  persons: number;
  months: number;
  seed: number;
  out: string;
  end: string;
  packs: string;
  json?: boolean;
}

const program = new Command('doudi-synth')
  .description('writes a synthetic county as its departments would deliver it, and the truth about it')
  .requiredOption('--division <code>', 'county, six digits, e.g. 321324', '321324')
  .requiredOption('--persons <n>', 'persons in the register', whole(500, 5_000_000), 20_000)
  .requiredOption('--months <n>', 'months of deliveries', whole(1, 24), 2)
  .requiredOption('--seed <n>', 'same seed, same county', whole(0, 2 ** 31), 1)
  .requiredOption('--out <dir>', 'folder for deliveries/ and truth/')
  .option('--end <month>', 'last month', month, '2026-10')
  .option('--packs <dir>', 'folder of packs with the feed contracts', PACKS)
  .option('--json', 'print a report as JSON on stdout')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program.parse();
const flags = program.opts<Flags>();
try {
  rmSync(join(flags.out, 'deliveries'), { recursive: true, force: true });
  rmSync(join(flags.out, 'truth'), { recursive: true, force: true });
  const report = generate(flags, (file) => {
    process.stderr.write(`${file.period} ${file.feed}: ${file.records} records\n`);
  });
  if (flags.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    const { build, sweep, write } = report.seconds;
    process.stderr.write(
      `${report.persons} persons in ${report.households} households; built ${build} s, swept ${sweep} s, written ${write} s\n`,
    );
  }
} catch (error) {
  process.stderr.write(`doudi-synth: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
