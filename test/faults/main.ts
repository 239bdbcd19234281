import { run } from '../../src/run';
import { Cleanup } from '../support/cleanup';
import { writeReport } from '../bench/write-report';
import { Lab } from './lab';
import { readOptions } from './options';
import { Random } from './random';
import { type Outcome, type Report, toMarkdown } from './report';
import type { Scenario } from './scenario';
import { Broken, Impossible } from './verdict';
import { SCENARIOS } from './scenarios';

const log = (line: string) => process.stderr.write(`${line}\n`);

run(async () => {
  const { full, seed, only } = readOptions(process.argv.slice(2));
  process.stdout.write(`Seed ${seed}${full ? ', full' : ''}\n`);
  const startedAt = new Date();
  const outcomes: Outcome[] = [];
  const interruption = interrupted();
  for (const scenario of SCENARIOS) {
    if (only.length === 0 || only.includes(scenario.fault.toUpperCase())) {
      let outcome = await tryOut(scenario, full, seed, interruption);
      if (outcome?.result === 'FAILED' && scenario.comparesTimes && !full) {
        log(`  failed, tried again: ${outcome.reason}`);
        outcome = await tryOut(scenario, full, seed, interruption);
      }
      if (!outcome) process.exit(130);
      outcomes.push(outcome);
      log(`  ${outcome.result}${outcome.reason ? `: ${outcome.reason}` : ''}`);
    }
  }
  const report: Report = { startedAt, full, seed, outcomes };
  const markdown = toMarkdown(report);
  process.stdout.write(`${markdown}\n`);
  const paths = await writeReport('data/faults', report, markdown);
  log(`Written to ${paths.join(' and ')}`);
  const count = (result: Outcome['result']) =>
    outcomes.filter((outcome) => outcome.result === result).length;
  for (const { fault, title, reason } of outcomes.filter(
    ({ result }) => result === 'SKIPPED',
  )) {
    log(`\n!!! SKIPPED ${fault}, ${title}: ${reason}`);
  }
  process.stdout.write(
    `${count('passed')} passed, ${count('FAILED')} failed, ${count('SKIPPED')} skipped\n`,
  );
  process.exit(count('FAILED') > 0 ? 1 : 0);
});

/** Undefined when the run was interrupted; all that the scenario started has ended then, as always. */
async function tryOut(
  scenario: Scenario,
  full: boolean,
  seed: number,
  interruption: Promise<undefined>,
): Promise<Outcome | undefined> {
  const { fault, title } = scenario;
  log(`${fault} ${title}`);
  const begin = performance.now();
  const cleanup = new Cleanup();
  const lab = new Lab(full, new Random(seed), cleanup);
  try {
    const outcome = await Promise.race([
      scenario.run(lab).then(
        (figures) => ({ result: 'passed' as const, figures }),
        (error: unknown) => ({
          result:
            error instanceof Impossible
              ? ('SKIPPED' as const)
              : ('FAILED' as const),
          reason: reasonOf(error),
        }),
      ),
      interruption,
    ]);
    const seconds = (performance.now() - begin) / 1000;
    return outcome && { fault, title, seconds, ...outcome };
  } finally {
    await cleanup.run();
  }
}

/** A promise that was broken needs no stack; anything else is an error of the harness. */
function reasonOf(error: unknown): string {
  if (error instanceof Broken || error instanceof Impossible) {
    return error.message;
  }
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause ? `\nbecause of ${reasonOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

/** Resolves at Ctrl-C. */
function interrupted(): Promise<undefined> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => done(undefined));
    }
  });
}
