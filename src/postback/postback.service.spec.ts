import type { BackgroundInstallWriter } from '../installs/background-install-writer';
import type { Install } from '../installs/install.entity';
import type { NewInstall } from '../installs/install.repository';
import type { InstallWriter, WrittenInstall } from '../installs/install-writer';
import type { InstallFields } from '../fields/install-fields';
import { fingerprintOf } from './pipeline/fingerprint';
import type { Postback } from './pipeline/postback';
import { PostbackService } from './postback.service';
import type { Warning } from './pipeline/warning';

const UUIDV7 =
  /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const NOW = new Date();
const CLICKED = new Date(NOW.getTime() - 1_000);
const FIRST_TIME = new Date(NOW.getTime() - 60_000);

const WARNINGS: Warning[] = [
  { field: 'x', code: 'unknown_field', message: 'unknown' },
];

const fields = {
  publisher_name: 'P',
  install_timestamp: NOW,
  click_timestamp: CLICKED,
} satisfies InstallFields;

interface Sent {
  readonly id?: string;
  readonly dedupeWithoutId?: boolean;
  readonly defaulted?: readonly string[];
  readonly more?: Partial<InstallFields>;
}

function newPostback({
  id,
  dedupeWithoutId = true,
  defaulted = [],
  more,
}: Sent): Postback {
  return {
    caller: { projectId: 7, dedupeWithoutId },
    tracker: 'custom',
    arrivedAt: performance.now(),
    install: { received_at: NOW, ...fields, id, ...more },
    defaulted: new Set(defaulted),
    warnings: WARNINGS,
  } as unknown as Postback;
}

/** A service with a fake writer. `written`: the installs that it received. */
function createService(
  answer: (install: Install) => WrittenInstall | Promise<WrittenInstall>,
) {
  const written: Install[] = [];
  const sent: NewInstall[] = [];
  const write = async (each: NewInstall) => {
    sent.push(each);
    written.push(each.install);
    return answer(each.install);
  };
  const writer = { write } as unknown as InstallWriter;
  const inBackground: NewInstall[] = [];
  const backgroundWriter = {
    write: (each: NewInstall) => {
      inBackground.push(each);
      return write(each);
    },
  } as unknown as BackgroundInstallWriter;
  const service = new PostbackService(writer, backgroundWriter);
  return { service, written, sent, inBackground };
}

const createdService = () =>
  createService((install) => ({ status: 'created', install }));

/** A service that reports each install as a duplicate of one with these changes. */
const duplicateService = (changes: Partial<Install>) =>
  createService((install) => ({
    status: 'duplicate',
    install: {
      ...install,
      install_id: 'first',
      received_at: FIRST_TIME,
      ...changes,
    },
  }));

async function writtenOf(sent: Sent): Promise<Install> {
  const { service, written } = createdService();
  await service.record(newPostback(sent));
  return written[0];
}

describe('PostbackService', () => {
  it('stores the fields with project, tracker and time of arrival', async () => {
    expect(await writtenOf({ id: 'i', more: { cost: 0.12 } })).toEqual({
      ...fields,
      id: 'i',
      cost: 0.12,
      project_id: 7,
      install_id: expect.stringMatching(UUIDV7),
      tracker: 'custom',
      received_at: NOW,
    });
  });

  it('passes on the warnings to be counted', async () => {
    const { service, sent } = createdService();
    const postback = newPostback({ id: 'i' });
    await service.record({
      ...postback,
      warnings: [...WARNINGS, ...WARNINGS],
    });
    expect(sent).toMatchObject([
      { warnings: WARNINGS.map(({ code }) => code), isReplay: false },
    ]);
  });

  it('stores a replay with the given install_id', async () => {
    const { service, sent } = createdService();
    const name = '019aad1c-4c00-7000-8000-000000000000';
    await service.record(newPostback({ id: 'i' }), name);
    expect(sent).toMatchObject([
      { install: { install_id: name }, isReplay: true },
    ]);
  });

  it('stores a replay with the background writer', async () => {
    const { service, inBackground } = createdService();
    await service.record(newPostback({ id: 'postback' }));
    expect(inBackground).toEqual([]);
    await service.record(newPostback({ id: 'replay' }), 'name');
    expect(inBackground).toMatchObject([{ install: { id: 'replay' } }]);
  });

  it('returns the created install and the warnings', async () => {
    const { service, written } = createdService();
    expect(await service.record(newPostback({ id: 'i' }))).toStrictEqual({
      status: 'created',
      install_id: written[0].install_id,
      received_at: NOW,
      warnings: WARNINGS,
    });
  });

  it('returns the existing install for a duplicate', async () => {
    const { service } = duplicateService({});
    expect(await service.record(newPostback({ id: 'i' }))).toStrictEqual({
      status: 'duplicate',
      install_id: 'first',
      received_at: FIRST_TIME,
      differs: [],
      warnings: WARNINGS,
    });
  });

  describe('recognises a duplicate without id by its fingerprint', () => {
    it('if it has an install_timestamp', async () => {
      const { fingerprint } = await writtenOf({});
      expect(fingerprint).toBe(fingerprintOf(fields));
    });

    it.each<[string, Sent]>([
      ['it has an id', { id: 'i' }],
      ['the project has turned this off', { dedupeWithoutId: false }],
      [
        'install_timestamp has its default',
        { defaulted: ['install_timestamp'] },
      ],
    ])('but not if %s', async (_, sent) => {
      expect((await writtenOf(sent)).fingerprint).toBeUndefined();
    });

    it('also if click_timestamp has its default', async () => {
      const { fingerprint } = await writtenOf({
        defaulted: ['click_timestamp'],
      });
      expect(fingerprint).toBeDefined();
    });
  });

  describe('reports the fields in which a duplicate differs', () => {
    it.each<[string, Partial<InstallFields>, Partial<Install>, string[]]>([
      ['another text', { s_ad: 'a' }, { s_ad: 'b' }, ['s_ad']],
      ['another amount', { cost: 1 }, { cost: 2 }, ['cost']],
      [
        'another time',
        {},
        { install_timestamp: FIRST_TIME },
        ['install_timestamp'],
      ],
      ['the same time', {}, { install_timestamp: new Date(NOW) }, []],
      ['a new value', { s_ad: 'a' }, { s_ad: null }, ['s_ad']],
      ['a missing value', {}, { s_ad: 'a' }, ['s_ad']],
      ['a value that neither has', {}, { s_ad: null }, []],
      ['not a column that is not a field', {}, { tracker: 'other' }, []],
    ])('%s', async (_, more, changes, differs) => {
      const { service } = duplicateService(changes);
      const result = await service.record(newPostback({ id: 'i', more }));
      expect(result.differs).toEqual(differs);
    });

    it('not a field with a default value', async () => {
      const { service } = duplicateService({ click_timestamp: FIRST_TIME });
      const result = await service.record(
        newPostback({ id: 'i', defaulted: ['click_timestamp'] }),
      );
      expect(result.differs).toEqual([]);
    });
  });

  it('throws the error of the writer', async () => {
    const { service } = createService(() => Promise.reject(new Error('full')));
    await expect(service.record(newPostback({}))).rejects.toThrow('full');
  });
});
