import {
  ENDS,
  JSON_VALUES,
  withMember,
  WRITTEN,
} from '../../support/hostile-values';
import { ManagementCalls } from '../../support/management-calls';

let management: ManagementCalls;

beforeAll(async () => {
  management = await ManagementCalls.start();
});

afterAll(() => management.app.close());

it('has a value for each path parameter', () => {
  const names = new Set(
    management.operations.flatMap((each) => each.pathParameters),
  );
  expect([...names].filter((name) => !(name in management.named))).toEqual([]);
});

/** The values of each parameter in the query, with the operation that has it. */
const queries = () =>
  management
    .those(({ query }) => query.length > 0)
    .flatMap((each) =>
      each.query.map((name) => ({ name, path: management.pathOf(each) })),
    );

const withBody = () => management.those(({ body }) => body !== undefined);

describe('no request gets a 5xx', () => {
  it('with a hostile path parameter', async () => {
    const found = management.those((each) => each.pathParameters.length > 0);
    await management.sendAll(
      found.flatMap((each) =>
        each.pathParameters.flatMap((name) =>
          WRITTEN.map((value) => ({
            method: each.method,
            path: management.pathOf(each, { [name]: value }),
            body: each.body && JSON.stringify(each.body.base),
          })),
        ),
      ),
    );
  }, 60_000);

  it('with a hostile value in the query', async () => {
    // For each parameter another third of the values: all of them would take too long.
    await management.sendAll(
      queries().flatMap(({ name, path }, parameter) =>
        WRITTEN.filter((_, n) => (n + parameter + 1) % 3 === 0).map(
          (value) => ({
            path: `${path}?${name}=${value}`,
          }),
        ),
      ),
    );
  }, 60_000);

  it('with a hostile form of the query', async () => {
    await management.sendAll(
      queries().flatMap(({ name, path }) =>
        [
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
        ].map((query) => ({ path: `${path}?${query}` })),
      ),
    );
  }, 60_000);

  it('with any pair of times: the status is 200 or 400', async () => {
    const ranges = management.those(
      ({ query }) => query.includes('from') && query.includes('to'),
    );
    const statuses = await management.sendAll(
      ranges.flatMap((each) =>
        ENDS.flatMap((from) =>
          ENDS.map((to) => ({
            path: `${management.pathOf(each)}?${new URLSearchParams({ from, to }).toString()}`,
          })),
        ),
      ),
    );
    expect(new Set(statuses)).toEqual(new Set([200, 400]));
  }, 60_000);

  it('with a hostile member of the body', async () => {
    await management.sendAll(
      withBody().flatMap((each) =>
        each.body!.members.flatMap((member) =>
          JSON_VALUES.map((json) => ({
            method: each.method,
            path: management.pathOf(each),
            body: withMember(each.body!.base, member, json),
          })),
        ),
      ),
    );
  }, 60_000);

  it('with a hostile body', async () => {
    await management.sendAll(
      withBody().flatMap((each) =>
        [
          ...JSON_VALUES,
          '',
          '{',
          '\uFEFF{}',
          '{"a":1}',
          '{"":1}',
          '{"a":1,"a":2}',
          '['.repeat(50_000),
          `{${Array.from({ length: 9_000 }, (_, i) => `"m${i}":1`).join()}}`,
        ].map((body) => ({
          method: each.method,
          path: management.pathOf(each),
          body,
        })),
      ),
    );
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
  ])('with hostile headers: %j', async (headers) => {
    await management.sendAll(
      management.operations.map((each) => ({
        method: each.method,
        path: management.pathOf(each),
        body: each.body && JSON.stringify(each.body.base),
        headers,
      })),
    );
  });
});
