import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { anInstall } from './exchange';
import type { Ledger } from './ledger';

interface CallerOptions {
  readonly prefix: string;
  /** Whether it sends again over the same connection, as long as it may. */
  readonly keepAlive: boolean;
}

/**
 * Sends one install after another over sockets of its own until nobody listens any more, and knows which requests were
 * sent in full but never answered.
 */
export class Caller {
  answered = 0;
  /** Sent in full, and cut off without an answer. */
  unanswered = 0;
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
      } catch {
        return;
      }
      // Its close is told as well.
      socket.on('error', () => undefined);
      let again = true;
      while (again) again = await this.call(socket, number++);
      socket.destroy();
      // As Retry-After says.
      if (this.refused) await setTimeout(1_000);
    }
  }

  /** Sends one request; false when another one cannot follow it on this connection. */
  private async call(socket: Socket, number: number): Promise<boolean> {
    const id = `${this.options.prefix}-${number}`;
    const query = new URLSearchParams({
      apikey: this.apiKey,
      ...anInstall(id),
    });
    const answer = answerOn(socket);
    socket.write(
      `GET /track/install/v1/custom?${query.toString()} HTTP/1.1\r\nHost: ${this.url.host}\r\nConnection: ${this.options.keepAlive ? 'keep-alive' : 'close'}\r\n\r\n`,
    );
    const text = await answer;
    if (text === undefined) {
      this.unanswered++;
      return false;
    }
    this.answered++;
    this.refused = !text.startsWith('HTTP/1.1 200 ');
    if (!this.refused) this.ledger.write(id);
    return !/^connection: close/im.test(text);
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
