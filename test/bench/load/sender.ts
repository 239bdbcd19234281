import { Client, type Dispatcher } from 'undici';
import { bodyWriter, pathWriter } from './fill-in';
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
  private readonly writePath: () => string;
  private readonly writeBody?: () => string;
  private readonly expected: Load['expected'];

  constructor({ origin, request, expected }: Load) {
    this.client = new Client(origin, {
      pipelining: 1,
      connectTimeout: PATIENCE,
      headersTimeout: PATIENCE,
      bodyTimeout: PATIENCE,
    });
    const { method, headers } = request;
    this.options = { method, headers: Object.entries(headers).flat() };
    this.writePath = pathWriter(request);
    this.writeBody = bodyWriter(request);
    this.expected = expected;
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
          path: this.writePath(),
          body: this.writeBody?.(),
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
              this.isExpected(status, text)
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

  private isExpected(status: number, text: string): boolean {
    const { status: wanted, text: part, times = 1 } = this.expected;
    return status === wanted && text.split(part).length === times + 1;
  }
}
