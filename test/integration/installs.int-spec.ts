import { randomUUID, randomUUIDv7 } from 'node:crypto';
import {
  InstallWriter,
  type WrittenInstall,
} from '../../src/installs/install-writer';
import type { Install } from '../../src/installs/install.entity';
import { InstallRepository } from '../../src/installs/install.repository';
import { startApp, type TestApp } from '../support/app';
import { NO_VALUES } from '../support/fields';
import { makeProject } from '../support/management';

const NOTHING = { ...NO_VALUES, fingerprint: null };

let app: TestApp;
let repository: InstallRepository;
let write: (install: Install) => Promise<WrittenInstall>;
let insertNew: (installs: readonly Install[]) => Promise<Set<string>>;
let project: number;

beforeAll(async () => {
  app = await startApp();
  const writer = app.app.get(InstallWriter, { strict: false });
  repository = app.app.get(InstallRepository, { strict: false });
  write = (install) => writer.write({ install });
  insertNew = (installs) =>
    repository.insertNew(installs.map((install) => ({ install })));
});

beforeEach(async () => {
  project = await makeProject(app);
});

afterAll(() => app.close());

function anInstall(values: Partial<Install> = {}): Install {
  const received_at = new Date('2026-11-23T12:00:00.123Z');
  return {
    ...NOTHING,
    project_id: project,
    install_id: randomUUIDv7(),
    tracker: 'custom',
    received_at,
    publisher_name: 'Publisher',
    install_timestamp: received_at,
    click_timestamp: received_at,
    ...values,
  };
}

async function storedCount(): Promise<number> {
  const { rows } = await app.db.query<{ count: number }>(
    'select count(*)::int as count from install where project_id = $1',
    [project],
  );
  return rows[0].count;
}

/** The same installs in another order, by another `install_id`. */
function shuffledCopies(installs: readonly Install[]): Install[] {
  return installs
    .map((install) => ({ ...install, install_id: randomUUIDv7() }))
    .toSorted((a, b) => hash(a.install_id) - hash(b.install_id));
}

/** The end of a UUIDv7 is random. */
function hash(uuid: string): number {
  return Number.parseInt(uuid.slice(-8), 16);
}

describe.each([
  ['id', () => ({ id: randomUUID() })],
  ['fingerprint', () => ({ fingerprint: randomUUID() })],
])('an install with %s', (_, newKey) => {
  it('is created, and its repeat is a duplicate that names the first', async () => {
    const key = newKey();
    const first = anInstall({ ...key, cost: 1 });
    const repeat = anInstall({ ...key, cost: 2 });

    expect(await write(first)).toMatchObject({ status: 'created' });
    const { status, install } = await write(repeat);
    expect(status).toBe('duplicate');
    expect(install).toMatchObject({ install_id: first.install_id, cost: 1 });
    expect(await storedCount()).toBe(1);
  });

  it('is another install by another tracker', async () => {
    const key = newKey();
    const one = anInstall({ ...key, tracker: 'custom' });
    const other = anInstall({ ...key, tracker: 'other' });
    expect((await write(one)).status).toBe('created');
    expect((await write(other)).status).toBe('created');
    const repeat = await write(anInstall({ ...key, tracker: 'other' }));
    expect(repeat.install.install_id).toBe(other.install_id);
  });

  it('is another install in another project', async () => {
    const key = newKey();
    const other = await makeProject(app);
    const one = anInstall({ ...key });
    const elsewhere = anInstall({ ...key, project_id: other });
    expect((await write(one)).status).toBe('created');
    expect((await write(elsewhere)).status).toBe('created');
    const repeat = await write(anInstall({ ...key, project_id: other }));
    expect(repeat.install.install_id).toBe(elsewhere.install_id);
  });

  it('is created once, by whichever of many writers at once', async () => {
    const key = newKey();
    const copies = Array.from({ length: 30 }, () => anInstall({ ...key }));
    const written = await Promise.all(copies.map((copy) => write(copy)));
    expect(written.filter(({ status }) => status === 'created')).toHaveLength(
      1,
    );
    expect(new Set(written.map(({ install }) => install.install_id)).size).toBe(
      1,
    );
    expect(await storedCount()).toBe(1);
  });

  it('is created once when a batch holds it twice: the first of the two', async () => {
    const key = newKey();
    const [first, second] = [anInstall({ ...key }), anInstall({ ...key })];
    const between = anInstall({ id: randomUUID() });
    const inserted = await insertNew([first, between, second]);
    expect(inserted).toEqual(new Set([first.install_id, between.install_id]));
  });

  it('is inserted beside those of its batch that were there before', async () => {
    const old = anInstall(newKey());
    await insertNew([old]);
    const fresh = anInstall(newKey());
    const again = { ...old, install_id: randomUUIDv7() };
    expect(await insertNew([again, fresh])).toEqual(
      new Set([fresh.install_id]),
    );
    expect(await storedCount()).toBe(2);
  });

  it('does not deadlock in shuffled batches that overlap, and is inserted by one of them', async () => {
    const installs = Array.from({ length: 200 }, () => anInstall(newKey()));
    const batches = Array.from({ length: 8 }, () => shuffledCopies(installs));
    const inserted = await Promise.all(
      batches.map((batch) => insertNew(batch)),
    );
    expect(inserted.reduce((sum, { size }) => sum + size, 0)).toBe(200);
    expect(await storedCount()).toBe(200);
    const { rows } = await app.db.query(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    );
    expect(rows).toEqual([{ deadlocks: 0 }]);
  });
});

it('creates every install that has neither id nor fingerprint', async () => {
  const one = anInstall();
  const other = { ...one, install_id: randomUUIDv7() };
  expect((await write(one)).status).toBe('created');
  expect((await write(other)).status).toBe('created');
  expect(await storedCount()).toBe(2);
});

it.each([
  ['letter case', 'abc', 'ABC'],
  ['Unicode form', 'caf\u00e9', 'cafe\u0301'],
  ['a space inside', 'a b', 'a  b'],
  ['an invisible character', 'ab', 'a\u200bb'],
  ['a character beyond the 16 bits', '\u{1f3ae}', '\u{1f3af}'],
])('tells ids apart byte for byte: %s', async (_, a, b) => {
  expect((await write(anInstall({ id: a }))).status).toBe('created');
  expect((await write(anInstall({ id: b }))).status).toBe('created');
});

it('takes an id of 255 bytes, however little it can be compressed', async () => {
  const id = Array.from({ length: 16 }, randomUUID).join('').slice(0, 255);
  expect((await write(anInstall({ id }))).status).toBe('created');
  expect((await write(anInstall({ id }))).status).toBe('duplicate');
});

it('is told of as created only once it is committed', async () => {
  const install = anInstall({ id: randomUUID() });
  await write(install);
  // Another connection sees it.
  const { rowCount } = await app.db.query(
    'select from install where install_id = $1',
    [install.install_id],
  );
  expect(rowCount).toBe(1);
});

describe('what was stored', () => {
  const FULL: Partial<Install> = {
    received_at: new Date('2026-11-23T12:00:00.001Z'),
    install_timestamp: new Date('2008-07-10T00:00:00.999Z'),
    click_timestamp: new Date('2026-11-24T11:59:59.010Z'),
    publisher_name: 'Zażółć \u{1f3ae} \'";\\ -- $1 ? %s',
    campaign_name: 'x'.repeat(1_024),
    campaign_id: '0',
    country_code: 'DE',
    s_publisher_name: 'null',
    s_publisher: 'NULL',
    s_campaign_name: 'true',
    s_campaign: '{1,2}',
    s_site_name: '[US]',
    s_site: '\u202eabc',
    s_adgroup_name: '{"a":1}',
    s_adgroup: 'a\u00a0b',
    s_ad_name: '1e5',
    s_ad: '-',
    s_keyword_name: '\\N',
    s_placement_name: "it''s",
    device_model: 'Pixel 4',
    device_brand: 'Google',
    event_name: 'install',
    cost: 999_999.999999,
    id: '\u{1f3ae}id',
    ios_ifa: '6d92078a-8246-4ba4-ae5b-76104861e7dc',
    ios_ifv: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
    google_aid: '01234567-89ab-cdef-0123-456789abcdef',
    windows_aid: '0f8fad5b-d9cb-469f-a165-70867728950e',
    os_id: '12345678901234567890',
    user_id: ' inner  space ',
  };

  it.each<[string, Partial<Install>]>([
    ['with all fields', FULL],
    ['with no field but the required', {}],
    ['with a fingerprint', { fingerprint: randomUUID() }],
  ])('comes back as it was: %s', async (_, values) => {
    const install = anInstall(values);
    await write(install);
    const found = await repository.find(project, install.install_id);
    expect({ ...found }).toEqual(install);
  });

  it.each([0, 0.000001, 0.1, 0.12, 1.005, 3, 123_456.789012, 999_999.999999])(
    'has a cost of exactly %d',
    async (cost) => {
      const install = anInstall({ cost });
      await write(install);
      const found = await repository.find(project, install.install_id);
      expect(found?.cost).toBe(cost);
      const { rows } = await app.db.query<{ cost: string }>(
        'select cost from install where install_id = $1',
        [install.install_id],
      );
      expect(rows[0].cost).toBe(cost.toFixed(6));
    },
  );

  it('has no cost, and not 0, where none was sent', async () => {
    const install = anInstall({ id: randomUUID() });
    await write(install);
    const { rows } = await app.db.query(
      'select cost from install where install_id = $1',
      [install.install_id],
    );
    expect(rows).toEqual([{ cost: null }]);
    const repeat = anInstall({ id: install.id });
    expect((await write(repeat)).install.cost).toBeNull();
  });

  it('is found in its own project only', async () => {
    const install = anInstall();
    await write(install);
    const other = await makeProject(app);
    expect(await repository.find(other, install.install_id)).toBeNull();
    expect(await repository.list(other, {}, { limit: 50 })).toEqual({
      data: [],
      next_cursor: null,
    });
  });
});
