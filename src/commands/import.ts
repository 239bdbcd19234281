import { loadEnv } from '../config/env';
import { readOptions } from '../import/import-options';
import { runImport } from '../import/run-import';
import { run } from '../run';

/** `npm run import -- --file installs.csv --project 1`: stores the installs in a file. */
run(async () => {
  const stop = new AbortController();
  // npm passes on the signals that a terminal has sent already, so more may follow.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => stop.abort());
  }
  const options = readOptions(process.argv.slice(2));
  process.exitCode = await runImport(options, loadEnv(), stop.signal);
});
