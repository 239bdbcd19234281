import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import type { Scope } from './caller';

/**
 * Who may call a route: anybody, anybody who shows no bad key, a key with a scope, or the
 * administrator. The administrator may also do whatever a `read` key may.
 */
export type Access = 'public' | 'key if sent' | 'admin' | Scope;

export const ACCESS = Symbol('access');

/** Anybody may call it, without a key. */
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access);

/** Anybody may call it; who sends a key, as a postback does, is known by it. */
export const KeyIfSent = () =>
  applyDecorators(
    SetMetadata(ACCESS, 'key if sent' satisfies Access),
    ApiSecurity({}),
    ApiSecurity('apikey'),
    ApiSecurity('x-api-key'),
    ApiBearerAuth('bearer'),
  );

/** A key with scope `ingest` is needed. */
export const IngestAccess = () =>
  applyDecorators(
    SetMetadata(ACCESS, 'ingest' satisfies Access),
    ApiSecurity('apikey'),
    ApiSecurity('x-api-key'),
    ApiBearerAuth('bearer'),
  );

/** The administrator's token, or a key with scope `read` of the project in the path, is needed. */
export const ReadAccess = () =>
  applyDecorators(
    SetMetadata(ACCESS, 'read' satisfies Access),
    ApiBearerAuth('bearer'),
  );

/** The administrator's token is needed. */
export const AdminAccess = () =>
  applyDecorators(
    SetMetadata(ACCESS, 'admin' satisfies Access),
    ApiBearerAuth('bearer'),
  );
