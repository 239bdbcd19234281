/** Milliseconds of work on requests, after which the event loop is let go on: it accepts one new connection per turn. */
const SLICE = 5;
/** Requests of one connection that may wait, and of all; clients that pipeline more are cut off. */
const MOST_OF_ONE = 64;
const MOST_OF_ALL = 10_000;

/** What a client is reached by: a `net.Socket`. */
interface Connection {
  destroy(): unknown;
}

type Work = () => void;

/**
 * Works on requests in short slices, so that many of them do not keep new connections, timers and
 * results of the database waiting. What does not fit waits; connections take turns, so that a client
 * which pipelines requests waits for itself.
 */
export class RequestSlices {
  /** Of each connection, the next one first. */
  private readonly waiting = new Map<Connection, Work[]>();
  private count = 0;
  private isOpen = false;
  /** Of the open slice; milliseconds, by `performance.now()`. */
  private end = 0;

  /**
   * Serves a request now, or when the turn of its connection comes; the connection may have ended by
   * then. Closes a connection with too many waiting requests.
   *
   * @param isFirst no earlier request of the connection is being served
   */
  serve(connection: Connection, isFirst: boolean, work: Work): void {
    if (isFirst && this.isFree()) work();
    else if (this.isFull(connection)) connection.destroy();
    else this.add(connection, work);
  }

  /** For work on a request that is being served, such as on its body: resolves when there is time for it. */
  turnOf(connection: Connection): Promise<void> | void {
    if (this.isFree()) return;
    return new Promise((resolve) => this.add(connection, resolve));
  }

  private isFree(): boolean {
    return this.count === 0 && this.hasTime();
  }

  private isFull(connection: Connection): boolean {
    const own = this.waiting.get(connection)?.length ?? 0;
    return own >= MOST_OF_ONE || (own > 0 && this.count >= MOST_OF_ALL);
  }

  private add(connection: Connection, work: Work): void {
    const own = this.waiting.get(connection);
    if (own) own.push(work);
    else this.waiting.set(connection, [work]);
    this.count++;
    this.openSlice();
  }

  private hasTime(): boolean {
    this.openSlice();
    return performance.now() < this.end;
  }

  private openSlice(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.end = performance.now() + SLICE;
    setImmediate(this.renew);
  }

  private readonly renew = (): void => {
    this.isOpen = false;
    if (this.count > 0) this.next();
  };

  private readonly next = (): void => {
    if (this.count === 0 || !this.hasTime()) return;
    this.take()();
    // Behind all that the work does at once, in its promises too: it counts as well.
    queueMicrotask(() => process.nextTick(this.next));
  };

  /** The next work of the connection whose turn it is. */
  private take(): Work {
    const [connection, own] = this.waiting.entries().next().value!;
    const work = own.shift()!;
    this.count--;
    this.waiting.delete(connection);
    if (own.length > 0) this.waiting.set(connection, own);
    return work;
  }
}

/** Of this process, which has one event loop. */
export const REQUEST_SLICES = new RequestSlices();
