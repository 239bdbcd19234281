import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Env, loadEnv } from './env';
import { StartupError } from './startup-error';

const VARIABLES = [
  'DATABASE_URL',
  'DATA_DIR',
  'PORT',
  'HOST',
  'BOOTSTRAP_API_KEY',
  'ADMIN_TOKEN',
  'REDIS_URL',
  'THROTTLE_LIMIT',
  'THROTTLE_TTL',
  'BAD_KEY_LIMIT',
  'REJECTION_RETENTION_DAYS',
  'REJECTION_LIMIT',
  'TRUSTED_PROXIES',
  'DATABASE_POOL_SIZE',
  'MAX_CONNECTIONS',
  'SHUTDOWN_GRACE',
  'LOG_LEVEL',
] as const satisfies readonly (keyof Env)[];

/** What the environment is refused with; fails when it is not. */
function refusalOf(source: NodeJS.ProcessEnv): Error {
  try {
    loadEnv(source);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error(`Not refused: ${JSON.stringify(source)}`);
}

it('all variables are listed here', () => {
  expect(VARIABLES.toSorted()).toEqual(Object.keys(new Env()).toSorted());
});

describe('loadEnv', () => {
  it('needs no variable at all', () => {
    expect(loadEnv({})).toEqual({
      DATA_DIR: './data',
      PORT: 3000,
      HOST: '0.0.0.0',
      THROTTLE_LIMIT: 60_000,
      THROTTLE_TTL: 60,
      BAD_KEY_LIMIT: 100,
      REJECTION_RETENTION_DAYS: 30,
      REJECTION_LIMIT: 100_000,
      TRUSTED_PROXIES: [],
      DATABASE_POOL_SIZE: 10,
      MAX_CONNECTIONS: 10_000,
      SHUTDOWN_GRACE: 1,
      LOG_LEVEL: 'info',
    });
  });

  it.each(['', ' ', '\t'])(
    'reads %j as not set, for every variable',
    (empty) => {
      const source = Object.fromEntries(VARIABLES.map((name) => [name, empty]));
      expect(loadEnv(source)).toEqual(loadEnv({}));
    },
  );

  it('does not care about variables of others', () => {
    expect(loadEnv({ PATH: '/bin', constructor: 'x' })).toEqual(loadEnv({}));
  });

  it.each([
    ['DATABASE_URL', 'postgresql://u:p@db.internal:5432/postback'],
    ['DATABASE_URL', 'postgres://u:p@localhost/postback'],
    ['REDIS_URL', 'rediss://u:p@redis.internal:6380/1'],
    ['DATABASE_URL', 'postgresql://u:p@10.0.0.7:5432/postback?sslmode=require'],
    ['DATA_DIR', '/var/lib/postback'],
    ['HOST', '127.0.0.1'],
    ['HOST', '::'],
    ['BOOTSTRAP_API_KEY', 'a'.repeat(16)],
    ['BOOTSTRAP_API_KEY', 'A0_-'.repeat(32)],
    ['ADMIN_TOKEN', 'admin-token_0123'],
    ['ADMIN_TOKEN', 'z'.repeat(128)],
    ['LOG_LEVEL', 'debug'],
  ] as const)('keeps %s=%s', (name, value) => {
    expect(loadEnv({ [name]: value })[name]).toBe(value);
  });

  it.each([
    ['PORT', '0', 0],
    ['PORT', '65535', 65_535],
    ['THROTTLE_LIMIT', '1', 1],
    ['THROTTLE_TTL', '3600', 3600],
    ['BAD_KEY_LIMIT', '5', 5],
    ['DATABASE_POOL_SIZE', ' 20 ', 20],
    ['MAX_CONNECTIONS', '500', 500],
  ] as const)('reads %s=%s as a number', (name, value, expected) => {
    expect(loadEnv({ [name]: value })[name]).toBe(expected);
  });

  it('reads TRUSTED_PROXIES as a list', () => {
    expect(
      loadEnv({
        TRUSTED_PROXIES: ' 10.0.0.0/8, 192.168.1.7 ,fd00::/8,::1,',
      }).TRUSTED_PROXIES,
    ).toEqual(['10.0.0.0/8', '192.168.1.7', 'fd00::/8', '::1']);
  });

  it.each([
    ['DATABASE_URL', 'mysql://u:p@localhost/postback'],
    ['DATABASE_URL', 'localhost'],
    ['REDIS_URL', 'localhost:6379'],
    ['SHUTDOWN_GRACE', '-1'],
    ['SHUTDOWN_GRACE', '301'],
    ['DATABASE_URL', 'not a url'],
    ['PORT', 'http'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '3000.5'],
    ['PORT', 'Infinity'],
    ['HOST', 'example.com'],
    ['HOST', '300.0.0.1'],
    ['BOOTSTRAP_API_KEY', 'a'.repeat(15)],
    ['BOOTSTRAP_API_KEY', 'a'.repeat(129)],
    ['BOOTSTRAP_API_KEY', 'with a space inside'],
    ['BOOTSTRAP_API_KEY', 'schlüssel-schlüssel'],
    ['ADMIN_TOKEN', 'a'.repeat(15)],
    ['ADMIN_TOKEN', 'a'.repeat(129)],
    ['ADMIN_TOKEN', 'token/with/slashes'],
    ['THROTTLE_LIMIT', '0'],
    ['THROTTLE_LIMIT', '-5'],
    ['THROTTLE_LIMIT', 'many'],
    ['THROTTLE_TTL', '0'],
    ['THROTTLE_TTL', '1.5'],
    ['BAD_KEY_LIMIT', '0'],
    ['BAD_KEY_LIMIT', 'NaN'],
    ['TRUSTED_PROXIES', 'true'],
    ['TRUSTED_PROXIES', '*'],
    ['TRUSTED_PROXIES', '10.0.0.0/8,proxy.internal'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '300.0.0.1'],
    ['TRUSTED_PROXIES', 'dead'],
    ['TRUSTED_PROXIES', 'fd00::/129'],
    ['DATABASE_POOL_SIZE', '1'],
    ['MAX_CONNECTIONS', '0'],
    ['DATABASE_POOL_SIZE', 'ten'],
    ['LOG_LEVEL', 'loud'],
  ])('refuses %s=%s in one line that names it', (name, value) => {
    const refusal = refusalOf({ [name]: value });
    expect(refusal).toBeInstanceOf(StartupError);
    expect(refusal.message).toMatch(
      new RegExp(`^[^\\n]*\\b${name}\\b[^\\n]*$`),
    );
    for (const other of VARIABLES.filter((variable) => variable !== name)) {
      expect(refusal.message).not.toContain(other);
    }
  });

  it('names every bad value at once', () => {
    const { message } = refusalOf({ PORT: 'x', LOG_LEVEL: 'x', HOST: 'x' });
    expect(message).toMatch(/^(?=.*PORT)(?=.*LOG_LEVEL)(?=.*HOST)[^\n]*$/);
  });

  it.each([
    ['BOOTSTRAP_API_KEY', 'too/secret/to/be/told'],
    ['ADMIN_TOKEN', 'too/secret/to/be/told'],
    ['DATABASE_URL', 'mysql://u:too-secret@localhost/postback'],
  ])('does not repeat a bad %s', (name, value) => {
    expect(refusalOf({ [name]: value }).message).not.toMatch(/too.secret/);
  });
});

const EXAMPLE = join(__dirname, '../../.env.example');

describe('.env.example', () => {
  it.each(VARIABLES)('lists %s once', (name) => {
    const lines = readFileSync(EXAMPLE, 'utf8').split('\n');
    expect(
      lines.filter((line) => new RegExp(`^#? ?${name}=`).test(line)),
    ).toHaveLength(1);
  });
});
