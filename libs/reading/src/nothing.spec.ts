import * as fc from 'fast-check';
import { readNothing } from './nothing';

const MANY = 100_000;

describe('readNothing', () => {
  it.each([
    ['', 'empty'],
    ['null', 'placeholder_value'],
    ['NULL', 'placeholder_value'],
    ['(null)', 'placeholder_value'],
    ['(Null)', 'placeholder_value'],
    ['undefined', 'placeholder_value'],
    ['None', 'placeholder_value'],
    ['nil', 'placeholder_value'],
    ['N/A', 'placeholder_value'],
    ['00000000-0000-0000-0000-000000000000', 'zero_identifier'],
    ['000000000000-0000-0000-000000000000', 'zero_identifier'],
    ['00000000000000000000000000000000', 'zero_identifier'],
    ['{x}', 'unexpanded_macro'],
    ['{X}', 'unexpanded_macro'],
    ['{a.b}', 'unexpanded_macro'],
    ['{@a.b}', 'unexpanded_macro'],
    ['{cl?Name}', 'unexpanded_macro'],
    ['{x:hash}', 'unexpanded_macro'],
    ['{{x}}', 'unexpanded_macro'],
    ['{{campaign.name}}', 'unexpanded_macro'],
    ['${X}', 'unexpanded_macro'],
    ['${(a.b)!}', 'unexpanded_macro'],
    ['${(touch.~campaign)!}', 'unexpanded_macro'],
    ['%%IDFA%%', 'unexpanded_macro'],
    ['##ID##', 'unexpanded_macro'],
    ['__CAMPAIGN_NAME__', 'unexpanded_macro'],
    ['__campaign__', 'unexpanded_macro'],
  ])('reads %j as %s in every field', (text, nothing) => {
    expect(readNothing(text, 'text')).toBe(nothing);
    expect(readNothing(text, 'value')).toBe(nothing);
  });

  it.each([
    '[x]',
    '[CLICK_ID]',
    '(x)',
    '(clickid)',
    '$X',
    '$a.b',
    '$_x',
    '%x%',
    '%ADID%',
    'TS{x}',
    'TS{hit.id}',
    'ts{x}',
  ])('reads %j as a macro, but not in text', (text) => {
    expect(readNothing(text, 'text')).toBeUndefined();
    expect(readNothing(text, 'value')).toBe('unexpanded_macro');
  });

  it.each([
    'NA',
    'Unknown',
    'organic',
    'nullable',
    'anil',
    'none.',
    '0',
    '0000-0000',
    '00000000-0000-0000-0000-000000000001',
    '100000000000000000000000000000000',
    '{}',
    '{{}}',
    '{x',
    'x}',
    '{a b}',
    '{a}{b}',
    '{{a}',
    '{a}}',
    '{{{a}}}',
    'a{x}',
    '{x}b',
    '${}',
    '%%%%',
    '%%a b%%',
    '%%a%',
    '%',
    '%%',
    '####',
    '##a#b##',
    '#a#',
    '____',
    '_x_',
    '__x',
    '[]',
    '[a b]',
    '[[x]]',
    '[a][b]',
    '()',
    '((x))',
    '(a b)',
    '$',
    '$5',
    '$5.00',
    '$$',
    '%5',
    'TS{}',
    'XTS{x}',
  ])('takes %j for a value', (text) => {
    expect(readNothing(text, 'text')).toBeUndefined();
    expect(readNothing(text, 'value')).toBeUndefined();
  });

  it('takes every percent macro for a macro, however long', () => {
    expect(readNothing(`%${'x'.repeat(MANY)}%`, 'value')).toBe(
      'unexpanded_macro',
    );
  });

  it.each(['{', '{{', '${', 'TS{', '%', '%%', '##', '__', '[', '(', '$', '0'])(
    'finishes on a long text that begins with %j',
    (start) => {
      for (const filler of [start, 'a', '_', '0']) {
        const text = `${start}${filler.repeat(MANY)}!`;
        expect(readNothing(text, 'value')).toBeUndefined();
      }
    },
  );

  it('finds no more in text than in a value', () => {
    const nearlyMacros = fc.string({
      unit: fc.constantFrom(...'{}[]()$%#_TSx0- '.split(''), '\uD800'),
    });
    fc.assert(
      fc.property(nearlyMacros, (text) => {
        const inText = readNothing(text, 'text');
        const inValue = readNothing(text, 'value');
        expect(inText ?? inValue).toBe(inValue);
      }),
    );
  });

  it('does not care about the letter case', () => {
    const texts = ['(null)', 'n/a', '{Ab}', '__Ab__', '$Ab', 'TS{Ab}', 'NA'];
    fc.assert(
      fc.property(
        fc
          .constantFrom(...texts)
          .chain((text) => fc.mixedCase(fc.constant(text))),
        (text) => {
          expect(readNothing(text, 'value')).toBe(
            readNothing(text.toLowerCase(), 'value'),
          );
        },
      ),
    );
  });
});
