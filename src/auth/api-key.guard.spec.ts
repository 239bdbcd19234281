import type { ExecutionContext, Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { ProblemException } from '../problems/problem.exception';
import {
  AdminAccess,
  IngestAccess,
  OptionalKey,
  Public,
  ReadAccess,
} from '../access/access.decorator';
import { ApiKeyGuard } from './api-key.guard';
import type { AdminTokenService } from './admin-token.service';
import type { ApiKeyService } from './api-key.service';
import type { BadKeyLimiter } from './bad-key-limiter';
import type { ApiKeyCaller, Scope } from '../access/caller';

const ARRIVAL = new Date('2026-11-23T12:00:00Z');
const ADDRESS = '203.0.113.7';
const PROJECT = 7;

const newCaller = (changes: Partial<ApiKeyCaller>): ApiKeyCaller => ({
  keyId: 'k',
  projectId: PROJECT,
  scopes: ['ingest', 'read'],
  allowedAddresses: null,
  expiresAt: null,
  rateLimit: null,
  refuseWith: null,
  dedupeWithoutId: false,
  ...changes,
});

/** The keys and tokens that are good. */
const CALLERS: Record<string, ApiKeyCaller> = {
  both: newCaller({}),
  ingest: newCaller({ scopes: ['ingest'] }),
  read: newCaller({ scopes: ['read'] }),
  forged: newCaller({ scopes: ['admin' as Scope] }),
  elsewhere: newCaller({ projectId: 8 }),
  here: newCaller({ allowedAddresses: ['198.51.100.1', '203.0.113.0/24'] }),
  there: newCaller({ allowedAddresses: ['198.51.100.1'] }),
};

class Routes {
  @Public()
  public() {}
  @OptionalKey()
  open() {}
  @IngestAccess()
  ingest() {}
  @ReadAccess()
  read() {}
  @AdminAccess()
  admin() {}
  undeclared() {}
}

@Public()
class PublicRoutes {
  undeclared() {}
  @AdminAccess()
  admin() {}
}

interface Call {
  readonly key?: string;
  readonly address?: string | null;
  readonly routes?: Type;
}

/** Calls a route with a bearer token; `request` is what the guard leaves. */
function call(
  route: string,
  { key, address = ADDRESS, routes = Routes }: Call = {},
) {
  const authenticate = jest.fn(
    async (text: string, _now: Date) => CALLERS[text],
  );
  const count = jest.fn(async (_address: string) => undefined);
  const guard = new ApiKeyGuard(
    new Reflector(),
    { authenticate } as unknown as ApiKeyService,
    {
      matches: (token: string) => token === 'admin',
    } as unknown as AdminTokenService,
    { count } as unknown as BadKeyLimiter,
  );
  const request = {
    originalUrl: '/',
    get: (name: string) =>
      name === 'authorization' && key !== undefined
        ? `Bearer ${key}`
        : undefined,
    params: { project_id: String(PROJECT) },
    ip: address ?? undefined,
    receivedAt: ARRIVAL,
  } as unknown as Request;
  const context = {
    getHandler: () => routes.prototype[route],
    getClass: () => routes,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  return { allowed: guard.canActivate(context), request, authenticate, count };
}

/** The code of the problem that a call is refused with. */
async function refusalOf({ allowed }: ReturnType<typeof call>) {
  const error: unknown = await allowed.catch((problem: unknown) => problem);
  expect(error).toBeInstanceOf(ProblemException);
  return (error as ProblemException).code;
}

describe('ApiKeyGuard', () => {
  it.each([
    ['public', 'nobody', undefined],
    ['public', 'any key', 'bad'],
    ['open', 'nobody', undefined],
    ['open', 'any good key', 'elsewhere'],
    ['open', 'the administrator', 'admin'],
    ['ingest', 'a key that may ingest', 'ingest'],
    ['read', 'a key that may read', 'read'],
    ['read', 'the administrator', 'admin'],
    ['admin', 'the administrator', 'admin'],
    ['undeclared', 'the administrator', 'admin'],
  ])('opens a route that is %s to %s', async (route, _, key) => {
    await expect(call(route, { key }).allowed).resolves.toBe(true);
  });

  it.each([
    ['ingest', 'nobody', undefined, 'invalid_key'],
    ['ingest', 'a bad key', 'bad', 'invalid_key'],
    ['ingest', 'the administrator', 'admin', 'invalid_key'],
    ['ingest', 'a key that may only read', 'read', 'scope_missing'],
    ['read', 'nobody', undefined, 'invalid_key'],
    ['read', 'a bad key', 'bad', 'invalid_key'],
    ['read', 'a key that may only ingest', 'ingest', 'scope_missing'],
    ['read', 'a key of another project', 'elsewhere', 'scope_missing'],
    ['admin', 'nobody', undefined, 'invalid_key'],
    ['admin', 'a key', 'both', 'scope_missing'],
    ['admin', 'a key that claims it', 'forged', 'scope_missing'],
    ['undeclared', 'nobody', undefined, 'invalid_key'],
    ['undeclared', 'a key', 'both', 'scope_missing'],
  ])('closes a route that is %s to %s', async (route, _, key, code) => {
    expect(await refusalOf(call(route, { key }))).toBe(code);
  });

  it('goes by the class where the route declares nothing', async () => {
    const { allowed } = call('undeclared', { routes: PublicRoutes });
    await expect(allowed).resolves.toBe(true);
  });

  it('goes by the route before its class', async () => {
    const refused = call('admin', { routes: PublicRoutes });
    expect(await refusalOf(refused)).toBe('invalid_key');
  });

  it.each([
    ['ingest', 'both', CALLERS.both],
    ['read', 'both', CALLERS.both],
    ['read', 'admin', undefined],
    ['public', 'both', undefined],
  ])(
    'leaves on a request to %s who sent it with %s',
    async (route, key, caller) => {
      const { allowed, request } = call(route, { key });
      await allowed;
      expect(request.apiKey).toBe(caller);
    },
  );

  it('judges a key at the moment the request arrived', async () => {
    const { allowed, authenticate } = call('ingest', { key: 'both' });
    await allowed;
    expect(authenticate).toHaveBeenCalledWith('both', ARRIVAL);
  });

  it('does not look for a key where none is sent', async () => {
    const refused = call('ingest');
    await refusalOf(refused);
    expect(refused.authenticate).not.toHaveBeenCalled();
  });

  it.each([
    ['a bad key', 'bad'],
    ['no key', undefined],
  ])('counts %s for its address', async (_, key) => {
    const refused = call('ingest', { key });
    await refusalOf(refused);
    expect(refused.count.mock.calls).toEqual([[ADDRESS]]);
  });

  it('counts a bad key of a connection that is closed already', async () => {
    const refused = call('ingest', { key: 'bad', address: null });
    await refusalOf(refused);
    expect(refused.count.mock.calls).toEqual([['']]);
  });

  it.each(['both', 'read', 'there'])(
    'does not count the good key %s, even where it is refused',
    async (key) => {
      const { allowed, count } = call('ingest', { key });
      await Promise.allSettled([allowed]);
      expect(count).not.toHaveBeenCalled();
    },
  );

  it('says how to send a key', async () => {
    await expect(call('ingest').allowed).rejects.toMatchObject({
      headers: { 'WWW-Authenticate': 'Bearer realm="postback"' },
    });
  });

  it('accepts a key from an address that it allows', async () => {
    await expect(call('ingest', { key: 'here' }).allowed).resolves.toBe(true);
  });

  it.each([
    ['another address', ADDRESS],
    ['no address', null],
  ])('refuses a key from %s', async (_, address) => {
    expect(await refusalOf(call('ingest', { key: 'there', address }))).toBe(
      'address_not_allowed',
    );
  });
});
