/** What an API key may be used for. */
export const SCOPES = ['ingest', 'read'] as const;
export type Scope = (typeof SCOPES)[number];

/** A valid API key with the settings of its project: all that a request needs to know about its sender. */
export interface ApiKeyCaller {
  readonly keyId: string;
  readonly projectId: number;
  readonly scopes: readonly Scope[];
  /** Addresses and networks (CIDR) that may use the key; null: all. */
  readonly allowedAddresses: readonly string[] | null;
  readonly expiresAt: Date | null;
  /** Rate limit of the project: requests that one key may send in a throttling window; null: the default of the service. */
  readonly rateLimit: number | null;
  /** Setting of the key, or else of the project: the status that a stored rejection returns; null: the status of the problem. */
  readonly refuseWith: 200 | null;
  /** Setting of the project: recognise duplicates of postbacks without `id`. */
  readonly dedupeWithoutId: boolean;
}
