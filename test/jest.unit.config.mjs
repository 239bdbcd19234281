import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

const read = (name) =>
  JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

const parts = read('parts.json');
const { PART } = process.env;

/** The sources that are held to a standard: those of one part, or of all. */
export const sources = [
  ...(PART ? parts[PART] : Object.values(parts).flat()),
  '!**/*.spec.ts',
];

/** The unit tests alone, which need no database; of a part those in its own folders. */
export default {
  ...read('../package.json').jest,
  globalSetup: undefined,
  globalTeardown: undefined,
  rootDir: '..',
  roots: PART
    ? parts[PART].map((files) => `<rootDir>/${dirname(files)}`)
    : ['<rootDir>/src', '<rootDir>/libs'],
  testRegex: '\\.spec\\.ts$',
  coverageDirectory: 'data/coverage',
  coverageReporters: ['text'],
  collectCoverageFrom: sources,
  coverageThreshold: { global: { branches: 100 } },
};
