import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parseJsonObject } from '@app/reading';
import {
  CANONICAL_FIELDS,
  createReader,
  describeMessage,
  type Message,
  messageUrl,
  postbackUrl,
  type TrackerAdapter,
  TRACKERS,
} from '../src';
import { fixturesOf, messageOf } from './fixtures';

const ORIGIN = 'https://postback.example.com';
const ADAPTERS = join(__dirname, '../src/adapters');

const everyTracker = TRACKERS.map(
  (tracker) => [tracker.name, tracker] as const,
);
const everyReader = TRACKERS.flatMap(({ name, fields, message }) =>
  message ? [[name, createReader(fields, message)] as const] : [],
);

it('every adapter is exported by adapters/index.ts', () => {
  const files = readdirSync(ADAPTERS)
    .filter((file) => file.endsWith('.adapter.ts'))
    .map((file) => file.replace('.adapter.ts', ''));
  expect(TRACKERS.map(({ name }) => name)).toEqual(files.toSorted());
});

describe.each(everyTracker)('%s', (name, tracker) => {
  const fixtures = fixturesOf(name);

  it('has a fixture of an install', () => {
    expect(
      fixtures.filter(({ expected }) => 'install' in expected),
    ).not.toEqual([]);
  });

  it('has a time of the install among its fixtures, if it shows one', () => {
    const times = fixtures.flatMap(({ expected }) =>
      'install' in expected ? [expected.install.install_timestamp ?? []] : [],
    );
    const tellsTime = tracker.fields.install_timestamp !== undefined;
    expect(times.flat().length > 0).toBe(tellsTime);
  });

  it('says where each fixture comes from', () => {
    for (const { title, source } of fixtures) {
      expect(`${title}: ${source}`).toMatch(/\w: \w/);
    }
  });

  it('says everything that people look for, in sentences', () => {
    for (const text of [...Object.values(tracker.facts), ...tracker.gotchas]) {
      expect(text).toMatch(/^\S.*\.$/);
    }
    expect(tracker.documentation).toMatch(/^https:\/\/\S+$/);
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
  });

  it('has macros that our reading knows when they are left', () => {
    const url = postbackUrl(tracker, { origin: ORIGIN });
    for (const value of url.split('?')[1].split('&').slice(1)) {
      const [, text] = /^[a-z_]+=(.*)$/.exec(value) ?? [];
      if (text === 'install') continue;
      expect(text).toMatch(/^(?:\$?\{[^{}\s]+\}|\{\{[^{}\s]+\}\}|__\w+__)$/);
    }
  });

  it('names each field at most once in its URL, and only those that are asked for', () => {
    const fields = ['google_aid', 'user_id'] as const;
    for (const options of [{}, { fields }]) {
      const url = postbackUrl(tracker, { origin: ORIGIN, ...options });
      const names = url
        .split('?')[1]
        .split('&')
        .map((each) => each.split('=')[0]);
      expect(new Set(names).size).toBe(names.length);
      const allowed = [
        'apikey',
        'event_name',
        'publisher_name',
        ...('fields' in options ? fields : CANONICAL_FIELDS),
      ];
      expect(allowed).toEqual(expect.arrayContaining(names));
    }
  });

  it('has a URL for its own message exactly if it has such a message', () => {
    const url = messageUrl(tracker, { origin: ORIGIN, apiKey: 'K' });
    expect(url?.startsWith(`${ORIGIN}/track/install/v1/${name}?apikey=K`)).toBe(
      tracker.message && true,
    );
  });
});

describe.each(everyReader)('the message of %s', (name, read) => {
  const messages = fixturesOf(name).map((fixture) => messageOf(fixture));

  it('is read the same each time, and left as it is', () => {
    for (const message of messages) {
      const frozen = freeze(message);
      expect(summary(read(frozen))).toEqual(summary(read(frozen)));
    }
  });

  it('is read the same at any time', () => {
    jest.useFakeTimers({ now: new Date('2024-05-06') });
    const earlier = messages.map((message) => summary(read(message)));
    jest.setSystemTime(new Date('2034-11-12'));
    const later = messages.map((message) => summary(read(message)));
    jest.useRealTimers();
    expect(later).toEqual(earlier);
  });

  it('may hold names that nobody knows', () => {
    for (const message of messages) {
      const more = new Map([...message, ['zz_new', ['1', '2']] as const]);
      const before = summary(read(message));
      expect(summary(read(more))).toEqual(
        before && { ...before, unknown: [...before.unknown, 'zz_new'] },
      );
    }
  });

  it('gets a verdict, whatever it is', () => {
    fc.assert(
      fc.property(anyMessage(name), (message) => {
        const adapted = read(message);
        for (const field of adapted?.fields.keys() ?? []) {
          expect(CANONICAL_FIELDS).toContain(field);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** What an adaptation says, to be compared. */
function summary(adapted: ReturnType<(typeof everyReader)[number][1]>) {
  return (
    adapted && {
      ...adapted,
      namesOf: CANONICAL_FIELDS.map((field) => adapted.namesOf(field)),
    }
  );
}

/** A map that cannot be changed, with values that cannot be, either. */
function freeze(message: Message): Message {
  for (const values of message.values()) deepFreeze(values);
  const frozen = new Map(message);
  frozen.set =
    frozen.delete =
    frozen.clear =
      () => {
        throw new Error('An adapter changed its message');
      };
  return frozen;
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const each of Object.values(value)) deepFreeze(each);
}

/** Any JSON, often under names that the tracker knows. */
function anyMessage(name: string): fc.Arbitrary<Message> {
  const tracker = TRACKERS.find((each) => each.name === name) as TrackerAdapter;
  const known = describeMessage(tracker).flatMap((each) => [
    each.name,
    ...each.name.split('.'),
  ]);
  const key = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: fc.string() },
  );
  const values = fc.constantFrom(
    'install',
    'INSTALL',
    'true',
    '%',
    '%%',
    '::',
    'a::b',
    '{x}',
    'USD',
    '0',
    '',
  );
  return fc
    .object({
      key,
      values: [values, fc.jsonValue(), fc.integer(), fc.constant(null)],
      maxDepth: 3,
    })
    .map((object) => {
      const { members } = parseJsonObject(JSON.stringify(object), 100);
      return new Map(members.map(([member, value]) => [member, [value]]));
    });
}

it('depends on no order', () => {
  const names = TRACKERS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).not.toContain('custom');
});
