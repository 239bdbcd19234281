import { INHERITED, withMember } from '../../support/hostile-values';
import { call } from '../../support/management';
import { ManagementCalls } from '../../support/management-calls';
import type { Operation } from '../../support/operations';
import { makeTenant } from '../../support/rejections';

let management: ManagementCalls;

beforeAll(async () => {
  management = await ManagementCalls.start();
});

afterAll(() => management.app.close());

describe.each(INHERITED)('an object member named %s', (name) => {
  it('is an unknown parameter in every query', async () => {
    for (const each of management.those(({ query }) => query.length > 0)) {
      const { body } = await call(
        management.app,
        'get',
        `${management.pathOf(each)}?${name}=1`,
      ).expect(400);
      expect(body).toMatchObject(fault(name));
    }
  });

  it('is an unknown member in every body, at any depth', async () => {
    for (const each of management.those(({ body }) => body !== undefined)) {
      const { base, members } = each.body!;
      const parents = members.filter((path) =>
        members.some(({ length }) => length > path.length),
      );
      const isWithin = (path: readonly string[]) =>
        members.some((other) => other.length > 1 && other[0] === path[0]);
      for (const path of [[], ...parents.filter(isWithin)]) {
        const member = [...path, name];
        const json = withMember(base, member, '{"a":1}');
        const { body } = await send(each, json).expect(400);
        expect(body).toMatchObject(fault(member.join('.')));
      }
    }
  });
});

function fault(field: string) {
  return {
    code: 'invalid_request',
    errors: [expect.objectContaining({ field, code: 'unknown_field' })],
  };
}

function send(operation: Operation, json: string) {
  const method = operation.method.toLowerCase() as 'post' | 'patch';
  return call(management.app, method, management.pathOf(operation))
    .type('application/json')
    .send(json);
}

it('a replay filter with an unknown member replays nothing', async () => {
  const { path } = await makeTenant(management.app);
  await call(management.app, 'post', `${path}/rejections/replay`)
    .type('application/json')
    .send('{"filter":{"__proto__":{"code":"invalid_time"}}}')
    .expect(400);
  const { body } = await call(management.app, 'get', `${path}/replays`).expect(
    200,
  );
  expect(body).toEqual({ data: [], next_cursor: null });
});

it('a body with an inherited name gets all errors together', async () => {
  const { body } = await call(management.app, 'post', '/v1/projects')
    .type('application/json')
    .send('{"name":1,"extra":1,"constructor":1}')
    .expect(400);
  const { errors } = body as { errors: { field: string }[] };
  expect(errors.map(({ field }) => field).toSorted()).toEqual([
    'constructor',
    'extra',
    'name',
  ]);
});
