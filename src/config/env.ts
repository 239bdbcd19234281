// class-transformer reads types through it: before everything else.
import 'reflect-metadata';

import { existsSync } from 'node:fs';
import {
  IsIn,
  IsInt,
  IsIP,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateBy,
  validateSync,
} from 'class-validator';
import { plainToInstance, Transform, Type } from 'class-transformer';
import { IsNetwork } from '../validation/is-network.decorator';
import { StartupError } from './startup-error';

const SECRET = /^[A-Za-z0-9_-]{16,128}$/;
const SECRET_MESSAGE = '$property must be 16 to 128 of A-Z a-z 0-9 _ -';

const IsPostgresUrl = () =>
  ValidateBy({
    name: 'isPostgresUrl',
    validator: {
      validate: (value) =>
        typeof value === 'string' &&
        /^postgres(ql)?:\/\//.test(value) &&
        URL.canParse(value),
      defaultMessage: () =>
        'DATABASE_URL must look like postgresql://user:password@host:5432/database',
    },
  });

const toList = ({ value }: { value: unknown }) =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean)
    : value;

/** The environment the process was started with; `.env.example` describes each variable. */
export class Env {
  @IsOptional()
  @IsPostgresUrl()
  readonly DATABASE_URL?: string;

  readonly DATA_DIR: string = './data';

  @Type(() => Number)
  @Min(0)
  @Max(65_535)
  @IsInt()
  readonly PORT: number = 3000;

  @IsIP(undefined, {
    message: 'HOST must be an IP address, such as 0.0.0.0, 127.0.0.1 or ::',
  })
  readonly HOST: string = '0.0.0.0';

  @IsOptional()
  @Matches(SECRET, { message: SECRET_MESSAGE })
  readonly BOOTSTRAP_API_KEY?: string;

  @IsOptional()
  @Matches(SECRET, { message: SECRET_MESSAGE })
  readonly ADMIN_TOKEN?: string;

  @IsOptional()
  @Matches(/^rediss?:\/\/\S+$/, {
    message: 'REDIS_URL must look like redis://user:password@host:6379',
  })
  readonly REDIS_URL?: string;

  /** Requests that one key may send in THROTTLE_TTL seconds; a batch counts as its postbacks. Shared by instances with the same Redis. */
  @Type(() => Number)
  @Min(1)
  @Max(1_000_000_000)
  @IsInt()
  readonly THROTTLE_LIMIT: number = 60_000;

  /** Seconds. */
  @Type(() => Number)
  @Min(1)
  @Max(86_400)
  @IsInt()
  readonly THROTTLE_TTL: number = 60;

  /** Requests with an invalid key that one address may send in THROTTLE_TTL seconds. */
  @Type(() => Number)
  @Min(1)
  @Max(1_000_000_000)
  @IsInt()
  readonly BAD_KEY_LIMIT: number = 100;

  /** Days that rejections are stored. */
  @Type(() => Number)
  @Min(1)
  @Max(3_650)
  @IsInt()
  readonly REJECTION_RETENTION_DAYS: number = 30;

  /** Rejections stored for one project. */
  @Type(() => Number)
  @Min(1)
  @Max(10_000_000)
  @IsInt()
  readonly REJECTION_LIMIT: number = 100_000;

  @Transform(toList)
  @IsNetwork({
    each: true,
    message:
      'TRUSTED_PROXIES must be addresses or networks (CIDR), separated by commas, such as 10.0.0.0/8,192.168.1.7',
  })
  readonly TRUSTED_PROXIES: readonly string[] = [];

  @Type(() => Number)
  @Min(2, {
    message:
      'DATABASE_POOL_SIZE must be 2 or more: postbacks have connections of their own',
  })
  @Max(1_000)
  @IsInt()
  readonly DATABASE_POOL_SIZE: number = 10;

  /** Client connections that may be open at once; fewer if the process may open fewer files. */
  @Type(() => Number)
  @Min(1)
  @Max(1_000_000)
  @IsInt()
  readonly MAX_CONNECTIONS: number = 10_000;

  /** Seconds between SIGTERM, when readiness starts to fail, and the end of service. */
  @Type(() => Number)
  @Min(0)
  @Max(300)
  @IsInt()
  readonly SHUTDOWN_GRACE: number = 1;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  readonly LOG_LEVEL: string = 'info';
}

/** Reads the environment; nothing else does. Throws {@link StartupError} that names every invalid value. */
export function loadEnv(source = processEnvironment()): Env {
  // An empty variable counts as not set: `FOO=` in a .env file creates one.
  const known = Object.keys(new Env());
  const given = Object.fromEntries(
    known
      .filter((name) => source[name]?.trim())
      .map((name) => [name, source[name]?.trim()]),
  );
  const env = plainToInstance(Env, given, { exposeDefaultValues: true });
  const faults = validateSync(env, {
    forbidUnknownValues: true,
    stopAtFirstError: true,
  });
  if (faults.length > 0) {
    const messages = faults.flatMap(({ constraints }) =>
      Object.values(constraints ?? {}),
    );
    throw new StartupError(
      `Bad environment: ${messages.join('; ')}. See .env.example.`,
    );
  }
  return env;
}

/** A variable of the process wins over the same one in `.env`. */
function processEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
