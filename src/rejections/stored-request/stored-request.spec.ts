import * as fc from 'fast-check';
import { MASK } from './mask-secrets';
import {
  decodeRequest,
  encodeRequest,
  type SentRequest,
} from './stored-request';

const KEY = 'the-key-that-is-not-there';
const CODE = 'invalid_postback';
const CUSTOM = '/track/install/v1/custom';

const aGet = (sent: Partial<SentRequest> = {}): SentRequest => ({
  method: 'GET',
  path: CUSTOM,
  query: '',
  contentType: undefined,
  body: undefined,
  hasBody: false,
  length: 0,
  ...sent,
});

const aPost = (
  body: Uint8Array | string,
  sent: Partial<SentRequest> = {},
): SentRequest =>
  aGet({
    method: 'POST',
    contentType: 'application/json',
    body: Buffer.from(body as string),
    hasBody: true,
    length: body.length,
    ...sent,
  });

const encode = (sent: SentRequest) => encodeRequest(sent, CODE, [KEY]);
const trackerOf = (path: string) => encode(aGet({ path })).tracker;
const decodedFrom = (path: string) => decodeRequest(encode(aGet({ path })));

describe('encodeRequest', () => {
  // If one of these changes, rejections that are already stored are stored a second time.
  it.each<[string, SentRequest, string]>([
    [
      'a query',
      aGet({ query: `apikey=${KEY}&publisher_name=P` }),
      '82026102-9266-6baa-f956-4c21b7731f25',
    ],
    [
      'a body that is text',
      aPost(`{"a":"é","apikey":"${KEY}"}`),
      '31c62d96-7739-ed94-3115-916054636333',
    ],
    [
      'a body that is not text',
      aPost(Uint8Array.of(0xff, 0, 1, 2)),
      'e4f5611f-532a-b468-a525-ccc03d9c033c',
    ],
    [
      'a body that was not read',
      aPost('', { body: undefined, length: 40_000 }),
      'e22a8b81-52e8-f519-1cd2-664dc167e641',
    ],
    [
      'a body that is too long to be stored',
      aPost('a'.repeat(33_000), { contentType: undefined }),
      '37a2722f-fa40-47b8-e879-9a42f36e34cd',
    ],
    [
      'an empty body',
      aPost('', { contentType: undefined, hasBody: false }),
      '12bf24ff-f8f3-8a93-4ce3-7d0f5446a1cb',
    ],
  ])('keeps the fingerprint of %s', (_, sent, fingerprint) => {
    expect(encode(sent).fingerprint).toBe(fingerprint);
  });

  it('gives the same request another fingerprint for another problem', () => {
    const fingerprints = ['invalid_postback', 'malformed_json'].map(
      (code) => encodeRequest(aPost('{'), code, []).fingerprint,
    );
    expect(new Set(fingerprints).size).toBe(2);
  });

  it('masks secrets in the path, the query, the content type and the body', () => {
    const stored = encode(
      aPost(`{"a":"${KEY}"}`, {
        path: `${CUSTOM}&${KEY}`,
        query: `b=${KEY}`,
        contentType: `text/${KEY}`,
      }),
    );
    expect(stored).toMatchObject({
      path: `${CUSTOM}&${MASK}`,
      query: `b=${MASK}`,
      content_type: `text/${MASK}`,
      body: `{"a":"${MASK}"}`,
    });
  });

  it('masks each value of apikey, also one that is not a key', () => {
    expect(encode(aGet({ query: 'apikey=a&b=c&apikey=d' })).query).toBe(
      `apikey=${MASK}&b=c&apikey=${MASK}`,
    );
  });

  it.each([
    ['text', 'é\t\r\n', 'utf-8'],
    ['few control characters', `\x01${'a'.repeat(15)}`, 'utf-8'],
    ['many control characters', `\x01${'a'.repeat(14)}`, 'base64'],
    ['a NUL', `\0${'a'.repeat(100)}`, 'base64'],
    ['bytes that are not UTF-8', Uint8Array.of(0xc3), 'base64'],
  ])('stores a body of %s as %j', (_, body, encoding) => {
    expect(encode(aPost(body)).body_encoding).toBe(encoding);
  });

  it('names the tracker of the path, or `unknown`', () => {
    expect(trackerOf('/track/install/v1/ADJUST/')).toBe('adjust');
    expect(trackerOf('/track/install/v1/acme')).toBe('unknown');
    expect(trackerOf('/track/install/v1/')).toBe('unknown');
  });
});

describe('decodeRequest', () => {
  const asciiText = fc.string({ unit: 'grapheme-ascii' });
  const body = fc.oneof(
    fc.uint8Array(),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    fc
      .string({ unit: fc.constantFrom('\x01', '\n', '\0', 'a', '\uFEFF') })
      .map((text) => Buffer.from(text)),
  );

  it('returns what was sent', () => {
    const utf8 = new TextDecoder();
    fc.assert(
      fc.property(
        asciiText.filter((query) => !query.includes('apikey=')),
        fc.option(
          asciiText.filter((type) => type !== ''),
          { nil: undefined },
        ),
        fc.option(body, { nil: undefined }),
        (query, contentType, bytes) => {
          const sent = { query, contentType };
          const stored = encode(bytes ? aPost(bytes, sent) : aGet(sent));
          // As the columns of a row are sent to the database and back.
          const row = JSON.parse(JSON.stringify(stored)) as typeof stored;
          expect(decodeRequest(row).text).toEqual({
            query,
            contentType,
            body: utf8.decode(bytes ?? new Uint8Array()),
          });
        },
      ),
    );
  });

  it('returns what was sent with masks in place of the secrets', () => {
    fc.assert(
      fc.property(body, body, (before, after) => {
        const around = (secret: string) =>
          Buffer.concat([before, Buffer.from(secret), after]);
        const [sent, masked] = [KEY, MASK].map((each) =>
          decodeRequest(encode(aPost(around(each)))),
        );
        expect(sent).toEqual(masked);
      }),
    );
  });

  it.each([
    ['was not read', aPost('', { body: undefined })],
    ['is too long', aPost('a'.repeat(32 * 1024 + 1))],
  ])('returns no text of a request whose body %s', (_, sent) => {
    expect(decodeRequest(encode(sent)).text).toBeUndefined();
  });

  it('returns the tracker of the path, also an unknown one, and whether it is a batch', () => {
    expect(decodedFrom('/track/install/v1/Acme')).toMatchObject({
      tracker: 'acme',
      isBatch: false,
    });
    expect(decodedFrom('/track/install/v1/custom/batch/')).toMatchObject({
      tracker: 'custom',
      isBatch: true,
    });
    expect(decodedFrom('/').tracker).toBeUndefined();
  });
});
