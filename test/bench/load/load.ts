import type { Exchange } from '../requests';

/** What the generator is asked to do. */
export interface Load extends Exchange {
  readonly origin: string;
  /** Keep-alive connections, with one request at a time each. */
  readonly connections: number;
  readonly end: { readonly seconds: number } | { readonly requests: number };
  /**
   * Requests a second, at fixed moments, from which their latency counts (open loop). Without it a connection sends the
   * next request when it has the answer to the last one (closed loop).
   */
  readonly rate?: number;
  /** Wrong answers are a part of what is measured: they neither end nor fail it. */
  readonly tolerant?: boolean;
}

/** What came of it. */
export interface LoadResult {
  readonly requests: number;
  /** Requests that had the right answer before trackers give up. */
  readonly inTime: number;
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** Milliseconds. */
  readonly latency: Record<Percentile, number>;
  /** Of the open loop, the 99th percentile of how late a request was sent, in milliseconds. */
  readonly sentLate: number;
  /** Seconds of CPU of the generator. */
  readonly cpu: number;
  /** How often each wrong answer came. */
  readonly errors: Record<string, number>;
}

/** Why nothing came of it: the server cannot be reached, for example. */
export interface LoadFailure {
  readonly failure: string;
}

export const PERCENTILES = { p50: 0.5, p95: 0.95, p99: 0.99, max: 1 } as const;
export type Percentile = keyof typeof PERCENTILES;
