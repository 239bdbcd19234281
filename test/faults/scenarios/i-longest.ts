import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Pool } from 'undici';
import { HOSTILE_TEXTS } from '../../support/hostile-text';
import { sendRaw } from '../../support/raw-request';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const INGEST = '/track/install/v1/custom';
const KIB = 1024;
/** Milliseconds that a request may hold up all others, by the size of its body; in the short run, on a machine with other work, five times as many. */
const HELD = { batch: 50, other: 10 };
/** A request that was slow is tried so often again: a pause of the machine does not come back. */
const AGAIN = 8;
/** Milliseconds for the answer. */
const PATIENCE = 30_000;

/** Requests with one text, each as long as it may be, or longer. */
function requestsOf(
  textOf: (length: number) => string,
  apiKey: string,
): Record<string, Buffer> {
  const post = (path: string, body: Buffer, ...headers: string[]) =>
    Buffer.concat([
      Buffer.from(
        [
          `POST ${path}?apikey=${apiKey} HTTP/1.1`,
          'Host: x',
          'Connection: close',
          `Content-Length: ${body.length}`,
          ...headers,
          '\r\n',
        ].join('\r\n'),
      ),
      body,
    ]);
  const get = (path: string, query: string) =>
    Buffer.from(
      `GET ${path}?apikey=${apiKey}&${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
  const bodyOf = (size: number) => Buffer.from(textOf(size), 'latin1');
  const batch = bodyOf(KIB * KIB);
  const requests = {
    'as a body': post(INGEST, bodyOf(32 * KIB)),
    'as a body that is too large': post(INGEST, bodyOf(64 * KIB)),
    'as a batch of 64 KiB': post(`${INGEST}/batch`, bodyOf(64 * KIB)),
    'as a batch': post(`${INGEST}/batch`, batch),
    'as a batch of lines': post(
      `${INGEST}/batch`,
      batch,
      'Content-Type: application/x-ndjson',
    ),
    'as a gzipped batch': post(
      `${INGEST}/batch`,
      gzipSync(batch),
      'Content-Encoding: gzip',
    ),
  };
  // Node refuses others before anybody sees them.
  return /^[\x21-\x7e]*$/.test(textOf(100)) && !textOf(100).includes('#')
    ? {
        ...requests,
        'as a query': get(INGEST, textOf(8_000)),
        'as a path': get(`/track/install/v1/${textOf(14_000)}`, ''),
      }
    : requests;
}

export const longestInput: Scenario = {
  fault: 'I1-I18',
  title: 'Requests as long as may be, of one pattern each',
  async run(lab) {
    const database = await lab.database();
    const service = await lab.service(database.url, { LOG_LEVEL: 'silent' });
    const probe = lab.own(new Pool(service.origin), (each) => each.close());

    /** Milliseconds for which another request waits at most while this one is served. */
    const heldBy = async (bytes: Uint8Array): Promise<number> => {
      let longest = 0;
      const served = sendRaw(service.origin, bytes, PATIENCE);
      const isServed = served.then(() => true);
      // Others ask as long as there is no answer.
      while (!(await Promise.race([isServed, setImmediate(false)]))) {
        const begin = performance.now();
        const { body } = await probe.request({
          method: 'GET',
          path: '/health/live',
        });
        await body.dump();
        longest = Math.max(longest, performance.now() - begin);
      }
      const { text } = await served;
      expect(!text.startsWith('HTTP/1.1 500'), `An answer was ${text}`);
      return longest;
    };

    const longest = { batch: 0, other: 0 };
    let count = 0;
    for (const { name, of } of HOSTILE_TEXTS) {
      const requests = Object.entries(requestsOf(of, lab.apiKey));
      for (const [where, bytes] of requests) {
        const isBatch = /^as a (?:gzipped )?batch(?: of lines)?$/.test(where);
        const size = isBatch ? 'batch' : 'other';
        const allowed = HELD[size] * (lab.full ? 1 : 5);
        let held = Infinity;
        for (let tries = 0; tries < AGAIN && held > allowed; tries++) {
          held = Math.min(held, await heldBy(bytes));
        }
        expect(
          held <= allowed,
          `${name} ${where} held up others for ${held.toFixed(1)} ms each time`,
        );
        longest[size] = Math.max(longest[size], held);
        count++;
      }
    }
    return {
      requests: count,
      'longest ms': longest.other.toFixed(1),
      'longest ms of 1 MiB': longest.batch.toFixed(1),
    };
  },
};
