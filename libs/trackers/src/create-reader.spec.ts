import { object, read } from '../test/read';
import type { SentValue } from './message';

describe('unknown names', () => {
  it('are the names that the declaration does not contain', () => {
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

describe('an organic install', () => {
  const organic = { name: 'paid', is: ['false'], absent: 'holds' } as const;
  const publisherOf = (sent: Record<string, SentValue>) =>
    read({ publisher_name: 'from' }, sent, { organic })?.fields.get(
      'publisher_name',
    );

  it.each<[string, Record<string, SentValue>, SentValue[] | undefined]>([
    ['has no publisher', {}, ['organic']],
    ['has an empty publisher', { from: '' }, ['', 'organic']],
    [
      'has a placeholder as publisher, which stays for a warning',
      { from: 'null' },
      ['null', 'organic'],
    ],
    ['is marked as not paid', { paid: false }, ['organic']],
  ])('%s', (_, sent, values) => expect(publisherOf(sent)).toEqual(values));

  it.each<[string, Record<string, SentValue>, SentValue[] | undefined]>([
    ['has a publisher', { from: 'P' }, ['P']],
    [
      'has a macro that was not expanded as publisher',
      { from: '{from}' },
      ['{from}'],
    ],
    ['was paid for', { paid: true }, undefined],
    ['has an object as the mark', { paid: object({ by: 'P' }) }, undefined],
  ])('is not one that %s', (_, sent, values) =>
    expect(publisherOf(sent)).toEqual(values),
  );
});
