import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { inParallel } from '../exchange';
import type { Request } from './streams';

/** Milliseconds that a neighbour waits for the answers it has asked for before it was told to stop. */
const GRACE = 2_000;
/** Connections of those who do not wait for an answer. */
const CONNECTIONS = 1_000;

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
 * Holds so many connections, on each of which it sends these bytes and nothing more; with `again`, one that was closed is
 * opened again.
 */
export function stalled(
  origin: string,
  connections: number,
  bytes: string | Uint8Array,
  { again = false } = {},
): Neighbour {
  const { hostname, port } = new URL(origin);
  return async (until) => {
    const counts: Counts = { opened: 0, closed: 0 };
    const sockets = new Set<Socket>();
    const open = async () => {
      const socket = connect(Number(port), hostname);
      sockets.add(socket);
      // Its close is told as well; and the answer is read, so that it is seen.
      socket.on('error', () => undefined).resume();
      socket.on('close', () => {
        sockets.delete(socket);
        counts.closed++;
        if (again && !until.aborted) void open();
      });
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
      counts.opened++;
      socket.write(bytes);
    };
    await inParallel(connections, 100, open);
    if (!until.aborted) await once(until, 'abort');
    const ends = Array.from(sockets, (socket) => once(socket, 'close'));
    for (const socket of sockets) socket.destroy();
    counts.closed -= sockets.size;
    await Promise.all(ends);
    return counts;
  };
}

/** All of them at once. */
export const together =
  (...neighbours: readonly Neighbour[]): Neighbour =>
  async (until) =>
    add(...(await Promise.all(neighbours.map((each) => each(until)))));

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
