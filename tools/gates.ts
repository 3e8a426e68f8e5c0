/** The gates of `npm run check`: each a command over the sources, and over a bad fixture of its own, where it must fail. */
export interface Gate {
  name: string;
  command: string;
  args: string[];
  /** The same command over the bad fixture. */
  bad: { command: string; args: string[]; says: RegExp };
}

const cruise = ['--config', '.dependency-cruiser.cjs', '--output-type', 'err'];
const runtime = ['--config', '.dependency-cruiser.runtime.cjs', '--output-type', 'err'];
const boundary = (rule: string, path: string) => ({
  command: 'depcruise',
  args: [...cruise, `tests/gates/boundaries/${path}`],
  says: new RegExp(`error ${rule}`),
});

export const gates: Gate[] = [
  {
    name: 'types',
    command: 'tsc',
    args: ['-p', 'tsconfig.json'],
    bad: { command: 'tsc', args: ['-p', 'tests/gates/types/tsconfig.json'], says: /TS2322/ },
  },
  {
    name: 'types of the web',
    command: 'tsc',
    args: ['-p', 'web/tsconfig.json'],
    bad: { command: 'tsc', args: ['-p', 'tests/gates/types-web/tsconfig.json'], says: /TS2322/ },
  },
  {
    name: 'lint and formatting',
    command: 'biome',
    args: ['ci', '--error-on-warnings', '--colors=off', '--max-diagnostics=40', '.'],
    bad: {
      command: 'biome',
      args: ['ci', '--config-path=tests/gates/lint/gate.json', 'tests/gates/lint/bad.ts'],
      says: /noExplicitAny/,
    },
  },
  {
    name: 'module boundaries',
    command: 'depcruise',
    args: [...cruise, 'contracts/src', 'policy/src', 'server/src', 'synth/src', 'web/src'],
    bad: boundary('flow-intake', 'server/src/modules/intake'),
  },
  {
    name: 'boundaries of the running program',
    command: 'depcruise',
    args: [...runtime, 'contracts/src', 'policy/src', 'server/src', 'synth/src', 'web/src'],
    bad: {
      command: 'depcruise',
      args: [...runtime, 'tests/gates/boundaries/server/src/entry/http'],
      says: /error http-without-engine/,
    },
  },
  {
    name: 'generated files in step',
    command: 'node',
    args: ['tools/generated.ts', '--check'],
    bad: {
      command: 'node',
      args: ['tools/generated.ts', '--check', '--against', 'tests/gates/generated'],
      says: /不同步|out of step/,
    },
  },
];

/** One bad fixture for each boundary rule; `npm test` proves that each is refused. */
export const badBoundaries: { rule: string; path: string; config: string }[] = [
  { rule: 'flow-intake', path: 'server/src/modules/intake' },
  { rule: 'only-door', path: 'server/src/modules/casework' },
  { rule: 'only-door-from-entry', path: 'server/src/entry/cli' },
  { rule: 'http-without-engine', path: 'server/src/entry/http' },
  { rule: 'platform-below', path: 'server/src/platform' },
  { rule: 'contracts-alone', path: 'contracts/src' },
  { rule: 'policy-alone', path: 'policy/src' },
  { rule: 'policy-without-io', path: 'policy/src' },
  { rule: 'product-without-synth', path: 'policy/src' },
  { rule: 'web-by-contracts', path: 'web/src' },
  { rule: 'no-cycles', path: 'server/src/modules/registry' },
  { rule: 'no-orphan-import', path: 'server/src/modules/registry' },
].map(({ rule, path }) => ({
  rule,
  path: `tests/gates/boundaries/${path}`,
  config: ['no-cycles', 'http-without-engine'].includes(rule)
    ? '.dependency-cruiser.runtime.cjs'
    : '.dependency-cruiser.cjs',
}));
