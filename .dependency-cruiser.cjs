// The module boundaries of ARCHITECTURE.md. `npm run check` runs them over the sources and over tests/gates, where each must fail.
const FLOW = [
  'intake',
  'linkage',
  'registry',
  'assessment',
  'monitoring',
  'casework',
  'entitlements',
  'services',
  'indicators',
];

const modulePath = (name) => `^(tests/gates/boundaries/)?server/src/modules/${name}/`;

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Files that need each other are one thing or want a third.',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    // roll comes from intake and linkage, and assessment needs it: see FLOW notes in ARCHITECTURE.md.
    ...FLOW.slice(0, -1).map((name, i) => ({
      name: `flow-${name}`,
      severity: 'error',
      comment: 'Imports follow the flow of data: a module never imports one that comes after it.',
      from: { path: modulePath(name) },
      to: {
        path: FLOW.slice(i + 1).map(modulePath),
        pathNot: name === 'assessment' ? modulePath('entitlements') : '^$',
      },
    })),
    {
      name: 'only-door',
      severity: 'error',
      comment: 'A module is entered by index.ts (engine-free) or batch.ts (engine) only.',
      from: { path: '^(tests/gates/boundaries/)?server/src/modules/([^/]+)/' },
      to: {
        path: '^(tests/gates/boundaries/)?server/src/modules/([^/]+)/.+',
        pathNot: [
          '^(tests/gates/boundaries/)?server/src/modules/$2/',
          '^(tests/gates/boundaries/)?server/src/modules/[^/]+/(index|batch)\\.ts$',
        ],
      },
    },
    {
      name: 'only-door-from-entry',
      severity: 'error',
      comment: 'The three doors enter modules by index.ts, batch.ts and routes.ts.',
      from: { path: '^(tests/gates/boundaries/)?server/src/entry/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^(tests/gates/boundaries/)?server/src/modules/[^/]+/',
        pathNot: '^(tests/gates/boundaries/)?server/src/modules/[^/]+/(index|batch|routes)\\.ts$',
      },
    },
    {
      name: 'http-without-engine',
      severity: 'error',
      comment: 'The HTTP process cannot reach the engine, by any path (DESIGN, dear later 5).',
      from: { path: '^(tests/gates/boundaries/)?server/src/entry/http/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(tests/gates/boundaries/)?server/src/platform/engine/|@duckdb', reachable: true },
    },
    {
      name: 'platform-below',
      severity: 'error',
      comment: 'The platform knows no module.',
      from: { path: '^(tests/gates/boundaries/)?server/src/platform/', pathNot: '\\.test\\.ts$' },
      to: { path: 'server/src/(modules|entry)/' },
    },
    {
      name: 'contracts-alone',
      severity: 'error',
      comment: 'contracts imports zod only.',
      from: { path: '^(tests/gates/boundaries/)?contracts/src/' },
      to: { pathNot: ['^(tests/gates/boundaries/)?contracts/src/', 'node_modules/zod/'] },
    },
    {
      name: 'policy-alone',
      severity: 'error',
      comment: 'policy is a library without I/O: no Node modules, no server.',
      from: { path: '^(tests/gates/boundaries/)?policy/src/', pathNot: '\\.test\\.ts$|/testing/' },
      to: { path: ['^(tests/gates/boundaries/)?(server|web|synth|contracts)/', '@duckdb'] },
    },
    {
      name: 'policy-without-io',
      severity: 'error',
      comment: 'policy does no I/O.',
      from: { path: '^(tests/gates/boundaries/)?policy/src/', pathNot: '\\.test\\.ts$|/testing/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'product-without-synth',
      severity: 'error',
      comment: 'The product never imports the synthetic county.',
      from: { path: '^(tests/gates/boundaries/)?(contracts|policy|server|web)/' },
      to: { path: '^(tests/gates/boundaries/)?synth/|@doudi/synth' },
    },
    {
      name: 'web-by-contracts',
      severity: 'error',
      comment: 'The web knows the server by its contracts only.',
      from: { path: '^(tests/gates/boundaries/)?web/' },
      to: { path: '^(tests/gates/boundaries/)?server/' },
    },
    {
      name: 'no-orphan-import',
      severity: 'error',
      comment: 'What cannot be resolved is a typing error or a missing dependency.',
      from: { pathNot: '^web/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(\\.generated\\.ts|/dist/)' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
