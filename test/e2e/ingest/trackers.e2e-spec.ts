import {
  CANONICAL_FIELDS,
  type CanonicalField,
  postbackUrl,
  type TrackerAdapter,
  TRACKERS,
} from '@app/trackers';
import request, { type Response } from 'supertest';
import {
  type ExpectedInstall,
  type Fixture,
  fixturesOf,
  macroValueOf,
} from '../../../libs/trackers/test/fixtures';
import { INSTALL_FIELDS } from '../../../src/fields/install-fields';
import { startApp, type TestApp } from '../../support/app';
import type { Result, Row } from '../../support/ingest';
import type { Problem } from '../../support/problems';

/** Every fixture, with the name of its tracker. */
const ALL = TRACKERS.flatMap((tracker) =>
  fixturesOf(tracker.name).map(
    (fixture) => [tracker.name, fixture.title, tracker, fixture] as const,
  ),
);
const MESSAGES = ALL.filter(([, , { message }]) => message);
const INSTALLS = ALL.filter(([, , , { expected }]) => 'install' in expected);
/** Those that tell what all macros of the postback URL are filled in with. */
const FILLED = INSTALLS.filter(
  ([, , { message }, { macros }]) => macros || message?.pushed === false,
);

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ THROTTLE_LIMIT: '1000000' });
});

afterAll(() => app.close());

// Samples share identifiers.
beforeEach(() => app.db.query('delete from install'));

/** Sends a message as its tracker does. */
function send(
  { name }: TrackerAdapter,
  { message = {} }: Fixture,
): PromiseLike<Response> {
  const { query = '', body, text = body && JSON.stringify(body) } = message;
  const path = `/track/install/v1/${name}?apikey=${app.apiKey}&${query}`;
  if (text === undefined) return request(app.server).get(path);
  return request(app.server)
    .post(path)
    .set('Content-Type', 'application/json')
    .send(text);
}

async function stored({ body }: Response): Promise<Row> {
  const { rows } = await app.db.query<Row>(
    'select * from install where install_id = $1',
    [(body as Result).install_id],
  );
  return rows[0];
}

/** What is compared of an install: fields that have a value, and of the times only what was sent. */
function fieldsOf(
  row: Row,
  fields: readonly CanonicalField[] = CANONICAL_FIELDS,
): Record<string, unknown> {
  const received = (row.received_at as Date).getTime();
  return Object.fromEntries(
    fields
      .map((field) => [field, row[field]] as const)
      .filter(([, value]) => value !== null)
      .filter(
        ([, value]) => !(value instanceof Date) || value.getTime() !== received,
      )
      .map(([field, value]) => [
        field,
        value instanceof Date
          ? value.toISOString()
          : field === 'cost'
            ? Number(value)
            : value,
      ]),
  );
}

/** A click that was not told is when the install was. */
function withDefaults(install: ExpectedInstall): ExpectedInstall {
  const { install_timestamp, click_timestamp = install_timestamp } = install;
  return click_timestamp === undefined
    ? install
    : { ...install, click_timestamp };
}

const warningsOf = ({ body }: Response) =>
  (body as Result).warnings
    .filter(({ code }) => code !== 'unknown_field')
    .map(({ field, code }) => `${field} ${code}`)
    .toSorted();

const faultsOf = ({ body }: Response) =>
  (body as Problem).errors!.map(({ field, code }) => `${field} ${code}`);

it('the fields of the adapters are those of the contract', () => {
  expect(CANONICAL_FIELDS.toSorted()).toEqual(
    INSTALL_FIELDS.map(({ name }) => name).toSorted(),
  );
});

describe('the message of', () => {
  it.each(MESSAGES)('%s: %s', async (_, _title, tracker, fixture) => {
    const { expected, warnings = [] } = fixture;
    const answer = await send(tracker, fixture);
    if ('install' in expected) {
      expect(answer.body).toMatchObject({ status: 'created' });
      const row = await stored(answer);
      expect(fieldsOf(row)).toEqual(withDefaults(expected.install));
      expect(row.tracker).toBe(tracker.name);
      expect(warningsOf(answer)).toEqual(warnings.toSorted());
    } else if ('ignored' in expected) {
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        status: 'ignored',
        reason: 'not_an_install',
        warnings: [],
      });
    } else {
      expect(answer.status).toBe(400);
      expect(faultsOf(answer).toSorted()).toEqual(expected.refused.toSorted());
    }
    const { rowCount } = await app.db.query('select from install');
    expect(rowCount).toBe('install' in expected ? 1 : 0);
  });
});

/** The parameters of a tracker's URL: each with the macro that stands there, or a text. */
function parametersOf(tracker: TrackerAdapter): Map<CanonicalField, string> {
  const [, query] = postbackUrl(tracker, { origin: '' }).split('?');
  return new Map(
    query
      .split('&')
      .map((each) => each.split(/=(.*)/s) as [CanonicalField, string])
      .filter(([name]) => (name as string) !== 'apikey'),
  );
}

/** What a tracker puts in the place of each macro of its URL. */
function filledIn(
  tracker: TrackerAdapter,
  fixture: Fixture,
): Map<CanonicalField, string> {
  const install = 'install' in fixture.expected ? fixture.expected.install : {};
  return new Map(
    [...parametersOf(tracker)].map(([field, value]) => {
      const mapping = tracker.fields[field];
      const macro = typeof mapping === 'string' ? mapping : mapping?.macro;
      if (macro !== undefined) return [field, macroValueOf(fixture, macro)];
      return [
        field,
        field === 'event_name' ? value : String(install[field] ?? value),
      ];
    }),
  );
}

const sendCustom = (parameters: ReadonlyMap<string, string>) =>
  request(app.server)
    .get('/track/install/v1/custom')
    .query({ apikey: app.apiKey, ...Object.fromEntries(parameters) });

describe('the postback URL of', () => {
  it.each(FILLED)('%s: %s', async (_, _title, tracker, fixture) => {
    if (!('install' in fixture.expected)) return;
    const install = withDefaults(fixture.expected.install);
    const parameters = filledIn(tracker, fixture);
    const answer = await sendCustom(parameters);
    if (parameters.get('publisher_name') === '') {
      // Only the tracker's own path knows that this is an organic install.
      expect(faultsOf(answer)).toEqual(['publisher_name required']);
      return;
    }
    expect(answer.body).toMatchObject({ status: 'created' });
    const fields = [...parameters.keys()];
    expect(fieldsOf(await stored(answer), fields)).toEqual({
      ...(parameters.get('event_name') && { event_name: 'install' }),
      ...Object.fromEntries(
        fields
          .filter(
            (field) => field !== 'event_name' && install[field] !== undefined,
          )
          .map((field) => [field, install[field]]),
      ),
    });
  });
});

describe('a macro that was not expanded', () => {
  const first = [...Map.groupBy(FILLED, ([name]) => name).values()].map(
    ([each]) => each,
  );

  it('has a test for every tracker', () =>
    expect(first.map(([name]) => name)).toEqual(
      TRACKERS.map(({ name }) => name),
    ));

  it.each(first)(
    'of %s gets a warning',
    async (_, _title, tracker, fixture) => {
      for (const [field, macro] of parametersOf(tracker)) {
        if (macro === 'install') continue;
        const parameters = filledIn(tracker, fixture).set(field, macro);
        const answer = await sendCustom(parameters);
        const told =
          answer.status === 200 ? warningsOf(answer) : faultsOf(answer);
        expect([
          [`${field} unexpanded_macro`],
          [`${field} required`],
          ['identifiers no_identifier'],
        ]).toContainEqual(
          told.filter(
            (each) =>
              each.startsWith(`${field} `) || each.startsWith('identifiers'),
          ),
        );
      }
    },
  );
});
