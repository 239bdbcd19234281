import { randomUUID } from 'node:crypto';
import { Client, type Dispatcher } from 'undici';
import { UUID } from '../requests';
import type { Load } from './load';

/** Milliseconds for an answer. */
const PATIENCE = 10_000;

/** One connection, which sends the same kind of request again and again. */
export class Sender {
  private readonly client: Client;
  private readonly options: Pick<
    Dispatcher.DispatchOptions,
    'method' | 'headers'
  >;
  private readonly path: readonly string[];
  private readonly body?: readonly string[];
  private readonly status: number;
  private readonly text: string;

  constructor({ origin, request, expected }: Load) {
    this.client = new Client(origin, {
      pipelining: 1,
      connectTimeout: PATIENCE,
      headersTimeout: PATIENCE,
      bodyTimeout: PATIENCE,
    });
    const { method, path, headers, body } = request;
    this.options = { method, headers: Object.entries(headers).flat() };
    this.path = path.split(UUID);
    this.body = body?.split(UUID);
    this.status = expected.status;
    this.text = expected.text;
  }

  /** Connects, by a request that none of the servers knows. */
  async open(): Promise<void> {
    const { body } = await this.client.request({ method: 'HEAD', path: '/' });
    await body.dump();
  }

  /** Resolves when the answer is complete, with what is wrong with it. */
  send(): Promise<string | undefined> {
    return new Promise((resolve) => {
      let status = 0;
      let text = '';
      this.client.dispatch(
        {
          ...this.options,
          path: fillIn(this.path),
          body: this.body && fillIn(this.body),
        },
        {
          // undici knows the handler by this method.
          onRequestStart: () => undefined,
          onResponseStart: (_controller, statusCode) => {
            status = statusCode;
          },
          onResponseData: (_controller, chunk) => {
            text += chunk.toString('latin1');
          },
          onResponseEnd: () => {
            resolve(
              status === this.status && text.includes(this.text)
                ? undefined
                : `${status} ${text.slice(0, 200)}`,
            );
          },
          onResponseError: (_controller, { message }) => {
            resolve(message);
          },
        },
      );
    });
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

/** One UUID for the whole request: its parts need not differ from each other, only from other requests. */
function fillIn(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0] : parts.join(randomUUID());
}
