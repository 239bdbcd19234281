import { codesOf, INSTALLS, object, read } from '../test/read';
import type { SentValue } from './message';

const kinds = (
  absent: 'holds' | 'fails' | 'refused',
  more: { exact?: true; name?: string[] } = {},
) => ({
  installs: [{ name: 'kind', is: ['install'], absent, ...more }],
});

describe('a message is an install', () => {
  it.each<[string, SentValue | readonly SentValue[], boolean]>([
    ['with the right word', 'install', true],
    ['in any letter case', ' INSTALL ', true],
    ['with a repeated word', ['install', 'install'], true],
    ['not with another word', 'session', false],
    ['not with a boolean', true, false],
  ])('%s', (_, kind, isInstall) =>
    expect(read({}, { kind }) !== undefined).toBe(isInstall),
  );

  it('only in one letter case, if the condition is exact', () => {
    const message = kinds('holds', { exact: true });
    expect(read({}, { kind: 'install' }, message)).toBeDefined();
    expect(read({}, { kind: 'Install' }, message)).toBeUndefined();
  });

  it('by the first of several names that has a value', () => {
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
  ] as const)(
    'by the rule for an absent name: %s',
    (absent, isRead, faults) => {
      const message = read({}, {}, kinds(absent));
      expect(message !== undefined).toBe(isRead);
      expect(codesOf(message?.faults)).toEqual(faults);
    },
  );

  it('not with a macro, and the fault explains that', () => {
    const [fault] = read({}, { kind: '{kind}' }, kinds('refused'))!.faults;
    expect(fault.message).toMatch(
      /install\. kind was sent, but it has no value/,
    );
    const [plain] = read({}, {}, kinds('refused'))!.faults;
    expect(plain.message).toMatch(/install$/);
  });

  it('with a fault if there are two different words', () =>
    expect(codesOf(read({}, { kind: ['install', 'open'] })?.faults)).toEqual([
      'kind conflicting_values',
    ]));

  it.each<[string, SentValue]>([
    ['an array', ['install']],
    ['an object', object({ is: 'install' })],
  ])('with a fault if the value is %s', (_, kind) =>
    expect(
      codesOf(read({}, { kind: [kind] }, kinds('refused'))?.faults),
    ).toEqual(['kind invalid_type']),
  );

  it('not with an empty object', () =>
    expect(
      codesOf(read({}, { kind: object({}) }, kinds('refused'))?.faults),
    ).toEqual(['kind required']));

  it('if all conditions hold; all faults are reported', () => {
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

  it('with the event name install', () =>
    expect(
      read({ event_name: 'kind' }, { kind: 'INSTALL' })?.fields.get(
        'event_name',
      ),
    ).toEqual(['install']));
});
