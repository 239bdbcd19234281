import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import type { Scope } from './caller';

/**
 * Who may call a route:
 * - `public`: everyone; a key is not read
 * - `optional-key`: everyone, but a key that is sent must be valid
 * - `ingest`: a key with this scope
 * - `read`: a key with this scope, for its own project, or the administrator
 * - `admin`: the administrator
 */
export type Access = 'public' | 'optional-key' | 'admin' | Scope;

/** The key of the metadata that the decorators below set. A route without it is for the administrator. */
export const ACCESS = Symbol('access');

const declare = (access: Access) => SetMetadata(ACCESS, access);

/** The ways in which a postback may carry its key, for the OpenAPI document. */
const withKey = () => [
  ApiSecurity('apikey'),
  ApiSecurity('x-api-key'),
  ApiBearerAuth('bearer'),
];

/** Everyone may call it; a key is not read. */
export const Public = () => declare('public');

/** Everyone may call it. A key is optional; one that is sent must be valid, and identifies the caller. */
export const OptionalKey = () =>
  // The empty requirement makes the others optional.
  applyDecorators(declare('optional-key'), ApiSecurity({}), ...withKey());

/** Requires a key with scope `ingest`. */
export const IngestAccess = () =>
  applyDecorators(declare('ingest'), ...withKey());

/** Requires a key with scope `read` of the project in the path, or the administrator token. */
export const ReadAccess = () =>
  applyDecorators(declare('read'), ApiBearerAuth('bearer'));

/** Requires the administrator token. */
export const AdminAccess = () =>
  applyDecorators(declare('admin'), ApiBearerAuth('bearer'));
