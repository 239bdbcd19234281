import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { anInstall } from './exchange';
import type { Ledger } from './ledger';

export interface CallerOptions {
  readonly prefix: string;
  /** Whether it sends again over the same connection, as long as it may. */
  readonly keepAlive: boolean;
  /** Sends batches by POST instead of single installs by GET. */
  readonly batch?: { readonly size: number; readonly bytes: number };
  /** Does not wait after a refusal. */
  readonly impatient?: boolean;
}

/**
 * Sends one request after another over sockets of its own until nobody listens any more, and knows which of them were
 * never answered.
 */
export class Caller {
  answered = 0;
  /** Cut off without an answer. */
  unanswered = 0;
  /** Connections that were reset, or closed while it was still sending. */
  broken = 0;
  private refused = false;
  private readonly url: URL;

  constructor(
    origin: string,
    private readonly apiKey: string,
    private readonly ledger: Ledger,
    private readonly options: CallerOptions,
  ) {
    this.url = new URL(origin);
  }

  async run(): Promise<void> {
    for (let number = 0; ;) {
      const socket = connect(Number(this.url.port), this.url.hostname);
      try {
        await once(socket, 'connect');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return;
        this.broken++;
        continue;
      }
      // Its close is told as well.
      socket.on('error', () => this.broken++);
      let again = true;
      while (again) again = await this.call(socket, number++);
      socket.destroy();
      // As Retry-After says.
      if (this.refused && !this.options.impatient) await setTimeout(1_000);
    }
  }

  /** Sends one request; false when another one cannot follow it on this connection. */
  private async call(socket: Socket, number: number): Promise<boolean> {
    const { ids, bytes } = this.request(number);
    const answer = answerOn(socket);
    socket.write(bytes);
    const text = await answer;
    if (text === undefined) {
      this.unanswered++;
      return false;
    }
    this.answered++;
    this.refused = !text.startsWith('HTTP/1.1 200 ');
    if (!this.refused) for (const id of ids) this.ledger.write(id);
    return !/^connection: close/im.test(text);
  }

  private request(number: number): { ids: string[]; bytes: string } {
    const { prefix, keepAlive, batch } = this.options;
    const headers = `Host: ${this.url.host}\r\nConnection: ${keepAlive ? 'keep-alive' : 'close'}\r\n`;
    if (!batch) {
      const id = `${prefix}-${number}`;
      const query = new URLSearchParams({
        apikey: this.apiKey,
        ...anInstall(id),
      });
      return {
        ids: [id],
        bytes: `GET /track/install/v1/custom?${query.toString()} HTTP/1.1\r\n${headers}\r\n`,
      };
    }
    const ids = Array.from(
      { length: batch.size },
      (_, n) => `${prefix}-${number}-${n}`,
    );
    const body = JSON.stringify(ids.map(anInstall)).padEnd(batch.bytes);
    return {
      ids,
      bytes: `POST /track/install/v1/custom/batch HTTP/1.1\r\n${headers}X-Api-Key: ${this.apiKey}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    };
  }
}

/** The next answer on a connection; undefined when the connection ends before it is complete. */
function answerOn(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const length = /^content-length: (\d+)/im.exec(text)?.[1];
      if (head >= 0 && text.length >= head + 4 + Number(length)) {
        settle(text);
      }
    };
    const end = () => settle(undefined);
    const settle = (answer: string | undefined) => {
      socket.off('data', read).off('close', end);
      resolve(answer);
    };
    socket.on('data', read).on('close', end);
    if (socket.destroyed) end();
  });
}
