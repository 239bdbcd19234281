import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { postbackUrl, TRACKERS } from '@app/trackers';
import request, { type Test } from 'supertest';
import type { TrackerDto } from '../../../src/trackers/dto/tracker.dto';
import { startApp, type TestApp } from '../../support/app';
import type { Problem } from '../../support/problems';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app.close());

const adjust = async (query = '', token?: string) => {
  const call = request(app.server).get(`/v1/trackers/adjust${query}`);
  if (token) call.set('Authorization', `Bearer ${token}`);
  const { body } = await call.expect(200);
  return body as TrackerDto;
};

const namesIn = (url: string) => [...new URL(url).searchParams.keys()];

describe('GET /v1/trackers', () => {
  it('lists all trackers without a key', async () => {
    const { body } = await request(app.server).get('/v1/trackers').expect(200);
    expect(body).toMatchObject({
      data: TRACKERS.map(({ name }) => ({ tracker: name })),
      next_cursor: null,
    });
  });
});

describe('GET /v1/trackers/{tracker}', () => {
  it.each(TRACKERS.map(({ name }) => name))('describes %s', async (name) => {
    const { body } = await request(app.server)
      .get(`/v1/trackers/${name}`)
      .expect(200);
    const { postback_url, message_url, own_message } = body as TrackerDto;
    expect(postback_url).toContain('/track/install/v1/custom?');
    expect(message_url !== null).toBe(own_message);
  });

  it('returns URLs with the host of the request', async () => {
    const { postback_url, message_url } = await adjust();
    expect(new URL(postback_url).origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(new URL(message_url!).pathname).toBe('/track/install/v1/adjust');
  });

  it('contains the requested fields, and the condition of an install', async () => {
    const { postback_url, message_url } = await adjust('?fields=google_aid');
    expect(namesIn(postback_url)).toEqual([
      'apikey',
      'event_name',
      'publisher_name',
      'google_aid',
    ]);
    expect(namesIn(message_url!)).toEqual([
      'apikey',
      'activity_kind',
      'network_name',
      'gps_adid',
    ]);
  });

  it('always contains an identifier', async () => {
    const { postback_url } = await adjust('?fields=cost');
    expect(namesIn(postback_url)).toEqual(
      expect.arrayContaining(['publisher_name', 'ios_ifa', 'google_aid']),
    );
  });

  it('reports fields that the tracker cannot send', async () => {
    const { missing_fields } = await adjust();
    expect(missing_fields).toContain('windows_aid');
    expect(missing_fields).not.toContain('cost');
  });

  it.each([
    ['nobody', () => undefined],
    ['the administrator', () => app.adminToken],
  ])('contains a placeholder for the key for %s', async (_, token) => {
    const { postback_url } = await adjust('', token());
    expect(new URL(postback_url).searchParams.get('apikey')).toBe(
      'YOUR_API_KEY',
    );
  });

  it('contains the key of a caller with scope ingest', async () => {
    const { postback_url, message_url } = await adjust('', app.apiKey);
    for (const url of [postback_url, message_url!]) {
      expect(new URL(url).searchParams.get('apikey')).toBe(app.apiKey);
    }
  });

  it.each<[string, (call: Test) => Test]>([
    ['?apikey=', (call) => call.query({ apikey: app.apiKey })],
    ['X-Api-Key', (call) => call.set('X-Api-Key', app.apiKey)],
  ])('accepts the key as %s too', async (_, withKey) => {
    const { body } = await withKey(
      request(app.server).get('/v1/trackers/adjust'),
    ).expect(200);
    expect((body as TrackerDto).postback_url).toContain(app.apiKey);
  });

  it('does not repeat an invalid Host', async () => {
    for (const host of ['a/b', 'user@host', '<script>', 'host:99999']) {
      const { body } = await request(app.server)
        .get('/v1/trackers/adjust')
        .set('Host', host)
        .expect(400);
      expect((body as Problem).code).toBe('invalid_request');
    }
  });

  it('accepts any letter case', () =>
    request(app.server).get('/v1/trackers/ADJUST').expect(200));

  it('is mentioned in the 404 of a tracker without messages', async () => {
    const { body } = await request(app.server)
      .get('/track/install/v1/keitaro')
      .query({ apikey: app.apiKey })
      .expect(404);
    expect((body as Problem).detail).toMatch(/GET \/v1\/trackers\/keitaro/);
  });

  it('does not put a key into a URL that the key cannot use', async () => {
    const { body } = await request(app.server)
      .post('/v1/projects/1/keys')
      .set('Authorization', `Bearer ${app.adminToken}`)
      .send({ label: 'reader', scopes: ['read'] })
      .expect(201);
    const { postback_url } = await adjust('', (body as { key: string }).key);
    expect(postback_url).toContain('apikey=YOUR_API_KEY');
  });

  it('rejects a bad key', () =>
    request(app.server)
      .get('/v1/trackers/adjust')
      .set('Authorization', 'Bearer nonsense')
      .expect(401));

  it('returns 404 for an unknown tracker', async () => {
    const { body } = await request(app.server)
      .get('/v1/trackers/nobody')
      .expect(404);
    expect((body as Problem).code).toBe('unknown_tracker');
  });

  it.each(['?fields=nothing', '?fields=id,,cost', '?field=id'])(
    'rejects %s and returns what to send',
    async (query) => {
      const { body } = await request(app.server)
        .get(`/v1/trackers/adjust${query}`)
        .expect(400);
      expect((body as Problem).errors).toHaveLength(1);
    },
  );
});

const run = async (command: string, args: string[], cwd = '.') =>
  promisify(execFile)(
    process.execPath,
    [resolve(`dist/src/commands/${command}.js`), ...args],
    { cwd },
  );

describe('npm run', () => {
  it('tracker:url prints the URL to paste', async () => {
    const { stdout } = await run('tracker-url', [
      'tune',
      '--host',
      'postback.example.com',
    ]);
    const tune = TRACKERS.find(({ name }) => name === 'tune')!;
    const origin = 'https://postback.example.com';
    expect(stdout).toBe(`${postbackUrl(tune, { origin })}\n`);
  });

  it('tracker:url --own prints the URL for messages of the tracker, with key and fields', async () => {
    const { stdout } = await run(
      'tracker-url',
      'adjust --own --key K --fields google_aid --host http://localhost:3000'.split(
        ' ',
      ),
    );
    expect(stdout).toBe(
      'http://localhost:3000/track/install/v1/adjust?apikey=K&activity_kind={activity_kind}&network_name={network_name}&gps_adid={gps_adid}\n',
    );
  });

  it.each([
    [[], /Usage/],
    [['nobody'], /Use one of: adjust/],
    [['adjust', '--fields', 'nothing'], /Unknown field in --fields: nothing/],
    [['keitaro', '--own'], /sends no messages in its own field names/],
    [['adjust', '--hots', 'x'], /Usage/],
  ])('tracker:url with %j prints the error', async (args, message) => {
    await expect(run('tracker-url', args)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(message),
    });
  });

  it('tracker:new writes an adapter and an empty fixture, once, and nothing else', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'postback-tracker-'));
    const trackers = join(directory, 'libs/trackers');
    await mkdir(join(trackers, 'src/adapters'), { recursive: true });
    await mkdir(join(trackers, 'test/fixtures'), { recursive: true });
    try {
      await run('tracker-new', ['acme-ads'], directory);
      const files = await readdir(trackers, { recursive: true });
      expect(files.filter((file) => file.includes('.')).toSorted()).toEqual([
        'src/adapters/acme-ads.adapter.ts',
        'test/fixtures/acme-ads.json',
      ]);
      expect(
        await readFile(join(trackers, 'test/fixtures/acme-ads.json'), 'utf8'),
      ).toBe('[]\n');
      expect(
        await readFile(
          join(trackers, 'src/adapters/acme-ads.adapter.ts'),
          'utf8',
        ),
      ).toContain('export const acmeAds: TrackerAdapter');
      await expect(
        run('tracker-new', ['acme-ads'], directory),
      ).rejects.toMatchObject({
        stderr: expect.stringMatching(/already exists/),
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it.each([[[]], [['Acme']], [['../acme']], [['a', 'b']]])(
    'tracker:new rejects %j',
    async (args) => {
      await expect(run('tracker-new', args)).rejects.toMatchObject({
        stderr: expect.stringMatching(/Usage/),
      });
    },
  );

  it('tracker:new does not overwrite custom', () =>
    expect(run('tracker-new', ['custom'])).rejects.toMatchObject({
      stderr: expect.stringMatching(/our own fields/),
    }));
});
