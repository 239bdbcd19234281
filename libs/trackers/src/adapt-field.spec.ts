import { JsonObject } from '@app/reading';
import { codesOf, object, read } from '../test/read';
import type { SentValue } from './message';

const part = (text: string) => text.split('/')[1];

describe('a field has its value', () => {
  const ALL = ['android_id', 'user.oaid'];
  const fields = { os_id: { from: ['android_id', 'user.oaid'] } };

  it.each<
    [string, Record<string, SentValue>, SentValue[] | undefined, string[]]
  >([
    ['nowhere', {}, undefined, ALL],
    ['in the only place', { android_id: 'a' }, ['a'], ['android_id']],
    [
      'in the first place of two',
      { android_id: 'a', 'user.oaid': 'b' },
      ['a'],
      ['android_id'],
    ],
    [
      'in the second place, if the first is empty',
      { android_id: '', 'user.oaid': 'b' },
      ['b'],
      ['user.oaid'],
    ],
    [
      'in the second place, if the first is null',
      { android_id: null, 'user.oaid': 'b' },
      ['b'],
      ['user.oaid'],
    ],
    [
      'in the second place, if the first is a macro',
      { android_id: '{android_id}', 'user.oaid': 'b' },
      ['b'],
      ['user.oaid'],
    ],
    [
      'in the first place, if none has a value',
      { android_id: 'null', 'user.oaid': '' },
      ['null'],
      ['android_id'],
    ],
    ['inside an object', { user: object({ oaid: 'b' }) }, ['b'], ['user.oaid']],
    [
      'not inside a value that is not an object',
      { user: 'oaid' },
      undefined,
      ALL,
    ],
    ['not under another member', { user: object({ id: 'b' }) }, undefined, ALL],
  ])('%s', (_, sent, values, names) => {
    const message = read(fields, sent);
    expect(message?.fields.get('os_id')).toEqual(values);
    expect(message?.namesOf('os_id')).toEqual(names);
  });

  it('twice, if it was sent flat and nested', () =>
    expect(
      read(fields, {
        'user.oaid': 'a',
        user: object({ oaid: 'b' }),
      })?.fields.get('os_id'),
    ).toEqual(['a', 'b']));

  it('several times, if it was repeated, also inside objects', () => {
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

  it('under no name, if the tracker does not send it', () =>
    expect(read({}, {})?.namesOf('cost')).toEqual([]));

  it('under no name, if the tracker only has a macro for it', () =>
    expect(read({ cost: { macro: 'payout' } }, {})?.namesOf('cost')).toEqual(
      [],
    ));

  it('in a part of a text; other values stay unchanged', () => {
    const model = { device_model: { from: { name: 'm', part } } };
    expect(read(model, { m: 'a/b' })?.fields.get('device_model')).toEqual([
      'b',
    ]);
    expect(read(model, { m: 'a' })?.fields.has('device_model')).toBe(false);
    expect(read(model, { m: true })?.fields.get('device_model')).toEqual([
      true,
    ]);
  });

  it('under its canonical name, if a person has to write it into the URL', () =>
    expect(
      read(
        { publisher_name: { from: 'network', written: 'it' } },
        { publisher_name: 'P' },
      )?.fields.get('publisher_name'),
    ).toEqual(['P']));
});

describe('placeholders of one field', () => {
  const nothing = { s_site: ['Unknown'] };
  const fields = { s_site: { from: ['site', 'page'] }, s_ad: 'ad' } as const;

  it('are left out of that field with a warning, in any letter case', () => {
    const message = read(
      fields,
      { site: 'UNKNOWN', ad: 'Unknown' },
      { nothing },
    );
    expect(message?.fields.has('s_site')).toBe(false);
    expect(message?.fields.get('s_ad')).toEqual(['Unknown']);
    expect(codesOf(message?.warnings)).toEqual(['site placeholder_value']);
  });

  it('give way to the next place', () =>
    expect(
      read(fields, { site: 'unknown', page: 'p' }, { nothing })?.fields.get(
        's_site',
      ),
    ).toEqual(['p']));
});
