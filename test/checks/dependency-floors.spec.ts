import { readFileSync } from 'node:fs';

/** No version below these may be installed, wherever in the tree: each mends what is said beside it. */
const FLOORS: Record<string, readonly [version: string, reason: string]> = {
  '@mikro-orm/core': ['7.1.9', 'CVE-2026-84993; connections that drop'],
  '@mikro-orm/sql': ['7.1.9', 'CVE-2026-84993, CVE-2026-44680'],
  '@mikro-orm/postgresql': ['7.1.9', 'a dropped connection ends the process'],
  '@nestjs/throttler': ['6.7.1', 'memory of old hits'],
  'class-validator': ['0.14.0', 'CVE-2019-18413: unknown values pass'],
  qs: ['6.14.1', 'CVE-2025-15284: array limit'],
  express: ['5.0.0', 'prototype pollution by the extended parser'],
  'body-parser': ['2.0.0', 'CVE-2024-45590'],
  multer: ['2.0.0', 'CVE-2025-47935'],
  pg: ['8.0.0', 'unhandled errors of idle clients'],
};

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, { version: string }>;
};
const installed = Object.entries(packages).map(([path, { version }]) => ({
  name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
  version,
}));

const numbers = (version: string) => version.split(/[.-]/).map(Number);

/** Whether one version comes before another, by their first three numbers. */
function isBelow(version: string, floor: string): boolean {
  const [a, b] = [numbers(version), numbers(floor)];
  const place = [0, 1, 2].find((i) => a[i] !== b[i]);
  return place !== undefined && a[place] < b[place];
}

it.each(Object.entries(FLOORS))(
  'no %s below its floor is installed',
  (name, [floor]) => {
    const found = installed.filter((each) => each.name === name);
    expect(found.filter(({ version }) => isBelow(version, floor))).toEqual([]);
  },
);

it('knows the packages that it is about', () => {
  const names = new Set(installed.map(({ name }) => name));
  const known = ['@mikro-orm/core', 'class-validator', 'express', 'pg'];
  expect(known.filter((name) => !names.has(name))).toEqual([]);
});

it('runs on a Node.js that survives a stack overflow', () => {
  // CVE-2025-59466
  expect(isBelow(process.versions.node, '25.3.0')).toBe(false);
});
