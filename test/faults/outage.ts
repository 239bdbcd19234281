import type { Lab } from './lab';
import type { PostgresServer } from './postgres-server';
import type { Figures } from './scenario';
import { expect } from './verdict';

/** Milliseconds that any answer may take; a sender gives up after as many. */
export const ANSWER = 2_000;
/** Milliseconds until the first 200 after the database is back. */
export const RECOVERY = 5_000;

/**
 * Under load, `bringAbout` makes the database unusable for a while and usable again: meanwhile there must be quick 503s
 * and nothing else, and soon after it 200s.
 */
export async function expectOutage(
  lab: Lab,
  variables: Record<string, string>,
  bringAbout: (database: PostgresServer, lab: Lab) => Promise<void>,
  {
    settings,
    directory,
  }: { settings?: Record<string, string>; directory?: string } = {},
): Promise<Figures> {
  const database = await lab.database(settings, directory);
  const service = await lab.service(database.url, variables);
  const ledger = await lab.ledger();
  const traffic = lab.traffic([service.origin], ledger, 'outage');
  await traffic.acknowledge(2_000);
  await bringAbout(database, lab);
  const recovery = await traffic.successAfter(performance.now());
  await traffic.acknowledge(2_000);
  await traffic.stop();

  const comparison = await ledger.verify(database);
  const { statuses, slowest } = traffic;
  const others = Object.keys(statuses).filter(
    (status) => status !== '200' && status !== '503',
  );
  expect((statuses[503] ?? 0) > 0, 'There was no 503: it was no outage');
  expect(others.length === 0, `There were answers ${others.join(', ')}`);
  expect(slowest <= ANSWER, `An answer took ${slowest.toFixed(0)} ms`);
  expect(recovery <= RECOVERY, `The first 200 came after ${recovery} ms`);
  return {
    ...comparison,
    '503s': statuses[503],
    'slowest ms': slowest,
    'back in ms': recovery,
  };
}
