import { JsonObject } from '@app/reading';
import type { FieldTypeName } from './field-types';
import { readField, type SentValue } from './read-field';
import { CONFLICT, UNDECODABLE } from './unreadable';

const UUID = '01234567-89ab-cdef-0123-456789abcdef';
const NOON = new Date('2026-11-23T12:00:00Z');

describe('readField', () => {
  it.each<[FieldTypeName, string, unknown]>([
    ['text', 'Puzzle Game', 'Puzzle Game'],
    ['text', '[brackets]', '[brackets]'],
    ['text', 'lone \uD800', 'lone \uFFFD'],
    ['keyText', 'Aa-1', 'Aa-1'],
    ['keyText', 'lone \uD800', 'lone \uD800'],
    ['uuid', UUID.toUpperCase(), UUID],
    ['time', '2026-11-23 12:00:00', NOON],
    ['country', 'uk', 'GB'],
    ['usd', '1.50', 1.5],
    ['usd', '0', 0],
    ['event', 'Install', 'install'],
  ])('reads a %s %j to its canonical form', (type, sent, value) => {
    expect(readField(type, [sent])).toEqual({ value });
  });

  it.each<FieldTypeName>(['text', 'keyText'])('trims a %s', (type) => {
    expect(readField(type, [' \t a b\r\n'])).toEqual({ value: 'a b' });
  });

  it.each<[FieldTypeName, string]>([
    ['uuid', 'x'],
    ['time', 'yesterday'],
    ['country', 'Argentina'],
    ['usd', '-1'],
  ])('returns a %s that it cannot read unchanged, such as %j', (type, sent) => {
    expect(readField(type, [` ${sent} `])).toEqual({ value: sent });
  });

  it.each<[string, SentValue]>([
    ['a boolean', true],
    ['an array', []],
    ['an object', new JsonObject([])],
    ['a value that cannot be decoded', UNDECODABLE],
  ])('returns %s unchanged', (_, sent) => {
    expect(readField('text', [sent])).toEqual({ value: sent });
  });

  it.each<[string, SentValue]>([
    ['null', null],
    ['an empty text', ''],
    ['white space', ' \t'],
  ])('reads %s as not sent, without a reason', (_, sent) => {
    expect(readField('text', [sent])).toEqual({ value: undefined });
  });

  it.each<[FieldTypeName, string, string]>([
    ['text', ' None ', 'placeholder_value'],
    ['text', '{campaign}', 'unexpanded_macro'],
    ['keyText', '[id]', 'unexpanded_macro'],
    ['time', '[time]', 'unexpanded_macro'],
    ['uuid', '[idfa]', 'unexpanded_macro'],
    ['country', '[country]', 'unexpanded_macro'],
    ['usd', '[cost]', 'unexpanded_macro'],
    ['event', '[event]', 'unexpanded_macro'],
    ['uuid', '00000000-0000-0000-0000-000000000000', 'zero_identifier'],
  ])('reads a %s %j as not sent, with a reason', (type, sent, nothing) => {
    expect(readField(type, [sent])).toEqual({ value: undefined, nothing });
  });

  describe('with several values', () => {
    it.each<[FieldTypeName, SentValue[], unknown]>([
      ['text', ['a', ' a '], 'a'],
      ['usd', ['1', '1.0', '1e0'], 1],
      ['time', ['2026-11-23 12:00:00', '2026-11-23T13:00:00+01:00'], NOON],
      ['country', ['UK', 'gb'], 'GB'],
    ])(
      'reads %s %j as one value, because they read the same',
      (type, sent, one) => {
        expect(readField(type, sent)).toEqual({ value: one });
      },
    );

    it.each<[FieldTypeName, SentValue[]]>([
      ['text', ['a', 'b']],
      ['text', ['a', 'a', 'A']],
      ['time', ['2026-11-23 12:00:00', '2026-11-23 12:00:01']],
      ['time', ['2026-11-23 12:00:00', 'yesterday']],
      ['time', ['yesterday', '2026-11-23 12:00:00']],
      ['text', [[], []]],
    ])('reports a conflict between %s %j', (type, sent) => {
      expect(readField(type, sent)).toEqual({ value: CONFLICT });
    });

    it('skips values that mean nothing, and returns the reason', () => {
      expect(readField('text', ['', 'a', 'None', '{x}', null])).toEqual({
        value: 'a',
        nothing: 'placeholder_value',
      });
    });

    it('returns no value if all of them mean nothing', () => {
      expect(readField('text', ['', null])).toEqual({ value: undefined });
    });
  });
});
