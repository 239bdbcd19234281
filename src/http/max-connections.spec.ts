import type { Env } from '../config/env';
import { maxConnections } from './max-connections';

describe('the connections that may be open at once', () => {
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['as many as are set', 20_000, 10_000],
    ['as many as are set where files have no limit', 'unlimited', 10_000],
    ['no more than the process may open files', 1_024, 914],
    ['one at least', 64, 1],
  ])('are %s', (_, soft, expected) => {
    jest.spyOn(process.report, 'getReport').mockReturnValue({
      userLimits: { open_files: { soft, hard: soft } },
    });
    const env = { MAX_CONNECTIONS: 10_000, DATABASE_POOL_SIZE: 10 } as Env;
    expect(maxConnections(env)).toBe(expected);
  });
});
