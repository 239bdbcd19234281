import request, { type Response, type Test } from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import { exchange } from '../../support/ingest';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app.close());

const DOCUMENTS = [
  ['/openapi.json', 'application/json; charset=utf-8'],
  ['/docs', 'text/html; charset=utf-8'],
  ['/docs/', 'text/html; charset=utf-8'],
  ['/docs/swagger-initializer.js', 'text/javascript; charset=utf-8'],
  ['/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['/docs/swagger-ui.css', 'text/css; charset=utf-8'],
  ['/docs/favicon-32x32.png', 'image/png'],
];

const get = (path: string): Test => request(app.server).get(path).buffer(true);

/** As it came over the line: supertest would inflate it. */
const plain = (path: string) => exchange(app.origin, { path });

describe.each(DOCUMENTS)('%s', (path, type) => {
  it('is served with its type, to be asked for again', async () => {
    const { status, headers } = await plain(path);
    expect({ status, ...headers }).toMatchObject({
      status: 200,
      'content-type': type,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^W\/"[\w-]{43}"$/),
    });
    expect(headers).not.toHaveProperty('content-encoding');
  });

  it('is not sent again to a client that has it', async () => {
    const { headers } = await get(path);
    const again = await get(path)
      .set('If-None-Match', headers.etag)
      .expect(304);
    expect(again.text).toBe('');
    expect(again.headers.etag).toBe(headers.etag);
    await get(path).set('If-None-Match', 'W/"other"').expect(200);
  });

  it('has the same headers for HEAD', async () => {
    const full = await plain(path);
    const head = await exchange(app.origin, { path, method: 'HEAD' });
    expect(head.text).toBe('');
    for (const name of ['content-type', 'content-length', 'etag', 'vary']) {
      expect(head.headers[name]).toBe(full.headers[name]);
    }
  });
});

it.each([
  '/openapi.json',
  '/docs/swagger-ui-bundle.js',
  '/docs/swagger-ui.css',
])('%s is compressed when asked', async (path) => {
  // supertest inflates it.
  const compressed = await get(path).set('Accept-Encoding', 'gzip');
  expect(compressed.headers).toMatchObject({
    'content-encoding': 'gzip',
    vary: 'Accept-Encoding',
  });
  const { text, headers } = await plain(path);
  expect(headers.vary).toBe('Accept-Encoding');
  expect(compressed.text ?? String(compressed.body)).toBe(text);
  expect(Number(compressed.headers['content-length'])).toBeLessThan(
    Number(headers['content-length']) / 2,
  );
});

it.each(['gzip;q=0', 'identity', 'br'])(
  'is not compressed for a client that says %s',
  async (encoding) => {
    const { headers } = await exchange(app.origin, {
      path: '/openapi.json',
      headers: { 'Accept-Encoding': encoding },
    });
    expect(headers).not.toHaveProperty('content-encoding');
  },
);

it('keeps no key in the browser', async () => {
  const { text }: Response = await get('/docs/swagger-initializer.js');
  expect(text).toContain('persistAuthorization: false');
});

it('the page loads nothing but what is served here', async () => {
  const { text } = await get('/docs');
  const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)];
  expect(loaded.length).toBeGreaterThan(3);
  for (const [, path] of loaded) await get(path).expect(200);
});
