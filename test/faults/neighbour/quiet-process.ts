import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { type QuietKeys, STREAMS, type StreamName } from './streams';

/** Milliseconds after which an answer is given up: longer than any may take, so that one that does is seen. */
const PATIENCE = 4_000;
const CONNECTIONS = 256;

/** One answer, or none. */
export interface QuietAnswer {
  readonly stream: StreamName;
  /** 0: the connection was refused, or cut off. */
  readonly status: number;
  readonly isRight: boolean;
  /** Milliseconds since the moment at which it was due. */
  readonly took: number;
}

/** What the process is asked to send. */
export interface QuietOrder {
  readonly origin: string;
  readonly keys: QuietKeys;
  readonly streams: readonly StreamName[];
  readonly seconds: number;
}

let connected: Pool | undefined;
let sent = 0;

/** A process of its own: how busy the neighbour keeps the harness must not be taken for how late the service is. */
process.on('message', (order: QuietOrder) => {
  const pool = (connected ??= new Pool(order.origin, {
    connections: CONNECTIONS,
    headersTimeout: PATIENCE,
    bodyTimeout: PATIENCE,
  }));
  const offers = order.streams.map((stream) => offer(pool, order, stream));
  // An error ends the process, and whoever waits for it is told.
  void Promise.all(offers).then((answers) => process.send!(answers.flat()));
});

/** Sends at fixed moments, whatever comes back. */
async function offer(
  pool: Pool,
  { keys, seconds }: QuietOrder,
  stream: StreamName,
): Promise<QuietAnswer[]> {
  const { perSecond } = STREAMS[stream];
  const begin = performance.now();
  const answers: Promise<QuietAnswer>[] = [];
  while (answers.length < perSecond * seconds) {
    const due = begin + (answers.length / perSecond) * 1_000;
    const early = due - performance.now();
    if (early > 0) await setTimeout(early);
    answers.push(send(pool, keys, stream, due));
  }
  return Promise.all(answers);
}

async function send(
  pool: Pool,
  keys: QuietKeys,
  stream: StreamName,
  due: number,
): Promise<QuietAnswer> {
  const { request, isRight } = STREAMS[stream];
  const { status, text } = await pool
    .request(request(keys, `quiet-${sent++}`))
    .then(async ({ statusCode, body }) => ({
      status: statusCode,
      text: await body.text(),
    }))
    .catch(() => ({ status: 0, text: '' }));
  const took = performance.now() - due;
  return { stream, status, isRight: isRight(status, text), took };
}
