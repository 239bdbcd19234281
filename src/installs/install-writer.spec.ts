import { setImmediate as turn } from 'node:timers/promises';
import { DeadlineExceededError, QueueFullError } from '@app/batching';
import type { Install } from './install.entity';
import type { InstallRepository, NewInstall } from './install.repository';
import { InstallWriter } from './install-writer';

const anInstall = (install_id: string, more: Partial<Install> = {}) =>
  ({ project_id: 1, tracker: 'custom', install_id, ...more }) as Install;

const newInstall = (...those: Parameters<typeof anInstall>): NewInstall => ({
  install: anInstall(...those),
});

const databaseError = (code: string) =>
  Object.assign(new Error(`SQLSTATE ${code}`), { code });

/** A writer on a table without anything in it but what the test says. */
function createWriter(table: Partial<InstallRepository> = {}) {
  const insertNew = jest.fn(
    table.insertNew ??
      (async (sent) => new Set(sent.map(({ install }) => install.install_id))),
  );
  const findFirsts = jest.fn(table.findFirsts ?? (async () => []));
  const findSame = jest.fn(table.findSame ?? (async () => []));
  const repository = {
    insertNew,
    findFirsts,
    findSame,
  } as unknown as InstallRepository;
  return {
    writer: new InstallWriter(repository),
    insertNew,
    findFirsts,
    findSame,
  };
}

const idsOf = (calls: readonly (readonly [readonly NewInstall[]])[]) =>
  calls.map(([sent]) => sent.map(({ install }) => install.install_id));

/** A writer whose groups end when the test says so. */
function createHeldWriter() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const held = createWriter({
    insertNew: async (sent) => {
      await promise;
      return new Set(sent.map(({ install }) => install.install_id));
    },
  });
  const writeAll = (count: number) =>
    Promise.allSettled(
      Array.from({ length: count }, (_, i) =>
        held.writer.write(newInstall(String(i))),
      ),
    );
  return { ...held, writeAll, release: resolve };
}

describe('InstallWriter', () => {
  it('answers an install that was inserted as created', async () => {
    const { writer, findFirsts } = createWriter();
    const install = anInstall('a');
    expect(await writer.write({ install })).toEqual({
      status: 'created',
      install,
    });
    expect(findFirsts).not.toHaveBeenCalled();
  });

  it.each<[string, Partial<Install>, Partial<Install>]>([
    ['id', { id: 'i' }, { id: 'i', fingerprint: null }],
    ['fingerprint', { fingerprint: 'f' }, { id: null, fingerprint: 'f' }],
  ])('answers the first of a duplicate by its %s', async (_, sent, kept) => {
    const first = anInstall('first', kept);
    const others = [
      anInstall('other project', { ...kept, project_id: 2 }),
      anInstall('other tracker', { ...kept, tracker: 'other' }),
      anInstall('other id', { id: 'j', fingerprint: null }),
      anInstall('other fingerprint', { id: null, fingerprint: 'g' }),
    ];
    const { writer } = createWriter({
      insertNew: async () => new Set(),
      findFirsts: async () => [first, ...others],
    });
    expect(await writer.write(newInstall('a', sent))).toEqual({
      status: 'duplicate',
      install: first,
    });
  });

  it.each([
    [
      'that PostgreSQL names',
      'Failing row contains (1, b0b, custom, ...).',
      ['abc', 'ac'],
    ],
    [
      'of another group',
      'Failing row contains (1, dead, custom, ...).',
      ['abc', 'a', 'bc', 'b', 'c'],
    ],
    ['that nobody names', undefined, ['abc', 'a', 'bc', 'b', 'c']],
  ])('finds a row %s', async (_, detail, groups) => {
    const names: Record<string, string> = { a: 'a', b0b: 'b', c: 'c' };
    const { writer, insertNew } = createWriter({
      insertNew: async (sent) => {
        const ids = sent.map(({ install }) => install.install_id);
        if (ids.includes('b0b')) {
          throw Object.assign(databaseError('23514'), { detail });
        }
        return new Set(ids);
      },
    });
    const settled = await Promise.allSettled(
      Object.keys(names).map((id) => writer.write(newInstall(id))),
    );
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(
      idsOf(insertNew.mock.calls).map((ids) =>
        ids.map((id) => names[id]).join(''),
      ),
    ).toEqual(groups);
  });

  it('asks for the first ones of the duplicates alone', async () => {
    const first = anInstall('first', { id: 'i' });
    const { writer, findFirsts, findSame } = createWriter({
      insertNew: async () => new Set(['a']),
      findFirsts: async () => [first],
    });
    const written = await Promise.all([
      writer.write(newInstall('a', { id: 'h' })),
      writer.write(newInstall('b', { id: 'i' })),
    ]);
    expect(written.map(({ status }) => status)).toEqual([
      'created',
      'duplicate',
    ]);
    expect(findFirsts.mock.calls).toEqual([[[anInstall('b', { id: 'i' })]]]);
    expect(findSame).not.toHaveBeenCalled();
  });

  it('knows a replay again by its install_id, also with another repair', async () => {
    const stored = anInstall('a', { id: 'i' });
    const other = anInstall('b', { id: 'j' });
    const { writer, findSame } = createWriter({
      insertNew: async () => new Set(),
      findFirsts: async () => [other],
      findSame: async () => [stored],
    });
    const again = newInstall('a', { id: 'k' });
    expect(
      await Promise.all([
        writer.write(again),
        writer.write(newInstall('c', { id: 'j' })),
      ]),
    ).toEqual([
      { status: 'duplicate', install: stored },
      { status: 'duplicate', install: other },
    ]);
    expect(findSame.mock.calls).toEqual([[[again.install]]]);
  });

  it('looks for a replay that nothing but its install_id tells from others by that alone', async () => {
    const stored = anInstall('a');
    const { writer, findFirsts } = createWriter({
      insertNew: async () => new Set(),
      findSame: async () => [anInstall('b'), stored],
    });
    expect(await writer.write(newInstall('a'))).toEqual({
      status: 'duplicate',
      install: stored,
    });
    expect(findFirsts).not.toHaveBeenCalled();
  });

  it.each(['22003', '22P02', '23514', '54000'])(
    'searches a group for what the database refuses with %s',
    async (code) => {
      const { writer, insertNew } = createWriter({
        insertNew: async (sent) => {
          const ids = sent.map(({ install }) => install.install_id);
          if (ids.includes('bad')) throw databaseError(code);
          return new Set(ids);
        },
      });
      const written = await Promise.allSettled(
        ['a', 'bad'].map((id) => writer.write(newInstall(id))),
      );
      expect(written.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
      ]);
      expect(idsOf(insertNew.mock.calls)).toEqual([
        ['a', 'bad'],
        ['a'],
        ['bad'],
      ]);
    },
  );

  it.each(['40001', '40P01'])('tries again after %s', async (code) => {
    const { writer, insertNew } = createWriter();
    insertNew.mockRejectedValueOnce(databaseError(code));
    await expect(writer.write(newInstall('a'))).resolves.toMatchObject({
      status: 'created',
    });
  });

  it('tries three times again, and no more', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const { writer, insertNew } = createWriter();
    insertNew.mockRejectedValue(databaseError('40P01'));
    await expect(writer.write(newInstall('a'))).rejects.toThrow('40P01');
    expect(insertNew).toHaveBeenCalledTimes(4);
    jest.restoreAllMocks();
  });

  it.each<[string, unknown]>([
    ['57P01', databaseError('57P01')],
    ['42P01', databaseError('42P01')],
    ['122P02', databaseError('122P02')],
    ['22P021', databaseError('22P021')],
    ['140001', databaseError('140001')],
    ['40P011', databaseError('40P011')],
    ['no code', new Error('lost')],
    ['no error', { code: '22003' }],
  ])('neither searches nor tries again after %s', async (_, error) => {
    const { writer, insertNew } = createWriter({
      insertNew: () => Promise.reject(error),
    });
    const written = await Promise.allSettled([
      writer.write(newInstall('a')),
      writer.write(newInstall('b')),
    ]);
    expect(written).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ]);
    expect(insertNew).toHaveBeenCalledTimes(1);
  });

  describe('while the database is busy', () => {
    it('sends four groups of a hundred, and lets the rest wait', async () => {
      const { writeAll, insertNew } = createHeldWriter();
      void writeAll(500);
      await turn();
      expect(insertNew.mock.calls.map(([group]) => group.length)).toEqual([
        100, 100, 100, 100,
      ]);
    });

    it('lets 4,000 wait, and refuses the next', async () => {
      const { writer, writeAll } = createHeldWriter();
      void writeAll(4_000);
      await expect(writer.write(newInstall('x'))).rejects.toThrow(
        QueueFullError,
      );
    });

    it('refuses what has waited longer than 400 ms', async () => {
      const now = jest.spyOn(performance, 'now').mockReturnValue(0);
      const { writeAll, release } = createHeldWriter();
      void writeAll(400);
      await turn();
      const early = writeAll(1);
      now.mockReturnValue(1);
      const late = writeAll(1);
      now.mockReturnValue(401);
      release();
      expect(await early).toEqual([
        { status: 'rejected', reason: expect.any(DeadlineExceededError) },
      ]);
      expect(await late).toEqual([
        expect.objectContaining({ status: 'fulfilled' }),
      ]);
      jest.restoreAllMocks();
    });

    it('does not end before all has been written', async () => {
      const { writer, writeAll, release } = createHeldWriter();
      const log: string[] = [];
      const written = writeAll(1).then(() => log.push('written'));
      const ended = writer
        .onApplicationShutdown()
        .then(() => log.push('ended'));
      await turn();
      release();
      await Promise.all([written, ended]);
      expect(log).toEqual(['written', 'ended']);
    });
  });
});
