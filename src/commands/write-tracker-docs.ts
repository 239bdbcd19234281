import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TRACKERS } from '@app/trackers';
import { loadEnv } from '../config/env';
import { createApp } from '../create-app';
import { openDatabase } from '../database/open-database';
import { FirstStartService } from '../first-start/first-start.service';
import {
  type DocumentedTracker,
  overviewPage,
  trackerPage,
} from './tracker-docs/pages';
import { sendSample } from './tracker-docs/sample';
import { migrationOptions } from '../orm-options';
import { run } from '../run';

const API_KEY = 'key-of-the-documented-samples';
const ADMIN_TOKEN = 'token-of-the-documented-samples';

/** `npm run tracker:docs`: writes docs/trackers.md and docs/trackers/, with the fields that a temporary service stores for the sample messages. */
run(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'postback-docs-'));
  // The embedded PostgreSQL may run as another user.
  await chmod(directory, 0o755);
  try {
    await withService(directory, async (origin) => {
      const service = { origin, apiKey: API_KEY, adminToken: ADMIN_TOKEN };
      const documented: DocumentedTracker[] = [];
      for (const tracker of TRACKERS) {
        const sample = tracker.message && (await sendSample(tracker, service));
        documented.push({ tracker, sample });
      }
      await writePages(documented);
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

async function writePages(
  documented: readonly DocumentedTracker[],
): Promise<void> {
  // Removes the pages of trackers that no longer exist.
  await rm('docs/trackers', { recursive: true, force: true });
  await mkdir('docs/trackers');
  await writeFile('docs/trackers.md', overviewPage(documented));
  for (const each of documented) {
    await writeFile(`docs/trackers/${each.tracker.name}.md`, trackerPage(each));
  }
}

async function withService(
  directory: string,
  work: (origin: string) => Promise<void>,
): Promise<void> {
  const env = loadEnv({
    DATA_DIR: directory,
    BOOTSTRAP_API_KEY: API_KEY,
    ADMIN_TOKEN,
    LOG_LEVEL: 'warn',
  });
  const database = await openDatabase(env, migrationOptions);
  try {
    const app = await createApp(env, database.url);
    try {
      await app.get(FirstStartService).ensure(() => Promise.resolve());
      await app.listen(0, '127.0.0.1');
      const { port } = app.getHttpServer().address() as AddressInfo;
      await work(`http://127.0.0.1:${port}`);
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
  }
}
