import type { Request } from 'express';
import { bearerOf, keyOf } from './credential';

function newRequest(query: string, headers: Record<string, string> = {}) {
  return {
    originalUrl: `/track/install/v1/custom${query}`,
    get: (name: string) => headers[name],
  } as Request;
}

describe('keyOf', () => {
  it.each([
    ['?apikey=k', 'k'],
    ['?a=1&apikey=k', 'k'],
    ['?apikey=k&a=1', 'k'],
    ['?apikey=k#part', 'k'],
    ['?apikey=%6b%2D1', 'k-1'],
    ['?apikey=%zz', '%zz'],
    ['?apikey=first&apikey=second', 'first'],
    ['?apikey=&apikey=second', 'second'],
  ])('reads the query %s', (query, key) => {
    expect(keyOf(newRequest(query))).toBe(key);
  });

  it.each(['', '?', '?apikey', '?apikey=', '?xapikey=k', '?a=apikey=k'])(
    'finds none in the query %j',
    (query) => {
      expect(keyOf(newRequest(query))).toBeUndefined();
    },
  );

  const bearer = { authorization: 'Bearer b' };
  it.each([
    ['the query before the headers', '?apikey=q', { 'x-api-key': 'x' }, 'q'],
    ['the query before a bearer', '?apikey=q', bearer, 'q'],
    ['X-Api-Key', '', { 'x-api-key': 'x' }, 'x'],
    ['X-Api-Key first', '', { 'x-api-key': 'x', ...bearer }, 'x'],
    ['a bearer', '', bearer, 'b'],
    ['a bearer where the others are empty', '?apikey=', bearer, 'b'],
    [
      'a bearer beside an empty header',
      '',
      { 'x-api-key': '', ...bearer },
      'b',
    ],
  ])('takes %s', (_, query, headers, key) => {
    expect(keyOf(newRequest(query, headers))).toBe(key);
  });
});

describe('bearerOf', () => {
  it.each(['Bearer t', 'bearer t', 'BEARER   t', 'Bearer t  '])(
    'reads %j',
    (authorization) => {
      expect(bearerOf(newRequest('', { authorization }))).toBe('t');
    },
  );

  it('reads the whole token', () => {
    const authorization = 'Bearer pba_0aZ-._~+/=';
    expect(bearerOf(newRequest('', { authorization }))).toBe('pba_0aZ-._~+/=');
  });

  it.each([
    '',
    't',
    'Bearer',
    'Bearer ',
    'Bearert',
    'Bearer t u',
    'Basic t',
    'X Bearer t',
    ' Bearer t',
  ])('finds none in %j', (authorization) => {
    expect(bearerOf(newRequest('', { authorization }))).toBeUndefined();
  });

  it('finds none without the header', () => {
    expect(bearerOf(newRequest(''))).toBeUndefined();
  });
});
