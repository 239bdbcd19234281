import { loadEnv } from '../config/env';
import { readOptions } from '../import/import-options';
import { runImport } from '../import/run-import';
import { importOptions, migrationOptions } from '../orm-options';
import { run } from '../run';

/** `npm run import -- --file installs.csv --project 1`: stores the installs in a file. */
run(async () => {
  const stop = new AbortController();
  // One Ctrl-C may arrive several times: npm forwards signals that the terminal has already sent to the whole group.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => stop.abort());
  }
  const options = readOptions(process.argv.slice(2));
  process.exitCode = await runImport(
    options,
    loadEnv(),
    { migrations: migrationOptions, connections: importOptions },
    stop.signal,
  );
});
