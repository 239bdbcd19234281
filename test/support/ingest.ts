import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { Client } from 'pg';
import request, { type Response } from 'supertest';
import type { TestApp } from './app';

export const CUSTOM = '/track/install/v1/custom';

export const UUID_V7 =
  /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export type Fields = Record<string, unknown>;
export type Row = Record<string, unknown>;

/** An answer, whichever client got it. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Result {
  readonly status: string;
  readonly install_id: string;
  readonly received_at: string;
  readonly differs?: string[];
  readonly warnings: { field: string; code: string; message: string }[];
}

/** The least that is an install, under an `id` of its own, and what is given. */
export function anInstall(fields: Fields = {}): Fields {
  return {
    publisher_name: 'Publisher',
    user_id: 'player-42',
    id: randomUUID(),
    ...fields,
  };
}

/** `anInstall` as a query or a form. */
export function aForm(fields: Record<string, string> = {}): string {
  return new URLSearchParams(
    anInstall(fields) as Record<string, string>,
  ).toString();
}

/** Sends JSON: the fields, or the text as it is. */
export async function post(
  { server, apiKey }: TestApp,
  json: Fields | string,
  key = apiKey,
): Promise<Response> {
  return request(server)
    .post(CUSTOM)
    .set('X-Api-Key', key)
    .set('Content-Type', 'application/json')
    .send(typeof json === 'string' ? json : JSON.stringify(json));
}

interface Outgoing {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** Sends exactly this: no header is added but Host, Connection and the framing. */
export function exchange(
  origin: string,
  { method = 'GET', path = CUSTOM, headers = {}, body }: Outgoing,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const length = body === undefined ? 0 : Buffer.byteLength(body);
    const framing =
      body === undefined ? {} : { 'Content-Length': String(length) };
    const sending = httpRequest(
      {
        hostname,
        port,
        method,
        path,
        agent: false,
        headers: { ...framing, ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', reject)
          .on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString(),
            }),
          );
      },
    );
    sending.on('error', reject).end(body);
  });
}

/** Sends bytes over a socket and answers what came back until the server closed the connection. */
export function exchangeRaw(origin: string, bytes: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) })
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('error', reject)
      .on('close', () => resolve(parseAnswer(Buffer.concat(chunks))))
      .setTimeout(4_000, () =>
        socket.destroy(new Error('The server left the connection open')),
      );
    socket.write(bytes, 'latin1');
  });
}

function parseAnswer(bytes: Buffer): Answer {
  const end = bytes.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = bytes
    .toString('latin1', 0, Math.max(end, 0))
    .split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1] ?? 0),
    headers: Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [
          line.slice(0, colon).toLowerCase(),
          line.slice(colon + 1).trim(),
        ];
      }),
    ),
    text: bytes.toString('utf8', end + 4),
  };
}

/** Expects a 200 in the form of the contract. */
export function expectResult(answer: Answer): Result {
  expect({ status: answer.status, text: answer.text }).toMatchObject({
    status: 200,
  });
  const result = JSON.parse(answer.text) as Result;
  expect(result).toEqual({
    status: expect.stringMatching(/^(created|duplicate)$/),
    install_id: expect.stringMatching(UUID_V7),
    received_at: expect.stringMatching(ISO_TIME),
    warnings: expect.any(Array),
    ...(result.status === 'duplicate' && { differs: expect.any(Array) }),
  });
  return result;
}

/** The install that was just created, as it is stored. */
export async function expectCreated(
  { db }: TestApp,
  answer: Answer,
): Promise<Row> {
  const result = expectResult(answer);
  expect(result.status).toBe('created');
  return storedInstall(db, result.install_id);
}

/** The one row of an install. */
export async function storedInstall(
  db: Client,
  installId: string,
): Promise<Row> {
  const { rows } = await db.query<Row>(
    'select * from install where install_id = $1',
    [installId],
  );
  expect(rows).toHaveLength(1);
  return rows[0];
}

export async function installCount({ db }: TestApp): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*)::int as count from install',
  );
  return rows[0].count;
}
