import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Pool } from 'undici';
import { anInstall, send } from '../exchange';
import { inParallel } from '../../support/in-parallel';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const STALLED = 5_000;
const REQUESTS = 3_000;

export const slowClients: Scenario = {
  fault: 'A7',
  title: `${STALLED} clients that never finish their request`,
  async run(lab) {
    const database = await lab.database();
    const { origin } = await lab.service(database.url);
    const { hostname, port } = new URL(origin);
    const pool = lab.own(new Pool(origin, { connections: 16 }), (each) =>
      each.destroy(),
    );
    /** The 99th percentile of those who do finish theirs, in milliseconds. */
    const p99 = async (prefix: string) => {
      const times: number[] = [];
      await inParallel(REQUESTS, 16, async (n) => {
        const { status, took } = await send(
          pool,
          lab.apiKey,
          anInstall(`${prefix}-${n}`),
        );
        expect(status === 200, `An answer was ${status}`);
        times.push(took);
      });
      return times.toSorted((a, b) => a - b)[Math.floor(REQUESTS * 0.99)];
    };
    await p99('warm');
    const before = await p99('before');

    const sockets: Socket[] = [];
    lab.own(sockets, async (all) => {
      for (const socket of all) socket.destroy();
    });
    let closed = 0;
    const ends: Promise<unknown>[] = [];
    await inParallel(STALLED, 200, async (n) => {
      const socket = connect(Number(port), hostname);
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => closed++);
      // Some of the answer is read, so that the close is seen.
      socket.resume();
      await once(socket, 'connect');
      ends.push(once(socket, 'close'));
      // No end of the headers, or no end of the body.
      socket.write(
        n % 2 === 0
          ? 'GET /track/install/v1/custom HTTP/1.1\r\nHost: x\r\nX-Slow: '
          : `POST /track/install/v1/custom HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${lab.apiKey}\r\nContent-Length: 1000\r\n\r\n{`,
      );
    });
    const meanwhile = await p99('meanwhile');
    const open = STALLED - closed;
    const begin = performance.now();
    await Promise.all(ends);
    const all = performance.now() - begin;
    // The short run, on a machine with other work, is content with less.
    expect(
      meanwhile <= (lab.full ? 2 : 5) * before,
      `p99 ${meanwhile.toFixed(1)} ms, ${before.toFixed(1)} ms before`,
    );
    return {
      'p99 ms before': before.toFixed(1),
      'p99 ms meanwhile': meanwhile.toFixed(1),
      'still open then': open,
      'all closed after ms': all,
    };
  },
};
