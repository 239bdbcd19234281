import { gzipSync } from 'node:zlib';
import type { Lab } from '../lab';
import { atRate } from '../neighbour/neighbours';
import { control, Neighbourhood } from '../neighbour/neighbourhood';
import type { Request } from '../neighbour/streams';
import type { Scenario } from '../scenario';

/** Requests a second: of those that cost 5 ms a service bears 200. */
const RATE = { full: 2_000, short: 1_000 };
/** 100 KB, as members of one object, in 200 bytes. */
const MEMBERS = gzipSync(`{${Array(16_000).fill('"a":1').join()}}`);

const post = (path: string, body: string | Buffer, headers = {}): Request => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', ...headers },
  body,
});
const get = (path: string, headers = {}): Request => ({
  method: 'GET',
  path,
  headers,
});
const badKey = { authorization: 'Bearer pba_nobody' };
const gzip = { 'content-encoding': 'gzip' };
const CHEAPEST = [
  post('/v1/x', '{}'),
  post('/v1/projects', '{}', badKey),
  get('/health/live'),
  get('/health/live'),
];
const WORST = [
  post('/v1/x', MEMBERS, gzip),
  post('/v1/projects', MEMBERS, { ...gzip, ...badKey }),
  get('/openapi.json'),
  get('/openapi.json', { 'accept-encoding': 'gzip' }),
];

const run = async (lab: Lab, without?: 'guard' | 'buffers') => {
  const neighbourhood = await Neighbourhood.create(lab, {
    without,
    variables: { LOG_LEVEL: 'silent', BAD_KEY_LIMIT: '100' },
  });
  const rate = RATE[lab.full ? 'full' : 'short'];
  const sending = (all: readonly Request[]) =>
    atRate(neighbourhood.origin, rate, (n) => all[n % all.length]);
  const { figures } = await neighbourhood.compare({
    cheapest: sending(CHEAPEST),
    worst: sending(WORST),
  });
  return figures;
};

export const strangers: Scenario = {
  fault: 'N7',
  comparesTimes: true,
  title:
    'Strangers who post what is large when inflated, and read the document',
  run: (lab) => run(lab),
};

export const strangersControl = control(
  'N7',
  'The same finds bodies that are read before the key',
  (lab) => run(lab, 'guard'),
);

export const documentControl = control(
  'N7',
  'The same finds a document that is written and compressed for each request',
  (lab) => run(lab, 'buffers'),
);
