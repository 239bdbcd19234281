import { fileURLToPath } from 'node:url';

const shared = {
  rootDir: fileURLToPath(new URL('..', import.meta.url)),
  testEnvironment: 'node',
  moduleFileExtensions: ['ts', 'js', 'json'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  moduleNameMapper: { '^@app/([^/]+)$': '<rootDir>/libs/$1/src' },
  setupFiles: ['reflect-metadata'],
};

/** The specs beside the code. They need neither a database nor the build. */
export const unit = {
  ...shared,
  displayName: 'unit',
  roots: ['<rootDir>/src', '<rootDir>/libs'],
  testRegex: '\\.spec\\.ts$',
};

/** All other tests. They share one PostgreSQL, and some start the built service. */
const service = {
  ...shared,
  displayName: 'service',
  roots: ['<rootDir>/src', '<rootDir>/libs', '<rootDir>/test'],
  testRegex: ['\\.(int|e2e)-spec\\.ts$', '/test/checks/.+\\.spec\\.ts$'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

export default {
  maxWorkers: '100%',
  testTimeout: 20_000,
  projects: [unit, service],
};
