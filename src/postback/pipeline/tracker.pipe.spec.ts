import type { ApiKeyCaller } from '../../access/caller';
import { Ignored } from './ignored';
import type { TrackerWithMessage } from './tracker-with-message';
import { TrackerPipe } from './tracker.pipe';

const ACME = {
  name: 'acme',
  fields: { ios_ifa: 'idfa' },
  message: {
    installs: [{ name: 'kind', is: ['install'], absent: 'refused' }],
  },
} as unknown as TrackerWithMessage;

const ENVELOPE = {
  caller: { keyId: 'k' } as ApiKeyCaller,
  arrivedAt: 7,
  receivedAt: new Date('2026-11-23T12:00:00Z'),
};

const transform = (fields: Record<string, string>) =>
  new TrackerPipe(ACME).transform({
    ...ENVELOPE,
    fields: new Map(
      Object.entries(fields).map(([name, value]) => [name, [value]]),
    ),
  });

describe('TrackerPipe', () => {
  it('turns the names of the tracker into ours, and keeps the envelope', () => {
    const adapted = transform({ kind: 'install', idfa: 'x' });
    expect(adapted).toMatchObject({ ...ENVELOPE, tracker: 'acme', faults: [] });
    expect(adapted.fields.get('ios_ifa')).toEqual(['x']);
    expect(adapted.namesOf('ios_ifa')).toEqual(['idfa']);
  });

  it('throws what is no install', () =>
    expect(() => transform({ kind: 'session' })).toThrow(Ignored));

  it('hands on why it cannot be told what a message is', () =>
    expect(transform({}).faults).toMatchObject([{ field: 'kind' }]));
});
