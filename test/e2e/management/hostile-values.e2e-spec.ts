import {
  ENDS,
  JSON_VALUES,
  withMember,
  WRITTEN,
} from '../../support/hostile-values';
import { ManagementCalls } from '../../support/management-calls';
import type { Operation } from '../../support/operations';

let management: ManagementCalls;

beforeAll(async () => {
  management = await ManagementCalls.start();
});

afterAll(() => management.app.close());

it('knows a value for each path parameter', () => {
  const names = new Set(
    management.operations.flatMap((each) => each.pathParameters),
  );
  expect([...names].filter((name) => !(name in management.named))).toEqual([]);
});

it('blames the caller for hostile path parameters', async () => {
  for (const each of management.those(
    ({ pathParameters }) => pathParameters.length > 0,
  )) {
    for (const name of each.pathParameters) {
      for (const value of WRITTEN) {
        await management.send({
          method: each.method,
          path: management.pathOf(each, { [name]: value }),
          body: each.body && JSON.stringify(each.body.base),
        });
      }
    }
  }
}, 60_000);

it('blames the caller for hostile values in a query', async () => {
  let parameter = 0;
  for (const each of management.those(({ query }) => query.length > 0)) {
    for (const name of each.query) {
      // A third of the values, another one for each parameter: all of them would take too long.
      parameter++;
      for (const value of WRITTEN.filter((_, n) => (n + parameter) % 3 === 0)) {
        await management.send({
          path: `${management.pathOf(each)}?${name}=${value}`,
        });
      }
    }
  }
}, 60_000);

it('blames the caller for hostile forms of a query', async () => {
  for (const each of management.those(({ query }) => query.length > 0)) {
    for (const name of each.query) {
      for (const query of [
        name,
        `${name}=a&${name}=b`,
        `${name}=1&${name}=1`,
        Array.from({ length: 900 }, () => name).join('&'),
        `${name}[]=1`,
        `${name}[a]=1`,
        `${name}[__proto__]=1`,
        `${name}.a=1`,
        `=${name}`,
        `${name}%00=1`,
        `${name}=1#${name}=2`,
        `&&&${name}=1&&&`,
      ]) {
        await management.send({ path: `${management.pathOf(each)}?${query}` });
      }
    }
  }
}, 60_000);

const isRange = ({ query }: Operation) =>
  query.includes('from') && query.includes('to');

it('answers 200 or 400 for every pair of times', async () => {
  for (const each of management.those(isRange)) {
    for (const from of ENDS) {
      for (const to of ENDS) {
        const query = new URLSearchParams({ from, to }).toString();
        const path = `${management.pathOf(each)}?${query}`;
        expect([200, 400]).toContain(await management.send({ path }));
      }
    }
  }
}, 60_000);

it('blames the caller for hostile members of a body', async () => {
  for (const each of management.those(({ body }) => body !== undefined)) {
    for (const member of each.body!.members) {
      for (const json of JSON_VALUES) {
        // Of its own, since it may be changed.
        await management.send({
          method: each.method,
          path: management.pathOf(each),
          body: withMember(each.body!.base, member, json),
        });
      }
    }
  }
}, 60_000);

it('blames the caller for hostile bodies', async () => {
  for (const each of management.those(({ body }) => body !== undefined)) {
    for (const body of [
      ...JSON_VALUES,
      '',
      '{',
      '\uFEFF{}',
      '{"a":1}',
      '{"":1}',
      '{"a":1,"a":2}',
      '['.repeat(50_000),
      `{${Array.from({ length: 9_000 }, (_, i) => `"m${i}":1`).join()}}`,
    ]) {
      await management.send({
        method: each.method,
        path: management.pathOf(each),
        body,
      });
    }
  }
}, 60_000);

it.each<Record<string, string>>([
  { 'Content-Type': '' },
  { 'Content-Type': 'nonsense' },
  { 'Content-Type': ';' },
  { 'Content-Type': 'application/json; charset' },
  { 'Content-Type': 'application/json; charset=utf-7' },
  { 'Content-Type': 'application/json; charset="' },
  { 'Content-Type': 'multipart/form-data' },
  { 'Content-Type': 'application/__proto__' },
  { 'Content-Encoding': 'gzip' },
  { 'Content-Encoding': 'br' },
  { 'Content-Encoding': 'nonsense' },
  { 'Content-Encoding': '__proto__' },
  { Accept: 'nonsense' },
  { 'If-None-Match': '"' },
  { Range: 'bytes=9-1' },
])('blames the caller for hostile headers: %j', async (headers) => {
  for (const each of management.operations) {
    await management.send({
      method: each.method,
      path: management.pathOf(each),
      body: each.body && JSON.stringify(each.body.base),
      headers,
    });
  }
});
