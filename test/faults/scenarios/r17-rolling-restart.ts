import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../../libs/embedded-postgres/src';
import type { Lab } from '../lab';
import type { Scenario } from '../scenario';
import { expect, Impossible } from '../verdict';

const HAPROXY = '/usr/sbin/haproxy';

export const rollingRestart: Scenario = {
  fault: 'R17',
  title: 'Two replicas behind HAProxy are restarted in turn under load',
  async run(lab) {
    const restarts = lab.full ? 20 : 4;
    const database = await lab.database();
    const replicas = [
      await lab.service(database.url, { SHUTDOWN_GRACE: '1' }),
      await lab.service(database.url, { SHUTDOWN_GRACE: '1' }),
    ];
    const origin = await startProxy(
      lab,
      replicas.map((replica) => new URL(replica.origin).port),
    );
    const ledger = await lab.ledger();
    const traffic = lab.traffic([origin], ledger, 'r17');
    await traffic.acknowledge(2_000);
    for (let restart = 0; restart < restarts; restart++) {
      const which = restart % 2;
      const { port } = new URL(replicas[which].origin);
      replicas[which].signal('SIGTERM');
      const code = await replicas[which].ended();
      expect(code === 0, `A replica ended with ${String(code)}`);
      replicas[which] = await lab.service(database.url, {
        PORT: port,
        SHUTDOWN_GRACE: '1',
      });
      // The proxy must have seen it before the other one goes.
      await setTimeout(1_000);
    }
    await traffic.stop();
    const comparison = await ledger.verify(database);
    const { statuses } = traffic;
    const failed = traffic.answers.length - (statuses[200] ?? 0);
    expect(
      failed === 0,
      `${failed} of ${traffic.answers.length} were not 200 at the first try: ${JSON.stringify(statuses)}`,
    );
    return { restarts, ...comparison, 'not 200 at first': failed };
  },
};

/** Returns the origin of a proxy that sends each request to a replica that says that it is ready. */
async function startProxy(lab: Lab, ports: readonly string[]): Promise<string> {
  if (!existsSync(HAPROXY)) throw new Impossible('HAProxy is not installed');
  const port = await freePort();
  const config = join(await lab.directory(), 'haproxy.cfg');
  await writeFile(
    config,
    `
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
frontend front
  bind 127.0.0.1:${port}
  default_backend replicas
backend replicas
  option httpchk GET /health/ready
  default-server check inter 200ms fall 1 rise 1
${ports.map((each, n) => `  server replica${n} 127.0.0.1:${each}`).join('\n')}
`,
  );
  const proxy = lab.own(
    spawn(HAPROXY, ['-db', '-f', config], { stdio: 'ignore' }),
    async (child) => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  );
  await once(proxy, 'spawn');
  const origin = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries++) {
    const ready = await fetch(`${origin}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return origin;
    await setTimeout(50);
  }
  throw new Error('HAProxy does not answer');
}
