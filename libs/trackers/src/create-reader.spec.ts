import { JsonObject, type JsonValue } from '@app/reading';
import { createReader } from './create-reader';
import type { SentValue } from './message';
import type { TrackerAdapter, TrackerMessage } from './tracker-adapter';

const INSTALLS = [
  { name: 'kind', is: ['install'], absent: 'holds' },
] as const satisfies TrackerMessage['installs'];

function read(
  fields: TrackerAdapter['fields'],
  sent: Record<string, SentValue | readonly SentValue[]>,
  message: Partial<TrackerMessage> = {},
) {
  const reader = createReader(fields, {
    pushed: true,
    installs: INSTALLS,
    example: {},
    ...message,
  });
  return reader(
    new Map(
      Object.entries(sent).map(([name, value]) => [
        name,
        Array.isArray(value) ? value : [value as SentValue],
      ]),
    ),
  );
}

const object = (members: Record<string, JsonValue>) =>
  new JsonObject(Object.entries(members));

const part = (text: string) => text.split('/')[1];

const codesOf = (remarks: readonly { field: string; code: string }[] = []) =>
  remarks.map(({ field, code }) => `${field} ${code}`);

describe('where a field stands', () => {
  const ALL = ['android_id', 'user.oaid'];
  const fields = { os_id: { from: ['android_id', 'user.oaid'] } };

  it.each<
    [string, Record<string, SentValue>, SentValue[] | undefined, string[]]
  >([
    ['nowhere', {}, undefined, ALL],
    ['in the first place', { android_id: 'a' }, ['a'], ['android_id']],
    [
      'in the first of two',
      { android_id: 'a', 'user.oaid': 'b' },
      ['a'],
      ['android_id'],
    ],
    [
      'in the second, when the first is empty',
      { android_id: '', 'user.oaid': 'b' },
      ['b'],
      ['user.oaid'],
    ],
    [
      'in the second, when the first is null',
      { android_id: null, 'user.oaid': 'b' },
      ['b'],
      ['user.oaid'],
    ],
    [
      'in the second, when the first is a macro',
      { android_id: '{android_id}', 'user.oaid': 'b' },
      ['b'],
      ['user.oaid'],
    ],
    [
      'in the first, when all mean nothing',
      { android_id: 'null', 'user.oaid': '' },
      ['null'],
      ['android_id'],
    ],
    ['inside an object', { user: object({ oaid: 'b' }) }, ['b'], ['user.oaid']],
    ['not inside what is no object', { user: 'oaid' }, undefined, ALL],
    ['not under another member', { user: object({ id: 'b' }) }, undefined, ALL],
  ])('%s', (_, sent, values, names) => {
    const message = read(fields, sent);
    expect(message?.fields.get('os_id')).toEqual(values);
    expect(message?.namesOf('os_id')).toEqual(names);
  });

  it('has a flat and a nested one for repeats', () =>
    expect(
      read(fields, {
        'user.oaid': 'a',
        user: object({ oaid: 'b' }),
      })?.fields.get('os_id'),
    ).toEqual(['a', 'b']));

  it('keeps repeats, also inside objects', () => {
    const user = new JsonObject([
      ['id', '1'],
      ['id', '2'],
    ]);
    expect(
      read({ user_id: 'user.id' }, { user })?.fields.get('user_id'),
    ).toEqual(['1', '2']);
    expect(
      read({ user_id: 'id' }, { id: ['1', '2'] })?.fields.get('user_id'),
    ).toEqual(['1', '2']);
  });

  it('knows no name for a field that the tracker lacks', () =>
    expect(read({}, {})?.namesOf('cost')).toEqual([]));

  it('takes a part of a text, and leaves alone what is none', () => {
    const model = { device_model: { from: { name: 'm', part } } };
    expect(read(model, { m: 'a/b' })?.fields.get('device_model')).toEqual([
      'b',
    ]);
    expect(read(model, { m: 'a' })?.fields.has('device_model')).toBe(false);
    expect(read(model, { m: true })?.fields.get('device_model')).toEqual([
      true,
    ]);
  });

  it('reads under our own name what a person has to write', () =>
    expect(
      read(
        { publisher_name: { from: 'network', written: 'it' } },
        { publisher_name: 'P' },
      )?.fields.get('publisher_name'),
    ).toEqual(['P']));
});

describe('names that nobody knows', () => {
  it('are those that stand nowhere in the declaration', () => {
    const message = read(
      { user_id: 'user.id' },
      {
        user: object({}),
        kind: 'install',
        paid: '1',
        in: 'USD',
        for: 'cpi',
        x: '',
        organic: '',
      },
      {
        organic: { name: 'organic', is: [], absent: 'fails' },
        costs: [
          {
            amount: 'paid',
            currency: 'in',
            paidFor: { name: 'for', install: 'cpi' },
          },
        ],
      },
    );
    expect(message?.unknown).toEqual(['x']);
  });
});

const kinds = (
  absent: 'holds' | 'fails' | 'refused',
  more: { exact?: true; name?: string[] } = {},
) => ({
  installs: [{ name: 'kind', is: ['install'], absent, ...more }],
});

describe('what is an install', () => {
  it.each<[string, SentValue | readonly SentValue[], boolean]>([
    ['install', 'install', true],
    ['in any letter case', ' INSTALL ', true],
    ['sent twice', ['install', 'install'], true],
    ['another word', 'session', false],
    ['a boolean', true, false],
  ])('%s', (_, kind, isInstall) =>
    expect(read({}, { kind }) !== undefined).toBe(isInstall),
  );

  it('in one letter case, where that matters', () => {
    const message = kinds('holds', { exact: true });
    expect(read({}, { kind: 'install' }, message)).toBeDefined();
    expect(read({}, { kind: 'Install' }, message)).toBeUndefined();
  });

  it('by the first of several names that says something', () => {
    const message = kinds('holds', { name: ['kind', 'event'] });
    expect(read({}, { kind: '', event: 'session' }, message)).toBeUndefined();
    expect(
      read({}, { kind: 'install', event: 'session' }, message),
    ).toBeDefined();
  });

  it.each([
    ['holds', true, []],
    ['fails', false, []],
    ['refused', true, ['kind required']],
  ] as const)('not told: %s', (absent, isRead, faults) => {
    const message = read({}, {}, kinds(absent));
    expect(message !== undefined).toBe(isRead);
    expect(codesOf(message?.faults)).toEqual(faults);
  });

  it('is not told by a macro, and the fault says so', () => {
    const [fault] = read({}, { kind: '{kind}' }, kinds('refused'))!.faults;
    expect(fault.message).toMatch(/install\. kind was sent, but means nothing/);
    const [plain] = read({}, {}, kinds('refused'))!.faults;
    expect(plain.message).toMatch(/install$/);
  });

  it('cannot be told by two different words', () =>
    expect(codesOf(read({}, { kind: ['install', 'open'] })?.faults)).toEqual([
      'kind conflicting_values',
    ]));

  it.each<[string, SentValue]>([
    ['an array', ['install']],
    ['an object', object({ is: 'install' })],
  ])('cannot be told by %s', (_, kind) =>
    expect(
      codesOf(read({}, { kind: [kind] }, kinds('refused'))?.faults),
    ).toEqual(['kind invalid_type']),
  );

  it('is not told by an empty object', () =>
    expect(
      codesOf(read({}, { kind: object({}) }, kinds('refused'))?.faults),
    ).toEqual(['kind required']));

  it('when all conditions hold, and all their faults are told', () => {
    const installs = [
      ...INSTALLS,
      { name: 'again', is: ['0', 'false'], absent: 'refused' },
    ] as const;
    expect(read({}, { again: false }, { installs })).toBeDefined();
    expect(read({}, { again: '1' }, { installs })).toBeUndefined();
    expect(
      codesOf(read({}, { kind: ['a', 'b'] }, { installs })?.faults),
    ).toEqual(['kind conflicting_values', 'again required']);
  });

  it('is always called install', () =>
    expect(
      read({ event_name: 'kind' }, { kind: 'INSTALL' })?.fields.get(
        'event_name',
      ),
    ).toEqual(['install']));
});

describe('an organic install', () => {
  const organic = { name: 'paid', is: ['false'], absent: 'holds' } as const;
  const publisherOf = (sent: Record<string, SentValue>) =>
    read({ publisher_name: 'from' }, sent, { organic })?.fields.get(
      'publisher_name',
    );

  it.each<[string, Record<string, SentValue>, SentValue[] | undefined]>([
    ['names no publisher', {}, ['organic']],
    ['names an empty one', { from: '' }, ['', 'organic']],
    [
      'names a placeholder, for a warning',
      { from: 'null' },
      ['null', 'organic'],
    ],
    ['says so', { paid: false }, ['organic']],
  ])('%s', (_, sent, values) => expect(publisherOf(sent)).toEqual(values));

  it.each<[string, Record<string, SentValue>, SentValue[] | undefined]>([
    ['names a publisher', { from: 'P' }, ['P']],
    ['has a macro there that was not expanded', { from: '{from}' }, ['{from}']],
    ['was paid for', { paid: true }, undefined],
    ['tells more than a word of it', { paid: object({ by: 'P' }) }, undefined],
  ])('is not one that %s', (_, sent, values) =>
    expect(publisherOf(sent)).toEqual(values),
  );
});

describe('words that mean nothing in one field', () => {
  const nothing = { s_site: ['Unknown'] };
  const fields = { s_site: { from: ['site', 'page'] }, s_ad: 'ad' } as const;

  it('are left out there, with a warning, whatever their letter case', () => {
    const message = read(
      fields,
      { site: 'UNKNOWN', ad: 'Unknown' },
      { nothing },
    );
    expect(message?.fields.has('s_site')).toBe(false);
    expect(message?.fields.get('s_ad')).toEqual(['Unknown']);
    expect(codesOf(message?.warnings)).toEqual(['site placeholder_value']);
  });

  it('make way for the next place', () =>
    expect(
      read(fields, { site: 'unknown', page: 'p' }, { nothing })?.fields.get(
        's_site',
      ),
    ).toEqual(['p']));
});

describe('a cost', () => {
  const costs = [
    {
      amount: 'paid',
      currency: 'in',
      paidFor: { name: 'for', install: 'cpi' },
    },
    { amount: 'paid2', currency: 'in2' },
  ];

  it.each<
    [string, Record<string, SentValue>, SentValue[] | undefined, string[]]
  >([
    ['nobody told', {}, undefined, []],
    [
      'in dollars, for nobody knows what',
      { paid: '1', in: 'usd' },
      undefined,
      ['paid cost_not_per_install'],
    ],
    [
      'in dollars, where nobody tells for what',
      { paid2: '1', in2: 'usd' },
      ['1'],
      [],
    ],
    [
      'in dollars, for installs',
      { paid: '1', in: 'USD', for: 'CPI' },
      ['1'],
      [],
    ],
    ['that is empty', { paid: '', in: 'EUR' }, undefined, []],
    ['in euro', { paid: '1', in: 'EUR' }, undefined, ['paid cost_not_usd']],
    ['without a currency', { paid: '1' }, undefined, ['paid cost_not_usd']],
    [
      'in two currencies',
      { paid: '1', in: ['USD', 'EUR'] as never },
      undefined,
      ['paid cost_not_usd'],
    ],
    [
      'for something else',
      { paid: '1', in: 'USD', for: 'cpm' },
      undefined,
      ['paid cost_not_per_install'],
    ],
    [
      'in dollars at the second place',
      { paid: '1', in: 'EUR', paid2: '2', in2: 'USD' },
      ['2'],
      [],
    ],
  ])('%s', (_, sent, values, warnings) => {
    const message = read({}, sent, { costs });
    expect(message?.fields.get('cost')).toEqual(values);
    expect(codesOf(message?.warnings)).toEqual(warnings);
  });

  it('is called as it was sent', () =>
    expect(
      read({}, { paid2: '1', in2: 'USD' }, { costs })?.namesOf('cost'),
    ).toEqual(['paid2']));
});
