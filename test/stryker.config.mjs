import { sources } from './jest.coverage.config.mjs';

export default {
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules'],
  jest: { configFile: 'test/jest.coverage.config.mjs' },
  mutate: sources,
  concurrency: 1,
  // The first run takes several times as long as any other, because it records what each test reaches.
  timeoutFactor: 0.5,
  timeoutMS: 3_000,
  thresholds: { high: 85, low: 85, break: 85 },
  ignorePatterns: ['data', 'dist', 'docs'],
  tempDirName: 'data/mutation',
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { reportTests: false },
  allowConsoleColors: false,
};
