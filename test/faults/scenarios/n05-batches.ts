import { anInstall } from '../exchange';
import type { Lab } from '../lab';
import { inLoops } from '../neighbour/neighbours';
import { control, Neighbourhood } from '../neighbour/neighbourhood';
import type { Scenario } from '../scenario';

const SENDERS = { full: 400, short: 200 };
const MOST = 1_000;

const run = async (lab: Lab, without?: 'shares') => {
  const neighbourhood = await Neighbourhood.create(lab, { without });
  const { origin, noisy } = neighbourhood;
  const { id: _, ...install } = anInstall('n5');
  const batches = (postbacks: number) => {
    // Without an id each is a new install.
    const body = JSON.stringify(
      Array.from({ length: postbacks }, () => install),
    );
    return inLoops(origin, SENDERS[lab.full ? 'full' : 'short'], () => ({
      method: 'POST',
      path: '/track/install/v1/custom/batch',
      headers: {
        'x-api-key': noisy.ingest,
        'content-type': 'application/json',
      },
      body,
    }));
  };
  const { figures } = await neighbourhood.compare({
    cheapest: batches(1),
    worst: batches(MOST),
    streams: ['postbacks', 'batches'],
  });
  return figures;
};

export const batches: Scenario = {
  fault: 'N5',
  comparesTimes: true,
  title: `Many senders of batches of ${MOST}, with one key`,
  run: (lab) => run(lab),
};

export const batchesControl = control(
  'N5',
  'The same finds turns that whoever comes first takes',
  (lab) => run(lab, 'shares'),
);
