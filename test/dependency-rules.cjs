/** Who may import whom; `npm run lint:imports` holds the code to it. */
const feature = (name) => `^src/${name}/`;

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'libs-stand-alone',
      comment: 'Other teams use them without our app, and without Nest.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: ['^src/', '^libs/', 'node_modules/(@nestjs|@mikro-orm|express)/'],
        pathNot: ['^libs/$1/', '^libs/reading/src/index\\.ts$'],
      },
    },
    {
      name: 'reading-stands-alone',
      comment: 'Other libs may read with it.',
      severity: 'error',
      from: { path: '^libs/reading/' },
      to: { path: '^libs/', pathNot: '^libs/reading/' },
    },
    {
      name: 'adapters-know-no-other',
      severity: 'error',
      from: { path: '^libs/trackers/src/adapters/([^/]+)\\.adapter\\.ts$' },
      to: { path: '^libs/trackers/src/adapters/' },
    },
    {
      name: 'libs-by-their-index',
      severity: 'error',
      from: { path: ['^src/', '^test/'] },
      to: {
        path: '^libs/[^/]+/',
        pathNot: '^libs/[^/]+/(src/index\\.ts$|test/)',
      },
    },
    {
      name: 'nobody-imports-the-postback',
      comment: 'Data flows one way: the postback is the end of the chain.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          feature('postback'),
          feature('replays'),
          feature('import'),
          '^src/app\\.module\\.ts$',
          '^src/document-patches\\.ts$',
        ],
      },
      to: { path: feature('postback') },
    },
    {
      name: 'installs-know-nothing-of-requests',
      comment: 'Of what keeps installs, only the controller speaks HTTP.',
      severity: 'error',
      from: { path: feature('installs'), pathNot: '\\.controller\\.ts$|/dto/' },
      to: {
        path: [
          'node_modules/express/',
          feature('auth'),
          feature('postback'),
          feature('throttling'),
        ],
      },
    },
    {
      name: 'fields-are-the-base',
      severity: 'error',
      from: { path: feature('fields') },
      to: { path: '^src/', pathNot: feature('fields') },
    },
    {
      name: 'no-test-code-in-production',
      severity: 'error',
      from: { path: ['^src/', '^libs/'], pathNot: '\\.(int-)?spec\\.ts$' },
      to: { path: '^test/' },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
    {
      name: 'no-development-packages-in-production',
      severity: 'error',
      from: {
        path: ['^src/', '^libs/[^/]+/src/'],
        pathNot: '\\.(int-)?spec\\.ts$',
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
