import { readdirSync } from 'node:fs';
import type { Lab } from '../lab';
import { stalled } from '../neighbour/neighbours';
import { control, Neighbourhood } from '../neighbour/neighbourhood';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

/** Connections that may be open at once, and how many strangers try. */
const BOUND = 200;
const TIMES = 10;
/** Milliseconds after which a stranger whose connection was closed tries again. */
const AGAIN_AFTER = 2_000;
/** Files of the service that are no connections of clients. */
const OWN_FILES = 100;

const run = async (lab: Lab, without?: 'oldest') => {
  const neighbourhood = await Neighbourhood.create(lab, {
    without,
    variables: { MAX_CONNECTIONS: String(BOUND) },
  });
  const { origin, service } = neighbourhood;
  let most = 0;
  const look = () => {
    most = Math.max(most, readdirSync(`/proc/${service.pid}/fd`).length);
  };
  lab.own(setInterval(look, 100), async (timer) => clearInterval(timer));
  const strangers = (bytes: string) =>
    stalled(origin, BOUND * TIMES, bytes, AGAIN_AFTER);
  const { figures } = await neighbourhood.compare({
    cheapest: strangers(
      'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    ),
    worst: strangers('GET /track/install/v1/custom HTTP/1.1\r\nX-Slow: '),
    streams: ['newcomers'],
  });
  expect(most <= BOUND + OWN_FILES, `${most} files were open`);
  return { ...figures, 'most open files': most };
};

export const connections: Scenario = {
  fault: 'N10',
  comparesTimes: true,
  title: `${BOUND * TIMES} strangers without a whole request, where ${BOUND} may be connected`,
  run: (lab) => run(lab),
};

export const connectionsControl = control(
  'N10',
  'The same finds that newcomers are turned away instead of them',
  (lab) => run(lab, 'oldest'),
);
