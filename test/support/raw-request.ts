import { once } from 'node:events';
import { connect } from 'node:net';

/** Milliseconds until the other side has to close a connection that we have ended. */
const PATIENCE = 15_000;

export interface RawAnswer {
  /** All that came back, as Latin-1. */
  readonly text: string;
  /** Milliseconds until it came; undefined when it came only after we had ended the connection, or never. */
  readonly took?: number;
}

/**
 * Sends bytes, and ends the connection behind the answer, or after `pause` milliseconds without one: the request may have
 * no end. Throws when the other side keeps the connection open even so.
 */
export async function sendRaw(
  origin: string,
  bytes: Uint8Array,
  pause: number,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  let text = '';
  let took: number | undefined;
  let silent = false;
  await once(socket, 'connect');
  const begin = performance.now();
  const end = setTimeout(() => socket.end(), pause);
  socket
    .on('error', () => undefined)
    .on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      // Not the answer yet.
      if (/^HTTP\/1\.1 100 [^\r]*\r\n\r\n$/.test(text)) return;
      if (socket.writable) took = performance.now() - begin;
      socket.end();
    })
    .setTimeout(PATIENCE, () => {
      silent = true;
      socket.destroy();
    })
    .write(bytes);
  await once(socket, 'close');
  clearTimeout(end);
  if (silent) throw new Error('The connection was left open');
  return { text, took };
}
