import * as fc from 'fast-check';
import { REFUSED_AFTER } from '../../../src/auth/equal-timing';
import { memoryOf } from '../../bench/process-usage';
import { sendRaw } from '../../support/raw-request';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const INGEST = '/track/install/v1/custom';
/** Milliseconds that a request may hold up all others; in the short run, on a machine with other work, that it may take. */
const HELD = { full: 10, short: 50 };
/** A request that was slow is tried so often again: a pause of the machine does not come back. */
const AGAIN = 5;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    'null',
    '{id}',
    '%%ID%%',
    '[object Object]',
    '\0',
    '\r\nSet-Cookie: a=b',
    '\u202e',
    'ﬀ',
    '00000000-0000-0000-0000-000000000000',
    '1e309',
    'NaN',
    '-0',
    'infinity',
    '0000-01-01 00:00:00',
    '2026-02-30 00:00:00',
    "'; drop table install; --",
    '<script>alert(1)</script>',
    '=cmd|calc',
    'x'.repeat(1_025),
    '9'.repeat(5_000),
    '%'.repeat(2_000),
    '{'.repeat(2_000),
  ),
);
const name = fc.oneof(
  { weight: 4, arbitrary: text },
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'publisher_name',
      'id',
      'user_id',
      'ios_ifa',
      'cost',
      'install_timestamp',
      'country_code',
      'event_name',
      'apikey',
      'a[b]',
      '__proto__',
      'constructor[prototype]',
    ),
  },
);
const escaped = (value: string) =>
  encodeURIComponent(value.toWellFormed()).replaceAll('%20', '+');
const form = fc
  .array(fc.tuple(name, text, fc.boolean()), { maxLength: 130 })
  .map((pairs) =>
    pairs
      .map(([key, value, raw]) =>
        // Percent signs as they are, every now and then.
        raw && /^[\x21-\x7e]*$/.test(value)
          ? `${escaped(key)}=${value.replaceAll(/[#&]/g, '')}`
          : `${escaped(key)}=${escaped(value)}`,
      )
      .join('&'),
  );
const json = fc.oneof(
  fc.json({ maxDepth: 12 }),
  fc
    .dictionary(name, fc.oneof(text, fc.jsonValue()))
    .map((fields) => JSON.stringify(fields)),
  fc.constantFrom(
    '',
    '{',
    '[]',
    'null',
    `${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`,
    `{${Array.from({ length: 3_000 }, (_, n) => `"k${n}":1`).join()}}`,
    '{"id":"\\ud800","publisher_name":"P","user_id":"u"}',
    '{"id":1e309,"publisher_name":"P","user_id":"u"}',
  ),
);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  form.map((each) => Buffer.from(each)),
  json.map((each) => Buffer.from(each)),
  fc.constant(Buffer.alloc(40_000, 'a')),
);
const header = fc.oneof(
  fc.constantFrom(
    'Content-Type: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Type: text/plain; charset=utf-16',
    'Content-Type: ;;;',
    'Content-Encoding: gzip',
    'Content-Encoding: br',
    'Transfer-Encoding: chunked',
    'Content-Length: 5',
    'Expect: 100-continue',
    'Expect: something',
    'Upgrade: websocket',
    'Authorization: Bearer x',
    'X-Forwarded-For: <script>',
    'Origin: null',
    ' folded',
    'Host: other',
  ),
  fc
    .string({ unit: 'grapheme-ascii', maxLength: 60 })
    .map((value) => `X-Any: ${value}`),
);

/** Whole requests, some of them with a byte that is wrong. */
const requests = (apiKey: string) =>
  fc
    .record({
      method: fc.oneof(
        { weight: 5, arbitrary: fc.constant('GET') },
        { weight: 5, arbitrary: fc.constant('POST') },
        { weight: 1, arbitrary: fc.constantFrom('HEAD', 'PUT', 'TRACE', 'X') },
      ),
      path: fc.oneof(
        { weight: 8, arbitrary: fc.constant(INGEST) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            `${INGEST}/`,
            '/track/install/v1/%00',
            '//',
            '/v1/projects',
            '*',
          ),
        },
      ),
      query: fc.option(form, { nil: '' }),
      headers: fc.array(header, { maxLength: 4 }),
      body: fc.option(body, { nil: undefined }),
      damage: fc.option(
        fc.tuple(fc.nat(400), fc.uint8Array({ minLength: 1, maxLength: 3 })),
        { nil: undefined, freq: 6 },
      ),
    })
    .map(({ method, path, query, headers, body: content, damage }) => {
      const head = [
        `${method} ${path}?apikey=${apiKey}&${query} HTTP/1.1`,
        'Host: x',
        'Connection: close',
        ...headers,
        ...(content ? [`Content-Length: ${content.length}`] : []),
        '\r\n',
      ].join('\r\n');
      const bytes = Buffer.concat([
        Buffer.from(head),
        content ?? Buffer.alloc(0),
      ]);
      if (damage) bytes.set(damage[1], Math.min(damage[0], bytes.length - 3));
      return bytes;
    });

export const hostileInput: Scenario = {
  fault: 'I1-I18',
  title: 'Requests of every kind of wrong, over raw sockets',
  async run(lab) {
    const count = lab.full ? 100_000 : 10_000;
    const database = await lab.database();
    const service = await lab.service(database.url, { LOG_LEVEL: 'silent' });
    const statuses: Record<string, number> = {};
    const held = lab.full ? HELD.full : HELD.short;
    let longest = 0;

    /** Milliseconds of the quickest of a few tries; 0 for a request without an end. */
    const timeOf = async (bytes: Uint8Array): Promise<number> => {
      let least = Infinity;
      let status = 'none';
      for (let tries = 0; tries < AGAIN && least > held; tries++) {
        // Longer each time: an answer may just be late.
        const answer = await sendRaw(service.origin, bytes, 25 * 2 ** tries);
        const answers = [...answer.text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)];
        status = answers.at(-1)?.[1] ?? status;
        // A bad key is refused late on purpose.
        const late = status === '401' ? REFUSED_AFTER : 0;
        least = Math.min(least, (answer.took ?? Infinity) - late);
        expect(!status.startsWith('5'), `An answer was ${answer.text}`);
      }
      statuses[status] = (statuses[status] ?? 0) + 1;
      return least < Infinity ? least : 0;
    };

    await fc.assert(
      fc.asyncProperty(requests(lab.apiKey), async (bytes) => {
        const took = await timeOf(bytes);
        longest = Math.max(longest, took);
        expect(took <= held, `It took ${took.toFixed(1)} ms each time`);
      }),
      {
        numRuns: count,
        seed: lab.random.between(0, 2 ** 30),
        // A smaller one would take longer to find than this one to read.
        endOnFailure: true,
      },
    );
    return {
      requests: count,
      ...statuses,
      'longest ms': longest.toFixed(1),
      'resident MB': memoryOf(service.pid).resident / 2 ** 20,
    };
  },
};
