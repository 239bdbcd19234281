import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { inParallel } from '../../support/in-parallel';
import type { Lab } from '../lab';
import { manage } from '../management';
import { fillRejections } from '../neighbour/fill';
import type { Neighbour } from '../neighbour/neighbours';
import { control, Neighbourhood } from '../neighbour/neighbourhood';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const REPLAYS = 60;
const REJECTIONS = 6_000;
/** Milliseconds within which another instance holds the replays of one that was killed. */
const HELD_WITHIN = 20_000;

/** A repair that does not help. */
const AGAIN = { filter: {}, set: { country_code: 'Argentinia' } };
const NOTHING = { filter: { tracker: 'adjust' }, set: { country_code: 'AR' } };

const run = async (lab: Lab, without?: 'turns') => {
  const neighbourhood = await Neighbourhood.create(lab, { without });
  const { database, origin, noisy } = neighbourhood;
  await fillRejections(database, noisy.projectId, REJECTIONS);
  const { figures } = await neighbourhood.compare({
    cheapest: replaying(lab, origin, noisy.projectId, NOTHING),
    worst: replaying(lab, origin, noisy.projectId, AGAIN),
    streams: ['postbacks', 'refused'],
  });
  return figures;
};

export const replays: Scenario = {
  fault: 'N6',
  comparesTimes: true,
  title: `${REPLAYS} replays of ${REJECTIONS} rejections`,
  run: (lab) => run(lab),
};

export const replaysControl = control(
  'N6',
  'The same finds replays that all run at once',
  (lab) => run(lab, 'turns'),
);

export const manyReplaysKilled: Scenario = {
  fault: 'N6 killed',
  title: `The replica that holds ${REPLAYS} replays is killed`,
  async run(lab) {
    const neighbourhood = await Neighbourhood.create(lab);
    const { database, origin, noisy, service } = neighbourhood;
    await fillRejections(database, noisy.projectId, REJECTIONS);
    await start(lab, origin, noisy.projectId, AGAIN);
    await lab.service(database.url);
    const held = async (after: Date) => {
      const [row] = await database.query<{ held: number; left: number }>(
        `select count(*) filter (where leased_until > $1)::int as held, count(*)::int as left
         from replay where state in ('running', 'waiting')`,
        [after],
      );
      return row;
    };
    const { left: before } = await held(new Date());
    service.signal('SIGKILL');
    await service.ended();
    const begin = performance.now();
    // What is leased for longer than the one that was killed can have done.
    const [{ most }] = await database.query<{ most: Date }>(
      'select max(leased_until) as most from replay',
    );
    let found = await held(most);
    while (
      found.held < found.left &&
      performance.now() - begin <= HELD_WITHIN
    ) {
      await setTimeout(200);
      found = await held(most);
    }
    expect(
      found.held === found.left,
      `After ${HELD_WITHIN} ms ${found.held} of ${found.left} replays are held again`,
    );
    expect(before === REPLAYS, `${before} of ${REPLAYS} replays had begun`);
    return { replays: before, 'all held after ms': performance.now() - begin };
  },
};

/** Starts them all, and cancels those that are left. */
function replaying(
  lab: Lab,
  origin: string,
  projectId: number,
  replay: object,
): Neighbour {
  return async (until) => {
    const ids = await start(lab, origin, projectId, replay);
    if (!until.aborted) await once(until, 'abort');
    await inParallel(ids.length, 4, async (n) => {
      const url = `${origin}/v1/projects/${projectId}/replays/${ids[n]}/cancel`;
      // One that could not be started is no neighbour, and one that has ended neither.
      await manage(lab, 'POST', url).catch(() => undefined);
    });
    return { replays: ids.length };
  };
}

/** The names of those that could be started. */
async function start(
  lab: Lab,
  origin: string,
  projectId: number,
  replay: object,
): Promise<string[]> {
  const url = `${origin}/v1/projects/${projectId}/rejections/replay`;
  const ids: string[] = [];
  await inParallel(REPLAYS, 4, async () => {
    await manage<{ replay_id: string }>(lab, 'POST', url, replay).then(
      ({ replay_id }) => ids.push(replay_id),
      () => undefined,
    );
  });
  return ids;
}
