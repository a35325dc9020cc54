// Tests stand beside what they test, and reach for the fixtures and for neighbours.
const isTest = '\\.test\\.tsx?$';

const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: isTest },
  to: { path: '^(app|components|lib|demo|scripts|generated|tests)/', pathNot: allowed },
});

/** The layers of design.md: each may import only what stands to its left. The baseline is empty and stays so. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Arrows point one way.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      comment: 'An import that is not there.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    only('domain-is-pure', 'The domain knows nothing of the outside.', '^lib/domain/', '^lib/domain/'),
    {
      name: 'domain-does-no-io',
      comment: 'No clock, no randomness, no I/O: only hashing (deterministic) comes from Node.',
      severity: 'error',
      from: { path: '^lib/domain/', pathNot: isTest },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional'], pathNot: '^(node:)?crypto$' },
    },
    only('contract', 'Wire schemas stand on the domain alone.', '^lib/contract/', '^lib/(domain|contract)/'),
    only(
      'registry',
      'A schema registry is read with an address, and knows no cluster.',
      '^lib/registry/',
      '^lib/(domain|registry)/',
    ),
    only(
      'probes',
      'Who is asked about an effect is asked with what was declared.',
      '^lib/probes/',
      '^lib/(domain|probes)/',
    ),
    only(
      'broker',
      'The broker knows neither store nor use cases; what decodes payloads asks the registry.',
      '^lib/broker/',
      '^lib/(domain|contract|broker|config|registry)/',
    ),
    only(
      'store',
      'The store knows neither broker nor use cases.',
      '^lib/store/',
      '^(lib/(domain|contract|store)|generated)/',
    ),
    only(
      'config',
      'Configuration is read before anything is opened.',
      '^lib/config/',
      '^lib/(domain|contract|config|probes/config)',
    ),
    only('auth', 'Who may do what.', '^lib/auth/', '^lib/(domain|contract|broker|store|config|auth)/'),
    only(
      'usecases',
      'Use cases take their dependencies; of a registry they know the port.',
      '^lib/usecases/',
      '^lib/((domain|contract|probes|broker|store|config|auth|usecases)/|registry/port)',
    ),
    only(
      'compose',
      'The one composition root.',
      '^lib/compose/',
      '^lib/(domain|contract|probes|registry|broker|store|config|auth|usecases|compose)/',
    ),
    only(
      'http',
      'HTTP stands on what is composed.',
      '^lib/http/',
      '^lib/(domain|contract|broker|store|config|auth|usecases|compose|http)/',
    ),
    only(
      'worker',
      'The worker stands on what is composed.',
      '^lib/worker/',
      '^lib/(domain|contract|broker|store|config|auth|usecases|compose|worker)/',
    ),
    only(
      'cli',
      'The sluice program is another way in, beside http and the worker.',
      '^lib/cli/',
      '^lib/((domain|contract|store|config|auth|usecases|cli)/|compose/running-clusters)',
    ),
    only('client', 'Fetchers know the contract only.', '^lib/client/', '^lib/(domain|contract|client)/'),
    only(
      'components',
      'The browser never sees store, broker or use cases.',
      '^components/',
      '^(components|lib/(domain|contract|client))/',
    ),
    only(
      'app',
      'Routes and pages are thin.',
      '^app/',
      '^(app|components|lib/(domain|contract|auth|usecases|compose|http|client))/',
    ),
    {
      name: 'prisma-only-in-store',
      comment: 'Prisma stands behind the store.',
      severity: 'error',
      from: { pathNot: '^(lib/store/|generated/|prisma)' },
      to: { path: '(^generated/prisma|node_modules/@prisma/|node_modules/prisma/)' },
    },
    {
      name: 'kafka-clients-only-in-adapters',
      comment: 'Kafka stands behind the port; the demo and the test fixtures are other programs.',
      severity: 'error',
      from: { pathNot: ['^(lib/broker/|demo/|tests/|bench/)', isTest] },
      to: { path: 'node_modules/(kafkajs|@platformatic/kafka)/' },
    },
    {
      name: 'schema-libraries-only-in-registry',
      comment: 'A schema is hostile input: what reads one is in one place, with its limits.',
      severity: 'error',
      from: { pathNot: ['^lib/registry/', isTest] },
      to: { path: 'node_modules/(ajv|ajv-draft-04|protobufjs|avsc)/' },
    },
    {
      name: 'layout-library-only-in-the-flow-map',
      comment: 'A picture is laid out on the server, once: no browser loads what does it.',
      severity: 'error',
      from: { pathNot: ['^lib/usecases/flow-map/', isTest] },
      to: { path: 'node_modules/@dagrejs/' },
    },
    {
      name: 'web-never-reaches-the-writer',
      comment: 'Only the worker can write to Kafka (design.md, Processes).',
      severity: 'error',
      from: { path: '^(app|lib/http|components)/' },
      to: { reachable: true, path: '^lib/broker/[^/]+/writer' },
    },
    {
      name: 'demo-is-another-program',
      comment: 'The demo stands for the platform that Sluice looks at: it shares nothing with it.',
      severity: 'error',
      from: { path: '^demo/' },
      to: { path: '^(lib|app|components)/' },
    },
  ],
  options: {
    doNotFollow: { path: '(node_modules|^generated)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
