import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { startApp, type TestApp } from '../../support/app';
import {
  FIELDS,
  KEY_TEXT_FIELDS,
  TEXT_FIELDS,
  UUID_FIELDS,
} from '../../support/fields';
import {
  type Answer,
  CUSTOM,
  exchange,
  expectResult,
  type Fields,
  type Row,
  storedInstall,
} from '../../support/ingest';
import { expectProblem, type Problem } from '../../support/problems';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Text that comes near to what the rules are about. */
const tricky = fc.constantFrom(
  '',
  ' ',
  'null',
  '{x}',
  '%%X%%',
  '%x%',
  '%',
  '%ff',
  '\0',
  '\ud800',
  '\ufffd',
  '\ufeff',
  'install',
  'US',
  '1',
  '-1',
  '1e309',
  '1'.repeat(400),
  'x'.repeat(1_025),
  '0'.repeat(32),
  '0123456789ab-cdef-0123-456789abcdef',
  '2019-01-02 18:01:23',
  '1546452083',
  '+',
  '&',
  '=',
  '[object Object]',
);
const anyText = fc.oneof(
  tricky,
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'grapheme-ascii' }),
);
const anyName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...FIELDS) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '__proto__',
      'constructor',
      'toString',
      'identifiers',
      'received_at',
      'apikey',
      'a[b]',
      '',
    ),
  },
  { weight: 2, arbitrary: anyText },
);
const anyValue = fc.oneof(
  { weight: 3, arbitrary: anyText },
  { weight: 1, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.double() },
);
/** Half of them have what is required, so that what is behind the first checks is reached too. */
const anyPairs = <T>(value: fc.Arbitrary<T>) =>
  fc
    .tuple(
      fc.array(fc.tuple(anyName, value), { maxLength: 12 }),
      fc.constantFrom<[string, string][]>(
        [],
        [
          ['publisher_name', 'P'],
          ['user_id', 'u'],
        ],
      ),
    )
    .map(([pairs, required]) => [...required, ...pairs]);

const text = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter((value) => !hasControl(value));
/** Key text that is what it is: nothing to trim, no macro, nothing that means nothing, and not the sign of a broken text. */
const keyText = text
  .filter((value) => !value.includes('\ufffd'))
  .map((value) => `k${value}k`);
const uuid = fc.uuid({ version: [1, 4, 5, 7] });
const time = fc
  .date({
    min: new Date('2008-07-10T00:00:00Z'),
    max: new Date('2026-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());
const cost = fc
  .integer({ min: 0, max: 999_999_999_999 })
  .map((millionths) => (millionths / 1e6).toFixed(6));
const country = fc.constantFrom('US', 'DE', 'GB', 'NA', 'UA', 'XK');

/** An install as a tracker would send it. */
const install = fc.record(
  {
    publisher_name: keyText,
    user_id: keyText,
    install_timestamp: time,
    click_timestamp: time,
    country_code: country,
    cost,
    event_name: fc.constant('install'),
    ...Object.fromEntries(UUID_FIELDS.map((name) => [name, uuid])),
    ...Object.fromEntries(
      TEXT_FIELDS.slice(1).map((name) => [name, fc.oneof(text, keyText)]),
    ),
    os_id: keyText,
  },
  { requiredKeys: ['publisher_name', 'user_id', 'install_timestamp'] },
) as fc.Arbitrary<Record<string, string>>;

function hasControl(value: string): boolean {
  return Array.from(value).some(
    (character) => character < ' ' || character === '\u007f',
  );
}

describe('any postback', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({
      THROTTLE_LIMIT: '1000000',
      BAD_KEY_LIMIT: '1000000',
    });
  });
  afterAll(() => app.close());

  const get = (query: string): Promise<Answer> =>
    exchange(app.origin, {
      path: `${CUSTOM}?${query}`,
      headers: { 'X-Api-Key': app.apiKey },
    });
  const post = (
    type: string | undefined,
    body: string | Uint8Array,
    query = '',
  ): Promise<Answer> =>
    exchange(app.origin, {
      method: 'POST',
      path: `${CUSTOM}${query}`,
      headers: {
        'X-Api-Key': app.apiKey,
        ...(type !== undefined && { 'Content-Type': type }),
      },
      body,
    });
  const ways: Record<
    string,
    (fields: Record<string, string>) => Promise<Answer>
  > = {
    GET: (fields) => get(formOf(Object.entries(fields))),
    form: (fields) => post(FORM_TYPE, formOf(Object.entries(fields))),
    JSON: (fields) => post(JSON_TYPE, JSON.stringify(fields)),
    'query and body': (fields) => {
      const pairs = Object.entries(fields);
      const [one, other] = [pairs.slice(0, 2), pairs.slice(2)];
      return post(FORM_TYPE, formOf(other), `?${formOf(one)}`);
    },
  };

  /** Says yes with a result, or no with a problem of the sender's. */
  const expectAnswer = (answer: Answer): void => {
    expect(answer.status).toBeLessThan(500);
    if (answer.status === 200) expectResult(answer);
    else expectProblem(app, answer, answer.status);
  };

  it('in a query gets a result or a problem', () =>
    fc.assert(
      fc.asyncProperty(anyPairs(anyText), async (pairs) => {
        expectAnswer(await get(formOf(pairs)));
      }),
      { numRuns: 200 },
    ));

  it('in a query of any characters gets a result or a problem', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({
          unit: fc.oneof(
            fc.constantFrom('%', '&', '=', '+', ...FIELDS),
            fc
              .integer({ min: 0x21, max: 0xff })
              .map((code) => String.fromCharCode(code)),
          ),
          maxLength: 60,
        }),
        async (query) => {
          expectAnswer(await get(query));
        },
      ),
      { numRuns: 200 },
    ));

  it('in a form gets a result or a problem', () =>
    fc.assert(
      fc.asyncProperty(anyPairs(anyText), async (pairs) => {
        expectAnswer(await post(FORM_TYPE, formOf(pairs)));
      }),
      { numRuns: 200 },
    ));

  it('in JSON gets a result or a problem', () =>
    fc.assert(
      fc.asyncProperty(anyPairs<unknown>(anyValue), async (pairs) => {
        const members = pairs.map(
          ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
        );
        expectAnswer(await post(JSON_TYPE, `{${members.join(',')}}`));
      }),
      { numRuns: 300 },
    ));

  it('of any bytes gets a result or a problem', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          JSON_TYPE,
          FORM_TYPE,
          'text/plain',
          'text/xml',
          `${JSON_TYPE}; charset=utf-16`,
          undefined,
        ),
        fc.constantFrom('', '{', '{"publisher_name":"', 'publisher_name='),
        fc.uint8Array({ maxLength: 300 }),
        async (type, start, bytes) => {
          const body = Buffer.concat([Buffer.from(start), bytes]);
          expectAnswer(await post(type, body));
        },
      ),
      { numRuns: 200 },
    ));

  it('is stored equally, in whatever way it was sent', () =>
    fc.assert(
      fc.asyncProperty(install, async (fields) => {
        const rows: Row[] = [];
        for (const send of Object.values(ways)) {
          // An id of its own makes each a new install.
          const answer = await send({ ...fields, id: randomUUID() });
          const result = expectResult(answer);
          expect(result.status).toBe('created');
          const {
            id: _id,
            install_id: _installId,
            received_at: _receivedAt,
            ...row
          } = await storedInstall(app.db, result.install_id);
          rows.push({ ...row, warnings: result.warnings });
        }
        for (const row of rows) expect(row).toEqual(rows[0]);
      }),
      { numRuns: 60 },
    ));

  it('gets the same result, in whatever way it was sent', () =>
    fc.assert(
      fc.asyncProperty(
        anyPairs(anyText.map((value) => value.toWellFormed())),
        async (pairs) => {
          // One value for each name: JSON.stringify could not say more.
          const fields = Object.fromEntries(
            pairs
              .filter(([name]) => !['id', 'apikey', '__proto__'].includes(name))
              .map(([name, value]) => [name.toWellFormed(), value]),
          );
          const verdicts: unknown[] = [];
          for (const send of Object.values(ways)) {
            verdicts.push(verdictOf(await send(fields)));
          }
          for (const verdict of verdicts) expect(verdict).toEqual(verdicts[0]);
        },
      ),
      { numRuns: 100 },
    ));

  it('is a duplicate in another order and letter case', () =>
    fc.assert(
      fc.asyncProperty(
        install,
        fc.infiniteStream(fc.nat()),
        fc.constantFrom(...Object.keys(ways)),
        async (fields, numbers, way) => {
          const unique = { ...fields, os_id: randomUUID() };
          const first = expectResult(await ways.JSON(unique));
          expect(first.status).toBe('created');

          const next = () => numbers.next().value;
          const rewritten = Object.entries(unique)
            .map(([name, value]) => ({
              pair: [name, rewrite(name, value, next())],
              rank: next(),
            }))
            .toSorted((a, b) => a.rank - b.rank)
            .map(({ pair }) => pair as [string, string]);
          const again = expectResult(
            await ways[way](Object.fromEntries(rewritten)),
          );

          expect(again).toMatchObject({
            status: 'duplicate',
            install_id: first.install_id,
            received_at: first.received_at,
            differs: [],
          });
        },
      ),
      { numRuns: 100 },
    ));

  it('is a new install when one text differs', () =>
    fc.assert(
      fc.asyncProperty(
        install,
        fc.constantFrom(...TEXT_FIELDS),
        async (fields, name) => {
          const unique = { ...fields, os_id: randomUUID() };
          const first = expectResult(await ways.JSON(unique));
          const { [name]: value = '' } = fields;
          const changed = { ...unique, [name]: `x${value}x` };
          const second = expectResult(await ways.JSON(changed));
          expect([first.status, second.status]).toEqual(['created', 'created']);
        },
      ),
      { numRuns: 50 },
    ));

  it.each(KEY_TEXT_FIELDS)('is returned with the %s that was sent', (name) =>
    fc.assert(
      fc.asyncProperty(
        fc
          .string({ unit: 'binary', maxLength: 60 })
          .filter((value) => !hasControl(value) && !value.includes('\ufffd'))
          .map((value) => `k${value}k`),
        fc.constantFrom(...Object.keys(ways)),
        async (value, way) => {
          // So that it is new, and still ends with what was made up.
          const sent = `${randomUUID()}${value}`;
          const { install_id } = expectResult(
            await ways[way]({
              publisher_name: 'P',
              user_id: 'u',
              [name]: sent,
            }),
          );
          expect((await storedInstall(app.db, install_id))[name]).toBe(sent);
          const given = await exchange(app.origin, {
            path: `/v1/projects/1/installs/${install_id}`,
            headers: { Authorization: `Bearer ${app.adminToken}` },
          });
          expect((JSON.parse(given.text) as Fields)[name]).toBe(sent);
        },
      ),
      { numRuns: 50 },
    ),
  );

  it('has an id that equals no other id', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 3 }), {
          maxLength: 5,
        }),
        async (ids) => {
          const prefix = randomUUID();
          const taken = new Map<string, string>();
          for (const value of ids) {
            const id = `${prefix}${value}k`;
            const answer = await ways.JSON({
              publisher_name: 'P',
              user_id: 'u',
              id,
            });
            expectAnswer(answer);
            // Refused is fine, taken for another is not.
            if (answer.status === 200) {
              const { status, install_id } = expectResult(answer);
              expect(status).toBe('created');
              taken.set(install_id, id);
            }
          }
          for (const [installId, id] of taken) {
            expect((await storedInstall(app.db, installId)).id).toBe(id);
          }
        },
      ),
      { numRuns: 60 },
    ));
});

/** As a browser would write it: what UTF-8 cannot say becomes U+FFFD. */
function formOf(pairs: readonly (readonly [string, string])[]): string {
  return new URLSearchParams(
    pairs.map(([name, value]): [string, string] => [name, value]),
  ).toString();
}

/** All of an answer that does not change from one to the next. */
function verdictOf({ status, text: body }: Answer): unknown {
  if (status !== 200) {
    const { request_id: _, ...problem } = JSON.parse(body) as Problem;
    return problem;
  }
  return expectResult({ status, headers: {}, text: body }).warnings;
}

/** The same value, written in another way that the rules allow. */
function rewrite(name: string, value: string, choice: number): string {
  if (UUID_FIELDS.includes(name)) {
    const hex = value.replaceAll('-', '');
    return [
      value.toUpperCase(),
      hex,
      `${hex.slice(0, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
      ` ${value} `,
    ][choice % 4];
  }
  switch (name) {
    case 'install_timestamp':
    case 'click_timestamp':
      return [
        value.replace('T', ' '),
        value.replace('Z', ''),
        value.replace('Z', '000+00:00'),
        String(Date.parse(value)),
      ][choice % 4];
    case 'country_code':
      return [value.toLowerCase(), value === 'GB' ? 'uk' : value][choice % 2];
    case 'cost':
      return [`+${value}`, `${value}e0`, `000${value}000`][choice % 3];
    case 'event_name':
      return ['INSTALL', 'Install'][choice % 2];
    default:
      return [` ${value}`, `${value}\t`, value][choice % 3];
  }
}
