/** Who may import whom; `npm run lint:imports` enforces it. */

/**
 * The layers of `src/`, the highest first; each line is one layer. A file imports from the layers below its own: never from
 * above, and never from a neighbour in the same line. The directories and files of one entry may import each other.
 */
const LAYERS = [
  ['main.ts', 'commands/'],
  ['create-app.ts'],
  ['configure-app.ts', 'document-patches.ts'],
  ['app.module.ts'],
  // The list of all entities.
  ['orm-options.ts'],
  ['first-start/'],
  ['import/', 'replays/'],
  // The endpoint.
  ['postback/(?!pipeline/)'],
  // Pure steps, which imports and replays use as well.
  ['postback/pipeline/'],
  ['installs/', 'rejections/', 'trackers/'],
  ['auth/'],
  ['stats/'],
  ['projects/'],
  // What all routes of the management API share.
  ['management/'],
  ['health/', 'throttling/'],
  ['openapi/'],
  ['http/'],
  ['problems/'],
  ['database/', 'paging/'],
  ['run.ts'],
  ['config/'],
  // Pure: no HTTP, no problems, no database.
  ['access/', 'fields/', 'validation/'],
];

const pathOf = (entry) => `^src/${entry.replace('.ts', '\\.ts$')}`;

const SPEC = '\\.(int-)?spec\\.ts$';

/** For each entry: what is above it or beside it. Specs may start any part of the app. */
const layers = LAYERS.flatMap((layer, depth) =>
  layer.map((entry) => ({
    name: `layers: ${entry.replace(/\(.*\)/, '')}`,
    comment: 'Import from lower layers only; see LAYERS.',
    severity: 'error',
    from: { path: pathOf(entry), pathNot: SPEC },
    to: {
      path: [
        ...LAYERS.slice(0, depth).flat(),
        ...layer.filter((other) => other !== entry),
      ].map(pathOf),
    },
  })),
).filter(({ to }) => to.path.length > 0);

module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'every-file-has-a-layer',
      comment: 'Give a new directory its line in LAYERS.',
      severity: 'error',
      from: { path: '^src/', pathNot: LAYERS.flat().map(pathOf) },
      to: {},
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'storage-knows-no-http',
      comment: 'Repositories and entities are also used without a request.',
      severity: 'error',
      from: {
        path: '^src/.+\\.(repository|store|entity)\\.ts$',
      },
      to: {
        path: [
          'node_modules/(express|@nestjs/swagger)/',
          '^src/(http|problems)/',
          '/dto/',
          '\\.dto\\.ts$',
        ],
      },
    },
    {
      name: 'ground-floor-is-pure',
      severity: 'error',
      from: { path: '^src/(access|fields|validation)/', pathNot: SPEC },
      to: { path: 'node_modules/(express|pg|@mikro-orm)/' },
    },
    {
      name: 'libs-stand-alone',
      comment: 'Other teams use them without our app, and without Nest.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: {
        path: ['^src/', '^libs/', 'node_modules/(@nestjs|@mikro-orm|express)/'],
        // `reading` is the base of the other libs.
        pathNot: ['^libs/$1/', '^libs/reading/src/index\\.ts$'],
      },
    },
    {
      name: 'reading-stands-alone',
      comment: 'The other libs may import it.',
      severity: 'error',
      from: { path: '^libs/reading/' },
      to: { path: '^libs/', pathNot: '^libs/reading/' },
    },
    {
      name: 'adapters-stand-alone',
      comment: 'A new adapter is one new file.',
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
        // The fixtures of a lib serve the tests of the app.
        pathNot: '^libs/[^/]+/(src/index\\.ts$|test/)',
      },
    },
    {
      name: 'no-test-code-in-production',
      severity: 'error',
      from: { path: ['^src/', '^libs/'], pathNot: SPEC },
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
      from: { path: ['^src/', '^libs/[^/]+/src/'], pathNot: SPEC },
      // A type is gone once the code is compiled.
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
