import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { unit } from './jest.config.mjs';

const parts = JSON.parse(
  readFileSync(new URL('parts.json', import.meta.url), 'utf8'),
);
const { PART } = process.env;

/** The sources that must have full branch coverage: those of one part, or of all. */
export const sources = [
  ...(PART ? parts[PART] : Object.values(parts).flat()),
  '!**/*.spec.ts',
];

/** The unit tests; with PART only those in the folders of that part. */
export default {
  ...unit,
  roots: PART
    ? parts[PART].map((files) => `<rootDir>/${dirname(files)}`)
    : unit.roots,
  coverageDirectory: 'data/coverage',
  coverageReporters: ['text'],
  collectCoverageFrom: sources,
  coverageThreshold: { global: { branches: 100 } },
};
