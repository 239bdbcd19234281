import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app';
import { aForm, CUSTOM, exchangeRaw, installCount } from '../../support/ingest';
import { expectProblem } from '../../support/problems';

const FORM_TYPE = 'application/x-www-form-urlencoded';

// Of these 2,500 ms 500 are for the machine of the test, not for the service.

describe('the ingest endpoint', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  /** For a socket: a POST with the key, as far as its first headers. */
  const startOfPost = () =>
    `POST ${CUSTOM}?apikey=${app.apiKey} HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM_TYPE}\r\n`;

  describe('malformed HTTP', () => {
    it.each<[string, () => string]>([
      [
        'Content-Length and Transfer-Encoding',
        () =>
          `${startOfPost()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: a\r\n\r\n`,
      ],
      [
        'Transfer-Encoding and Content-Length',
        () =>
          `${startOfPost()}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
      ],
      [
        'two different Content-Lengths',
        () =>
          `${startOfPost()}Content-Length: 0\r\nContent-Length: 40\r\n\r\nGET /health/live HTTP/1.1\r\nHost: a\r\n\r\n`,
      ],
      [
        'two equal Content-Lengths',
        () => `${startOfPost()}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`,
      ],
      [
        'a Content-Length that is no number',
        () => `${startOfPost()}Content-Length: 1x\r\n\r\na`,
      ],
      [
        'a negative Content-Length',
        () => `${startOfPost()}Content-Length: -1\r\n\r\n`,
      ],
      [
        'a space before the colon of a header',
        () => `${startOfPost()}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
      ],
      [
        'a folded header',
        () => `${startOfPost()}X-Folded: a\r\n b\r\nContent-Length: 0\r\n\r\n`,
      ],
      [
        'bare line feeds',
        () =>
          `GET ${CUSTOM}?apikey=${app.apiKey} HTTP/1.1\nHost: a\nConnection: close\n\n`,
      ],
      [
        'no Host',
        () =>
          `GET ${CUSTOM}?apikey=${app.apiKey} HTTP/1.1\r\nConnection: close\r\n\r\n`,
      ],
      [
        'a NUL in a header',
        () => `${startOfPost()}X-Nul: a\0b\r\nContent-Length: 0\r\n\r\n`,
      ],
      [
        'a chunk size that is no number',
        () =>
          `${startOfPost()}Transfer-Encoding: chunked\r\n\r\nzz\r\na\r\n0\r\n\r\n`,
      ],
      [
        'a transfer encoding behind chunked',
        () =>
          `${startOfPost()}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      ],
      ['no HTTP at all', () => 'hello\r\n\r\n'],
    ])('is rejected, and the connection is closed: %s', async (_, bytes) => {
      const before = await installCount(app);
      // Resolves only once the server has closed the connection.
      const answer = await exchangeRaw(app.origin, bytes());
      expectProblem(app, answer, 400);
      expect(await installCount(app)).toBe(before);
    });

    it('does not read bytes after a body as another request', async () => {
      const id = randomUUID();
      const smuggled = `GET ${CUSTOM}?apikey=${app.apiKey}&${aForm({ id })} HTTP/1.1\r\nHost: a\r\n\r\n`;
      await exchangeRaw(
        app.origin,
        `${startOfPost()}Content-Length: ${smuggled.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      );
      const { rows } = await app.db.query(
        'select id from install where id = $1',
        [id],
      );
      expect(rows).toEqual([]);
    });

    it('with an unknown expectation gets an ordinary response', async () => {
      const answer = await exchangeRaw(
        app.origin,
        `GET ${CUSTOM}?${aForm()} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${app.apiKey}\r\nExpect: nonsense\r\nConnection: close\r\n\r\n`,
      );
      expect(answer.headers['x-request-id']).toMatch(/\S/);
      expect(answer.headers['cache-control']).toBe('no-store');
    });

    it('with Expect: 100-continue gets 100', async () => {
      const body = aForm();
      const answer = await exchangeRaw(
        app.origin,
        `${startOfPost()}Expect: 100-continue\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      expect(answer.status).toBe(100);
      expect(answer.text).toContain('"status":"created"');
    });
  });
});
