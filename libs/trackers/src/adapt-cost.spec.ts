import { codesOf, read } from '../test/read';
import type { SentValue } from './message';

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
    ['not sent', {}, undefined, []],
    [
      'in dollars, without the reason that the declaration requires',
      { paid: '1', in: 'usd' },
      undefined,
      ['paid cost_not_per_install'],
    ],
    [
      'in dollars, if the declaration has no reason',
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
    ['empty', { paid: '', in: 'EUR' }, undefined, []],
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

  it('is reported under the name that was sent', () =>
    expect(
      read({}, { paid2: '1', in2: 'USD' }, { costs })?.namesOf('cost'),
    ).toEqual(['paid2']));
});
