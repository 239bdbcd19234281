import type { Lab } from '../lab';
import { inLoops } from '../neighbour/neighbours';
import { control, Neighbourhood } from '../neighbour/neighbourhood';
import type { Scenario } from '../scenario';

const CONNECTIONS = { full: 120, short: 120 };
/** Bytes, of what is refused. */
const BODY = 32_000;

const run = async (lab: Lab, without?: 'shares') => {
  const neighbourhood = await Neighbourhood.create(lab, {
    without,
    variables: { LOG_LEVEL: 'silent' },
  });
  const { origin, noisy } = neighbourhood;
  const refused = (character: string) => {
    const filling = character.repeat(BODY);
    return inLoops(origin, CONNECTIONS[lab.full ? 'full' : 'short'], (n) => ({
      method: 'POST',
      path: '/track/install/v1/custom',
      headers: { 'x-api-key': noisy.ingest, 'content-type': 'text/plain' },
      body: `${n}=${filling}`,
    }));
  };
  const { figures } = await neighbourhood.compare({
    cheapest: refused('x'),
    // Six bytes each, as JSON.
    worst: refused('\u0001'),
    streams: ['postbacks', 'refused', 'quiet mode'],
  });
  return figures;
};

export const refusals: Scenario = {
  fault: 'N4',
  comparesTimes: true,
  title: `A key that sends refused bodies of ${BODY} bytes, all different`,
  run: (lab) => run(lab),
};

export const refusalsControl = control(
  'N4',
  'The same finds a log of refusals without shares',
  (lab) => run(lab, 'shares'),
);
