import { writeFile } from 'node:fs/promises';
import { StartupError } from '../config/startup-error';
import { run } from '../run';

const USAGE = 'Usage: npm run tracker:new -- acme (a-z, digits, hyphens)';

/** `npm run tracker:new -- <name>`: writes an adapter to fill in and an empty fixture. */
run(async () => {
  const [name, ...more] = process.argv.slice(2);
  if (name === 'custom') {
    throw new StartupError(
      'The name custom is reserved for our own fields. Choose another name.',
    );
  }
  if (!name || more.length > 0 || !/^[a-z][a-z0-9-]{1,39}$/.test(name)) {
    throw new StartupError(USAGE);
  }
  const adapter = `libs/trackers/src/adapters/${name}.adapter.ts`;
  const fixture = `libs/trackers/test/fixtures/${name}.json`;
  await writeNew(adapter, adapterOf(name));
  await writeNew(fixture, '[]\n');
  process.stdout.write(`Wrote ${adapter} and ${fixture}.

Next:
1. Fill in the adapter from the vendor's documentation.
2. Add to libs/trackers/src/adapters/index.ts:
   export { ${identifierOf(name)} } from './${name}.adapter';
3. Add a message of the tracker to the fixture.
4. Run npm test -- tracker, and then npm run tracker:docs.
See docs/adding-a-tracker.md for details.
`);
});

async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST'
        ? new StartupError(
            `${path} already exists. Delete it, or choose another name.`,
          )
        : error;
    },
  );
}

function identifierOf(name: string): string {
  return name.replace(/-+(\w?)/g, (_, letter: string) => letter.toUpperCase());
}

function adapterOf(name: string): string {
  return `import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

export const ${identifierOf(name)}: TrackerAdapter = {
  name: '${name}',
  title: '${name[0].toUpperCase()}${name.slice(1)}',
  documentation: '',
  facts: {
    transport: 'Not documented.',
    retries: 'Not documented.',
    timeout: 'Not documented.',
    time: 'Not documented.',
    missing: 'Not documented.',
    installId: 'Not documented.',
  },
  gotchas: [],
  macro: braces,
  // Canonical field: the name in the tracker, or { from, macro } if message and macro differ.
  fields: {},
  // The message that the tracker sends in its own field names. Delete it if the tracker only fills in URLs.
  message: {
    pushed: false,
    installs: [{ name: 'event_name', is: ['install'], absent: 'holds' }],
    example: {},
  },
};
`;
}
