import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  dictionary,
  integer,
  jsonValue,
  oneof,
} from 'fast-check';
import { INHERITED, NUMBERS, TIMES } from '../../support/hostile-values';
import { call } from '../../support/management';
import { ManagementCalls } from '../../support/management-calls';

let management: ManagementCalls;

beforeAll(async () => {
  management = await ManagementCalls.start();
});

afterAll(() => management.app.close());

const lists = () => management.those(({ query }) => query.includes('cursor'));

const cursorOf = (json: string) => Buffer.from(json).toString('base64url');

describe('a cursor', () => {
  const NIL = '019aad1c-4c00-7000-8000-000000000000';

  it.each([
    `[{"toString":1},"${NIL}"]`,
    `[{"valueOf":1},"${NIL}"]`,
    `[{"__proto__":null},"${NIL}"]`,
    `[["2026-11-23T12:00:00.000Z"],["${NIL}"]]`,
    `["2026-11-23T12:00:00.000Z",["${NIL}"]]`,
    '[[1]]',
    `[["${NIL}"]]`,
    '[true]',
    `["2026-11-23T12:00:00.000Z","${NIL}",1]`,
    '['.repeat(5_000) + ']'.repeat(5_000),
  ])('that was made by hand is rejected by every list: %#', async (json) => {
    for (const each of lists()) {
      const { body } = await call(
        management.app,
        'get',
        management.pathOf(each),
      )
        .query({ cursor: cursorOf(json) })
        .expect(400);
      expect(body).toMatchObject({
        code: 'invalid_request',
        errors: [{ field: 'cursor' }],
      });
    }
  });

  it('made of any JSON is rejected, or is a valid position', async () => {
    const element = oneof(
      jsonValue(),
      constantFrom(...TIMES, ...NUMBERS, NIL),
      integer(),
      dictionary(constantFrom(...INHERITED, 'length', '0'), integer()),
    );
    const json = oneof(jsonValue(), array(element, { maxLength: 3 }));
    const urls = lists().map((each) => management.pathOf(each));
    await assert(
      asyncProperty(constantFrom(...urls), json, async (path, value) => {
        const cursor = cursorOf(JSON.stringify(value));
        const status = await management.send({
          path: `${path}?cursor=${cursor}`,
        });
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
