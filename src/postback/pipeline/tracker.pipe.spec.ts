import type { ApiKeyCaller } from '../../access/caller';
import { NotAnInstallError } from './not-an-install.error';
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
  it('maps the names of the tracker to canonical fields, and passes on the envelope', () => {
    const adapted = transform({ kind: 'install', idfa: 'x' });
    expect(adapted).toMatchObject({ ...ENVELOPE, tracker: 'acme', faults: [] });
    expect(adapted.fields.get('ios_ifa')).toEqual(['x']);
    expect(adapted.namesOf('ios_ifa')).toEqual(['idfa']);
  });

  it('throws for a message that is not an install', () =>
    expect(() => transform({ kind: 'session' })).toThrow(NotAnInstallError));

  it('reports why it cannot tell whether a message is an install', () =>
    expect(transform({}).faults).toMatchObject([{ field: 'kind' }]));
});
