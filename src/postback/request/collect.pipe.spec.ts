import { Readable } from 'node:stream';
import type { Request } from 'express';
import type { ApiKeyCaller } from '../../access/caller';
import { UNDECODABLE } from '../../fields/unreadable';
import { CollectPipe } from './collect.pipe';

const CALLER = { keyId: 'k' } as ApiKeyCaller;
const PATH = '/track/install/v1/custom';

interface Sent {
  readonly method?: string;
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function newRequest({
  method = 'GET',
  query = '',
  body = '',
  headers = {},
}: Sent): Request {
  const all: Record<string, string> = {
    'content-length': String(Buffer.byteLength(body)),
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  };
  return Object.assign(Readable.from([Buffer.from(body)]), {
    method,
    originalUrl: PATH + query,
    headers: all,
    get: (name: string) => all[name],
    res: {},
    receivedAt: new Date(),
    arrivedAt: performance.now(),
    apiKey: CALLER,
  }) as unknown as Request;
}

const collect = (sent: Sent) => new CollectPipe().transform(newRequest(sent));

async function fieldsOf(sent: Sent) {
  return Object.fromEntries((await collect(sent)).fields);
}

const manyFields = (count: number) =>
  Array.from({ length: count }, (_, i) => `x${i}=1`).join('&');

describe('CollectPipe', () => {
  it.each<[string, Sent, object]>([
    ['no query', {}, {}],
    ['an empty query', { query: '?' }, {}],
    ['the query', { query: '?a=1&b=2' }, { a: ['1'], b: ['2'] }],
    ['a query with question marks', { query: '??a=1?' }, { '?a': ['1?'] }],
    [
      'query and body of a POST',
      { method: 'POST', query: '?a=1', body: 'b=2' },
      { a: ['1'], b: ['2'] },
    ],
    [
      'the query of a GET alone',
      { method: 'GET', query: '?a=1', body: 'b=2' },
      { a: ['1'] },
    ],
    [
      'all values of a name, the query first',
      { method: 'POST', query: '?a=1&a=2', body: 'a=3' },
      { a: ['1', '2', '3'] },
    ],
    [
      'a value that cannot be decoded',
      { query: '?a=%zz&a=1' },
      { a: [UNDECODABLE, '1'] },
    ],
  ])('collects %s', async (_, sent, fields) => {
    expect(await fieldsOf(sent)).toEqual(fields);
  });

  it.each<[string, Sent]>([
    ['the query', { query: '?apikey=secret&a=1' }],
    ['the body', { method: 'POST', body: 'apikey=secret&a=1' }],
    [
      'the place of a name',
      { query: '?secret=1&a=1', headers: { 'x-api-key': 'secret' } },
    ],
  ])('ignores the API key in %s', async (_, sent) => {
    expect(await fieldsOf(sent)).toEqual({ a: ['1'] });
  });

  it.each([
    ['the key', 'x[secret]', 'x[***]'],
    ['the key, encoded twice', '%2573ecret', '***'],
    ['another key', `x.pbk_${'x'.repeat(36)}`, 'x.***'],
  ])('masks %s within a name', async (_, name, masked) => {
    const headers = { 'x-api-key': 'secret' };
    expect(await fieldsOf({ query: `?${name}=1`, headers })).toEqual({
      [masked]: ['1'],
    });
  });

  it('passes on the caller and the time of arrival', async () => {
    const request = newRequest({});
    expect(await new CollectPipe().transform(request)).toMatchObject({
      caller: CALLER,
      receivedAt: request.receivedAt,
    });
  });

  it('accepts a query of 8 KiB, and rejects a longer one', async () => {
    const full = `?a=${'x'.repeat(8 * 1024 - 2)}`;
    await expect(collect({ query: full })).resolves.toBeDefined();
    await expect(collect({ query: `${full}x` })).rejects.toMatchObject({
      code: 'uri_too_long',
    });
  });

  it('accepts 100 fields besides the key, and rejects one more', async () => {
    const query = `?apikey=secret&${manyFields(100)}`;
    await expect(collect({ query })).resolves.toBeDefined();
    await expect(
      collect({ method: 'POST', query, body: 'x0=2' }),
    ).rejects.toMatchObject({ code: 'too_many_fields' });
  });
});
