import { type AddressInfo, createServer, type Server } from 'node:net';
import { DriverException } from '@mikro-orm/core';
import { Pool } from 'pg';
import { isDatabaseUnavailable } from './database-unavailable';

/** What node-postgres throws for an error that the server reports. */
function databaseError(code: string): Error {
  return Object.assign(new Error('as the server says it'), { code });
}

describe('isDatabaseUnavailable', () => {
  it.each([
    ['08000', 'connection exception'],
    ['08001', 'unable to establish the connection'],
    ['08003', 'connection does not exist'],
    ['08004', 'connection refused by the server'],
    ['08006', 'connection failure'],
    ['53000', 'insufficient resources'],
    ['53100', 'disk full'],
    ['53200', 'out of memory'],
    ['53300', 'too many connections'],
    ['57014', 'cancelled by a time-out'],
    ['57P01', 'shutting down'],
    ['57P02', 'crashed'],
    ['57P03', 'starting up'],
    ['58030', 'I/O error'],
    ['55P03', 'lock not granted in time'],
    ['40P01', 'deadlock'],
    ['40001', 'serialization failure'],
    ['25006', 'read-only during a fail-over'],
    ['ECONNREFUSED', 'nobody listens'],
    ['ECONNRESET', 'connection cut'],
    ['EPIPE', 'connection cut while writing'],
    ['ETIMEDOUT', 'no answer'],
    ['EHOSTUNREACH', 'no way to the machine'],
    ['ENETUNREACH', 'no way to the network'],
    ['ENOTFOUND', 'no such name'],
    ['EAI_AGAIN', 'the name server does not answer'],
  ])('is true for %s: %s', (code) => {
    expect(isDatabaseUnavailable(databaseError(code))).toBe(true);
  });

  it.each([
    ['22003', 'number out of range'],
    ['22021', 'NUL in a text'],
    ['22P02', 'malformed value'],
    ['23502', 'null where none may be'],
    ['23505', 'not unique'],
    ['23514', 'check violated'],
    ['42601', 'syntax error'],
    ['42703', 'no such column'],
    ['42P01', 'no such table'],
    ['42501', 'not allowed'],
    ['54000', 'too large for an index'],
    ['21000', 'one row twice'],
    ['XX000', 'internal error'],
    ['ENOENT', 'no such file'],
    ['ERR_INVALID_ARG_TYPE', 'a bug'],
    ['', 'no code'],
  ])('is false for %s: %s', (code) => {
    expect(isDatabaseUnavailable(databaseError(code))).toBe(false);
  });

  it.each([
    'timeout exceeded when trying to connect',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Connection terminated',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
  ])('is true for the message "%s"', (message) => {
    expect(isDatabaseUnavailable(new Error(message))).toBe(true);
  });

  it('looks at what an error was caused by, however deep', () => {
    const error = new Error('outside', {
      cause: new DriverException(databaseError('57P01')),
    });
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(
      isDatabaseUnavailable(
        new Error('outside', { cause: databaseError('23505') }),
      ),
    ).toBe(false);
  });

  it.each([undefined, null, 'ECONNREFUSED', 57, {}, { code: '57P01' }])(
    'is false for what is no error: %j',
    (thrown) => {
      expect(isDatabaseUnavailable(thrown)).toBe(false);
    },
  );

  it('is true for what a pool throws where nobody listens', async () => {
    const failure = await failureOfPool(await freePort());
    expect(isDatabaseUnavailable(failure)).toBe(true);
  });

  it('is true for what a pool throws where nobody answers', async () => {
    const silent = createServer((socket) =>
      socket.on('error', () => undefined),
    );
    const failure = await failureOfPool(await listen(silent));
    silent.close();
    expect(isDatabaseUnavailable(failure)).toBe(true);
  });
});

/** What a query fails with, in the form in which the ORM passes it on. */
async function failureOfPool(port: number): Promise<Error> {
  const pool = new Pool({
    host: '127.0.0.1',
    port,
    connectionTimeoutMillis: 200,
  });
  try {
    await pool.query('select 1');
  } catch (error) {
    return new DriverException(error as Error);
  } finally {
    await pool.end();
  }
  throw new Error('It did not fail');
}

/** A port on which nobody listens any more. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((done) => server.close(done));
  return port;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}
