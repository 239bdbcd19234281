import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { inParallel } from '../../support/in-parallel';
import type { Request } from './streams';

/** Milliseconds that a neighbour waits for the answers it has asked for before it was told to stop. */
const GRACE = 2_000;
/** Connections of those who do not wait for an answer. */
const CONNECTIONS = 1_000;

/** Connections that are being opened at once. */
const WAITING = 100;

/** How often each answer came, by status and, if it was refused, by code. */
export type Counts = Record<string, number>;

/** Somebody who is at work until told to stop; resolves when nothing of it is left. */
export type Neighbour = (until: AbortSignal) => Promise<Counts>;

/** Sends over so many connections, each its next request when it has the answer to the one before. */
export function inLoops(
  origin: string,
  connections: number,
  request: (number: number) => Request,
): Neighbour {
  let sent = 0;
  return (until) =>
    sending(origin, connections, until, async (send) => {
      const loop = async () => {
        while (!until.aborted) await send(request(sent++));
      };
      await Promise.all(Array.from({ length: connections }, loop));
    });
}

/** Sends at a fixed rate, whatever comes back. */
export function atRate(
  origin: string,
  perSecond: number,
  request: (number: number) => Request,
): Neighbour {
  let sent = 0;
  return (until) =>
    sending(origin, CONNECTIONS, until, async (send) => {
      const answers: Promise<void>[] = [];
      const begin = performance.now();
      while (!until.aborted) {
        const due = ((performance.now() - begin) / 1_000) * perSecond;
        while (answers.length < due) answers.push(send(request(sent++)));
        await setTimeout(5);
      }
      await Promise.all(answers);
    });
}

/**
 * Opens so many connections, sends these bytes on each and nothing more, and keeps it; with `againAfter`, in milliseconds,
 * one that was closed is opened again.
 */
export function stalled(
  origin: string,
  connections: number,
  bytes: string | Uint8Array,
  againAfter?: number,
): Neighbour {
  const { hostname, port } = new URL(origin);
  return async (until) => {
    const counts: Counts = { opened: 0, closed: 0 };
    const sockets = new Set<Socket>();
    const open = () => {
      const socket = connect(Number(port), hostname);
      sockets.add(socket);
      socket
        // Its close is told as well; and the answer is read, so that it is seen.
        .on('error', () => undefined)
        .on('close', () => sockets.delete(socket))
        .resume()
        .once('connect', () => counts.opened++)
        .write(bytes);
      return socket;
    };
    const keep = async (first: Socket) => {
      for (let socket = first; ; socket = open()) {
        await closed(socket);
        if (until.aborted) return;
        counts.closed++;
        if (againAfter === undefined) return;
        await setTimeout(againAfter);
        if (until.aborted) return;
      }
    };
    const kept: Promise<void>[] = [];
    // No more at a time than wait to be taken.
    await inParallel(connections, WAITING, async () => {
      if (until.aborted) return;
      const socket = open();
      kept.push(keep(socket));
      await new Promise((done) =>
        socket.once('connect', done).once('close', done),
      );
    });
    if (!until.aborted) await once(until, 'abort');
    for (const socket of sockets) socket.destroy();
    await Promise.all(kept);
    return counts;
  };
}

function closed(socket: Socket): Promise<unknown> {
  // Not by `once` of node:events, which rejects at an error.
  return new Promise((done) => {
    if (socket.closed) done(undefined);
    else socket.once('close', done);
  });
}

export function add(...all: readonly Counts[]): Counts {
  const sum: Counts = {};
  for (const counts of all) {
    for (const [name, number] of Object.entries(counts)) {
      sum[name] = (sum[name] ?? 0) + number;
    }
  }
  return sum;
}

/** Counts what `work` is answered; what has no answer soon after its end is cut off, and not counted. */
async function sending(
  origin: string,
  connections: number,
  until: AbortSignal,
  work: (send: (request: Request) => Promise<void>) => Promise<void>,
): Promise<Counts> {
  const counts: Counts = {};
  const pool = new Pool(origin, { connections });
  let isCutOff = false;
  const ended = work(async (request) => {
    const answer = await exchange(pool, request);
    if (!isCutOff) counts[answer] = (counts[answer] ?? 0) + 1;
  });
  await Promise.race([ended, graceAfter(until)]);
  isCutOff = true;
  await pool.destroy();
  await ended;
  return counts;
}

async function graceAfter(until: AbortSignal): Promise<void> {
  if (!until.aborted) await once(until, 'abort');
  await setTimeout(GRACE);
}

/** What came back. */
async function exchange(pool: Pool, request: Request): Promise<string> {
  try {
    const { statusCode, body } = await pool.request(request);
    if (statusCode < 300) {
      await body.dump({ limit: Infinity });
      return String(statusCode);
    }
    const code = /"code":"(\w+)"/.exec(await body.text())?.[1] ?? '';
    return `${statusCode} ${code}`;
  } catch {
    return 'none';
  }
}
