import { generateApiKey } from '../../../src/auth/api-key';
import { startApp, type TestApp } from '../../support/app';
import {
  aForm,
  anInstall,
  CUSTOM,
  exchange,
  expectResult,
  installCount,
} from '../../support/ingest';
import { expectProblem } from '../../support/problems';
import { makeKey } from '../../support/management';

const KIB = 1024;
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

// Of these 2,500 ms 500 are for the machine of the test, not for the service.

describe('the ingest endpoint', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  /** GET of an install, with the key wherever it is put. */
  const sendWith = (query: string, headers: Record<string, string>) =>
    exchange(app.origin, { path: `${CUSTOM}?${aForm()}${query}`, headers });

  describe('the key', () => {
    const places: [
      string,
      (key: string) => [query: string, headers: Record<string, string>],
    ][] = [
      ['?apikey=', (key) => [`&apikey=${key}`, {}]],
      ['X-Api-Key', (key) => ['', { 'X-Api-Key': key }]],
      [
        'Authorization: Bearer',
        (key) => ['', { Authorization: `Bearer ${key}` }],
      ],
    ];

    it.each(places)('is accepted in %s', async (_, place) => {
      const answer = await sendWith(...place(app.apiKey));
      const result = expectResult(answer);
      expect(result).toMatchObject({ status: 'created', warnings: [] });
      expect(answer.text).not.toContain(app.apiKey);
    });

    it.each(places)('is accepted in %s of a POST', async (_, place) => {
      const [query, headers] = place(app.apiKey);
      const answer = await exchange(app.origin, {
        method: 'POST',
        path: `${CUSTOM}?${query}`,
        headers: { ...headers, 'Content-Type': JSON_TYPE },
        body: JSON.stringify(anInstall()),
      });
      expect(expectResult(answer)).toMatchObject({
        status: 'created',
        warnings: [],
      });
    });

    it.each([
      ['?apikey=', 'X-Api-Key'],
      ['?apikey=', 'Authorization: Bearer'],
      ['X-Api-Key', 'Authorization: Bearer'],
    ])('in %s takes precedence over one in %s', async (first, second) => {
      const place = Object.fromEntries(places);
      const both = (one: string, other: string) => {
        const [query, headers] = place[first](one);
        const [otherQuery, otherHeaders] = place[second](other);
        return sendWith(query + otherQuery, { ...otherHeaders, ...headers });
      };
      expectResult(await both(app.apiKey, 'bad'));
      expectProblem(app, await both('bad', app.apiKey), 401, 'invalid_key');
    });

    it('is not accepted in the body', async () => {
      for (const [type, body] of [
        [JSON_TYPE, JSON.stringify(anInstall({ apikey: app.apiKey }))],
        [FORM_TYPE, aForm({ apikey: app.apiKey })],
      ]) {
        const answer = await exchange(app.origin, {
          method: 'POST',
          headers: { 'Content-Type': type },
          body,
        });
        expectProblem(app, answer, 401, 'invalid_key');
      }
    });

    it('gets the same response for every reason of rejection', async () => {
      const before = await installCount(app);
      const wrong = [
        '',
        'x',
        'pbk_',
        // Well-formed, but of no project.
        generateApiKey(),
        `${app.apiKey}0`,
        app.apiKey.slice(0, -1),
        app.apiKey.toLowerCase(),
        '%00',
        "'%20or%20''='",
        'a'.repeat(4 * KIB),
        app.adminToken,
      ];
      const answers = [
        await sendWith('', {}),
        await sendWith('', { 'X-Api-Key': 'nonsense' }),
        await sendWith('', { Authorization: 'Bearer' }),
        await sendWith('', { Authorization: `Basic ${app.apiKey}` }),
      ];
      for (const key of wrong)
        answers.push(await sendWith(`&apikey=${key}`, {}));
      const said = new Set<string>();
      for (const answer of answers) {
        expect(answer.headers['www-authenticate']).toMatch(/\S/);
        const { request_id: _, ...rest } = expectProblem(
          app,
          answer,
          401,
          'invalid_key',
        );
        said.add(JSON.stringify([rest, answer.headers['www-authenticate']]));
      }
      expect(said.size).toBe(1);
      expect(await installCount(app)).toBe(before);
    });

    it('is verified before the postback is validated', async () => {
      const answer = await exchange(app.origin, {
        method: 'POST',
        headers: { 'Content-Type': 'text/html' },
        body: '<',
      });
      expectProblem(app, answer, 401, 'invalid_key');
    });

    it.each<[string, (key: string) => string]>([
      ['beside the key', (key) => `${CUSTOM}?apikey=${key}&apikey=${key}`],
      [
        'as a value that is wrong',
        (key) => `${CUSTOM}?apikey=${key}&cost=${key}`,
      ],
      [
        'as an identifier',
        (key) => `${CUSTOM}?apikey=${key}&google_aid=${key}`,
      ],
      ['as a value twice', (key) => `${CUSTOM}?apikey=${key}&id=${key}&id=a`],
      ['as the event', (key) => `${CUSTOM}?apikey=${key}&event_name=${key}`],
      ['as the name of a field', (key) => `${CUSTOM}?apikey=${key}&${key}=1`],
      ['as the tracker', (key) => `/track/install/v1/${key}?apikey=${key}`],
      ['as a path', (key) => `/${key}?apikey=${key}`],
    ])('is not returned when it was sent %s', async (_, pathOf) => {
      const answer = await exchange(app.origin, {
        path: `${pathOf(app.apiKey)}&${aForm()}`,
      });
      expect(answer.text).not.toContain(app.apiKey);
      expect(JSON.stringify(answer.headers)).not.toContain(app.apiKey);
    });

    it('gets address_not_allowed from another address', async () => {
      const { key } = await makeKey(app, {
        allowed_addresses: ['203.0.113.0/24'],
      });
      const answer = await sendWith(`&apikey=${key}`, {});
      expectProblem(app, answer, 403, 'address_not_allowed');
      expect(answer.text).not.toContain(key);
    });

    it('gets scope_missing without scope ingest', async () => {
      const { key } = await makeKey(app, {
        scopes: ['read'],
      });
      const answer = await sendWith(`&apikey=${key}`, {});
      expectProblem(app, answer, 403, 'scope_missing');
      expect(answer.text).not.toContain(key);
    });
  });
});

describe('the rate limit of the ingest endpoint', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ THROTTLE_LIMIT: '3', BAD_KEY_LIMIT: '3' });
  });
  afterAll(() => app.close());

  it('for a key: 429 with Retry-After, and nothing stored', async () => {
    const send = () =>
      exchange(app.origin, {
        path: `${CUSTOM}?apikey=${app.apiKey}&${aForm()}`,
      });
    for (const remaining of ['2', '1', '0']) {
      const answer = await send();
      expectResult(answer);
      expect(answer.headers).toMatchObject({
        'x-ratelimit-limit': '3',
        'x-ratelimit-remaining': remaining,
      });
    }
    const before = await installCount(app);
    const refused = await send();
    expectProblem(app, refused, 429, 'too_many_requests');
    expect(refused.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    expect(refused.headers).toMatchObject({
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': expect.stringMatching(/^\d+$/),
    });
    expect(await installCount(app)).toBe(before);
  });

  it('for bad keys of one address: 429', async () => {
    const send = () =>
      exchange(app.origin, { path: `${CUSTOM}?apikey=bad&${aForm()}` });
    for (let i = 0; i < 3; i++) expectProblem(app, await send(), 401);
    const refused = await send();
    expectProblem(app, refused, 429, 'too_many_requests');
    expect(refused.headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });
});
