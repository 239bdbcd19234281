import { Pool } from 'undici';
import { generateApiKey } from '../../../src/auth/api-key';
import { inParallel } from '../../support/in-parallel';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const COUNT = 10_000;
const LIMIT = 100;

/** What a sender can say of where it comes from. */
const claims = [
  (n: number) => `203.0.113.${n % 256}, 198.51.${n >> 8}.1`,
  (n: number) => `10.0.${n >> 8}.${n % 256}`,
  (n: number) => `2001:db8:${n.toString(16)}::1`,
  (n: number) => `127.0.0.1, ::ffff:10.1.${n >> 8}.${n % 256}`,
  (n: number) => `<script>${n}</script>`,
];

export const forwardedFor: Scenario = {
  fault: 'S6',
  title: `${COUNT} addresses are claimed by one client`,
  async run(lab) {
    const database = await lab.database();
    const { origin } = await lab.service(database.url, {
      BAD_KEY_LIMIT: String(LIMIT),
      THROTTLE_TTL: '3600',
    });
    const pool = lab.own(new Pool(origin, { connections: 64 }), (each) =>
      each.destroy(),
    );
    const statuses: Record<string, number> = {};
    await inParallel(COUNT, 64, async (n) => {
      const claim = claims[n % claims.length](n);
      const { statusCode, body } = await pool.request({
        method: 'GET',
        path: '/track/install/v1/custom',
        headers: {
          'x-api-key': n % 2 === 0 ? generateApiKey() : 'no-key',
          'x-forwarded-for': claim,
          'x-real-ip': claim,
          forwarded: `for="${claim}"`,
        },
      });
      await body.dump();
      statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
    });
    expect(
      statuses[401] === LIMIT && statuses[429] === COUNT - LIMIT,
      `Not ${LIMIT} were 401 and all others 429: ${JSON.stringify(statuses)}`,
    );
    return statuses;
  },
};
