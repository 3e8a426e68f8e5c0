// The module boundaries of ARCHITECTURE.md, types included. `npm run check` runs them over the sources, `npm test` over tests/gates,
// where each must fail. What holds for the running program only is in .dependency-cruiser.runtime.cjs.
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
    // What is paid now (the roll of entitlements) is an input of the next month: assessment and monitoring may read it.
    ...FLOW.slice(0, -1).map((name, i) => ({
      name: `flow-${name}`,
      severity: 'error',
      comment: 'Imports follow the flow of data: a module never imports one that comes after it.',
      from: { path: modulePath(name) },
      to: {
        path: FLOW.slice(i + 1).map(modulePath),
        pathNot: ['assessment', 'monitoring'].includes(name) ? `${modulePath('entitlements')}batch\\.ts$` : '^$',
      },
    })),
    {
      name: 'only-door',
      severity: 'error',
      comment: 'A module is entered by index.ts (engine-free) or batch.ts (engine) only.',
      from: { path: '^(?:tests/gates/boundaries/)?server/src/modules/([^/]+)/', pathNot: '(\\.test|/testing)\\.ts$' },
      to: {
        path: '^(?:tests/gates/boundaries/)?server/src/modules/([^/]+)/.+',
        pathNot: [
          '^(?:tests/gates/boundaries/)?server/src/modules/$1/',
          '^(?:tests/gates/boundaries/)?server/src/modules/[^/]+/(index|batch)\\.ts$',
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
