import { type Load, type LoadResult, PERCENTILES } from './load';
import { milliseconds } from './schedule';

/** After so many wrong answers there is nothing left to measure. */
const TOO_MANY_ERRORS = 100;
/** Milliseconds after which some trackers give up, and never repeat. */
const PATIENCE = 2_000;

/** Keeps every latency, so that percentiles are exact. */
export class Recorder {
  private readonly latencies: number[] = [];
  private readonly lateness: number[] = [];
  private readonly errors = new Map<string, number>();
  private errorCount = 0;
  private readonly cpuAtStart = process.cpuUsage();
  private started = 0;
  private inTime = 0;

  constructor(
    private readonly load: Pick<Load, 'end' | 'tolerant'>,
    /** When the first request is due, by `milliseconds`. */
    private readonly start: number,
  ) {}

  /** Whether another request is to be sent; counts it. */
  next(): boolean {
    const { end } = this.load;
    const more =
      'seconds' in end
        ? milliseconds() - this.start < end.seconds * 1000
        : this.started < end.requests;
    if (!more || this.failed) return false;
    this.started++;
    return true;
  }

  get failed(): boolean {
    return !this.load.tolerant && this.errorCount >= TOO_MANY_ERRORS;
  }

  /** An answer has come to a request that was `due`, and sent at or after that moment. */
  add(due: number, sent: number, error: string | undefined): void {
    const latency = milliseconds() - due;
    this.latencies.push(latency);
    this.lateness.push(sent - due);
    if (error === undefined) {
      if (latency <= PATIENCE) this.inTime++;
    } else {
      this.errorCount++;
      this.errors.set(error, (this.errors.get(error) ?? 0) + 1);
    }
  }

  result(): LoadResult {
    const seconds = (milliseconds() - this.start) / 1000;
    const { user, system } = process.cpuUsage(this.cpuAtStart);
    const latencies = sorted(this.latencies);
    const { p50, p95, p99, max } = PERCENTILES;
    return {
      requests: latencies.length,
      inTime: this.inTime,
      seconds,
      latency: {
        p50: percentile(latencies, p50),
        p95: percentile(latencies, p95),
        p99: percentile(latencies, p99),
        max: percentile(latencies, max),
      },
      sentLate: percentile(sorted(this.lateness), p99),
      cpu: (user + system) / 1e6,
      errors: Object.fromEntries(this.errors),
    };
  }
}

const sorted = (values: readonly number[]) =>
  Float64Array.from(values).toSorted();

/** The smallest value that this fraction of all values does not exceed. */
function percentile(values: Float64Array, fraction: number): number {
  return values[Math.max(Math.ceil(values.length * fraction) - 1, 0)] ?? 0;
}
