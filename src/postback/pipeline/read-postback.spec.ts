import { POSTBACK_SOURCES } from './postback-source';
import { pipesOf, readPostback } from './read-postback';

const [CUSTOM] = POSTBACK_SOURCES;

const SENT = {
  caller: { projectId: 1, dedupeWithoutId: true },
  arrivedAt: 0,
  receivedAt: new Date('2026-11-23T12:00:00Z'),
  fields: new Map([
    ['publisher_name', [' P ']],
    ['user_id', ['u']],
    ['click_timestamp', ['2026-11-23 12:00:01']],
  ]),
};

/** What Nest does with the pipes of a parameter. */
function applyPipes(value: unknown): unknown {
  const pipes: { transform(input: unknown): unknown }[] = pipesOf(CUSTOM);
  return pipes.reduce((input, pipe) => pipe.transform(input), value);
}

describe('readPostback', () => {
  it('returns a postback that is ready to be stored', () => {
    expect(readPostback(SENT, CUSTOM)).toMatchObject({
      tracker: 'custom',
      install: {
        publisher_name: 'P',
        install_timestamp: SENT.receivedAt,
        click_timestamp: new Date('2026-11-23T12:00:01Z'),
      },
      defaulted: new Set(['install_timestamp']),
      warnings: [{ code: 'click_after_install' }],
    });
  });

  it('does the same as the pipes of a request', () => {
    const { namesOf: _, ...read } = readPostback(SENT, CUSTOM);
    expect(applyPipes(SENT)).toMatchObject(read);
  });
});
