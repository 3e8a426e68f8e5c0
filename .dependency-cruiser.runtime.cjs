// Boundaries of the running program: type-only imports are erased and do not count.
const { options } = require('./.dependency-cruiser.cjs');

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'Files that need each other are one thing or want a third. Typing a formula, a call in it and a ratio in that is one recursion in three files.',
      from: { pathNot: '^policy/src/typed/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'http-without-engine',
      severity: 'error',
      comment: 'The HTTP process cannot reach the engine, by any path (DESIGN, dear later 5).',
      from: { path: '^(tests/gates/boundaries/)?server/src/entry/http/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(tests/gates/boundaries/)?server/src/platform/engine/|@duckdb', reachable: true },
    },
  ],
  options: { ...options, tsPreCompilationDeps: false },
};
