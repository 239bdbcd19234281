import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { anInstall } from '../exchange';
import { inParallel } from '../../support/in-parallel';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

export const clientGone: Scenario = {
  fault: 'R16',
  title: 'The client is gone before the answer',
  async run(lab) {
    const times = lab.full ? 10_000 : 2_000;
    const database = await lab.database();
    const { origin, pid } = await lab.service(database.url);
    const { hostname, port, host } = new URL(origin);
    const openFiles = () => readdirSync(`/proc/${pid}/fd`).length;
    await setTimeout(500);
    const before = openFiles();
    await inParallel(times, 50, async (n) => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      const body = JSON.stringify(anInstall(`r16-${n}`));
      socket.write(
        `POST /track/install/v1/custom HTTP/1.1\r\nHost: ${host}\r\nX-Api-Key: ${lab.apiKey}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        () => socket.resetAndDestroy(),
      );
      await once(socket, 'close');
    });

    // The same again: whatever was stored is a duplicate now.
    const ledger = await lab.ledger();
    const traffic = lab.traffic([origin], ledger, 'r16');
    await traffic.acknowledge(times);
    await traffic.stop();
    const comparison = await ledger.verify(database);
    expect(!traffic.statuses[500], 'There were answers 500');
    // Connections of the database may have been added to the pool, ten at most.
    let after = openFiles();
    for (let n = 0; n < 100 && after > before + 10; n++) {
      await setTimeout(100);
      after = openFiles();
    }
    expect(after <= before + 10, `${after} files open, ${before} before`);
    return { times, ...comparison, 'open files before': before, after };
  },
};
