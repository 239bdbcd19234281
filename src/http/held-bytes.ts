import { ProblemException } from '../problems/problem.exception';
import type { Hold } from './body-budget';

const EMPTY = Buffer.alloc(0);

/**
 * Collects bytes in one growing buffer. Thousands of small chunks would take many times the memory of their
 * content.
 */
export class HeldBytes {
  private buffer: Buffer = EMPTY;
  private length = 0;

  /** `limit`: bytes. */
  constructor(
    private readonly hold: Hold,
    private readonly limit: number,
  ) {}

  /** Throws `payload_too_large` above the limit, `overloaded` above the budget. */
  add(chunk: Buffer): void {
    const length = this.length + chunk.length;
    if (length > this.limit) throw tooLarge(this.limit);
    if (this.length === 0) {
      this.hold.grow(chunk.length);
      this.buffer = chunk;
    } else {
      if (length > this.buffer.length) this.enlarge(length);
      chunk.copy(this.buffer, this.length);
    }
    this.length = length;
  }

  get bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  drop(): void {
    this.hold.shrink(this.buffer.length);
    this.buffer = EMPTY;
    this.length = 0;
  }

  private enlarge(length: number): void {
    const size = Math.min(Math.max(length, 2 * this.buffer.length), this.limit);
    this.hold.grow(size - this.buffer.length);
    const larger = Buffer.allocUnsafeSlow(size);
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

export function tooLarge(limit: number): ProblemException {
  return new ProblemException('payload_too_large', {
    detail: `The body may have at most ${limit / 1024} KiB, decompressed. Send less, or in parts.`,
  });
}
