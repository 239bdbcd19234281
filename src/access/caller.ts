/** What a key may be used for. */
export const SCOPES = ['ingest', 'read'] as const;
export type Scope = (typeof SCOPES)[number];

/** A good key with what its project has set: all that a request needs to know of who sent it. */
export interface ApiKeyCaller {
  readonly keyId: string;
  readonly projectId: number;
  readonly scopes: readonly Scope[];
  /** Networks in CIDR form; every address is allowed when there are none. */
  readonly allowedAddresses: readonly string[] | null;
  readonly expiresAt: Date | null;
  /** Of the project: requests of one key in a window; the service's default when null. */
  readonly rateLimit: number | null;
  /** Of the key, or else of the project: what a refused postback is answered with, if not with what it deserves. */
  readonly refuseWith: 200 | null;
  /** Of the project: recognise repeats of postbacks that carry no `id`. */
  readonly dedupeWithoutId: boolean;
}
