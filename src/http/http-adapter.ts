import {
  createServer,
  IncomingMessage,
  type RequestListener,
  ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Application, Response } from 'express';
import { ConnectionBound } from './connection-bound';
import { readOnBehindAnswer } from './read-on';
import { answerParserErrors } from './parser-errors';
import { REQUEST_SLICES } from './request-slices';
import { toOriginForm } from './request-target';

/** Milliseconds in which the whole of a request must have arrived. */
const REQUEST_TIMEOUT = 10_000;
/** Bytes of the request line and the headers. */
const MAX_HEADERS = 16 * 1024;

/** Express on a server that bounds every wait, and leaves no refusal to Node, which would answer in a form of its own. */
export class HttpAdapter extends ExpressAdapter {
  /** `maxConnections`: open at once; 1 or more. */
  constructor(private readonly maxConnections: number) {
    super();
  }

  override initHttpServer(): void {
    const app = this.getInstance<
      Application & { request: object; response: object }
    >();
    const bound = new ConnectionBound(this.maxConnections);
    // Express gives each message a prototype of its own, which costs V8 what it knows of the
    // message; these have it from the start.
    class ExpressRequest extends IncomingMessage {
      readonly arrivedAt = performance.now();
    }
    class ExpressResponse extends ServerResponse {
      override assignSocket(socket: Socket): void {
        bound.begin(socket, this.req);
        super.assignSocket(socket);
      }

      override detachSocket(socket: Socket): void {
        super.detachSocket(socket);
        bound.wait(socket);
        if (!this.req.complete) readOnBehindAnswer(socket, this.req);
      }
    }
    Object.setPrototypeOf(ExpressRequest.prototype, app.request);
    Object.setPrototypeOf(ExpressResponse.prototype, app.response);
    app.request = ExpressRequest.prototype;
    app.response = ExpressResponse.prototype;
    const serve: RequestListener = (request, response) => {
      const { socket } = request;
      // A response gets its socket when those before it are sent.
      REQUEST_SLICES.serve(socket, response.socket !== null, () => {
        if (socket.destroyed) return;
        toOriginForm(request);
        app(request, response);
      });
    };
    this.httpServer = createServer(
      {
        requestTimeout: REQUEST_TIMEOUT,
        headersTimeout: REQUEST_TIMEOUT,
        connectionsCheckingInterval: 1_000,
        maxHeaderSize: MAX_HEADERS,
        // `requestTarget` checks it.
        requireHostHeader: false,
        IncomingMessage: ExpressRequest,
        ServerResponse: ExpressResponse,
      },
      serve,
    );
    // An expectation that nobody knows is no reason to lose a postback.
    this.httpServer.on('checkExpectation', serve);
    answerParserErrors(this.httpServer);
    bound.watch(this.httpServer);
  }

  /** What handlers answer is nearly always a plain object, which needs none of what Express looks for in a body. */
  override reply(response: Response, body: unknown, status?: number): void {
    if (!isPlainObject(body) || response.hasHeader('Content-Type')) {
      super.reply(response, body, status);
      return;
    }
    const json = JSON.stringify(body);
    if (status !== undefined) response.statusCode = status;
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('Content-Length', Buffer.byteLength(json));
    response.end(json);
  }
}

function isPlainObject(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}
