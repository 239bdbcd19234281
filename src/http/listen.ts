import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Env } from '../config/env';
import { StartupError } from '../config/startup-error';

/** Starts to listen, and returns the URL to open on this machine. Throws {@link StartupError}. */
export async function listen(
  server: Server,
  { HOST, PORT }: Env,
): Promise<string> {
  try {
    server.listen(PORT, HOST);
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    throw new StartupError(adviceFor(String(code), HOST, PORT), {
      cause: error,
    });
  }
  const { port } = server.address() as AddressInfo;
  return `http://${hostForPeople(HOST)}:${port}`;
}

function adviceFor(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use. Stop the process that uses it, or set PORT to another port.`;
    case 'EACCES':
      return `Port ${port} requires more privileges. Set PORT to 1024 or above.`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${host}. Set HOST to one of its addresses, or to 0.0.0.0.`;
    default:
      return `Cannot listen on ${host}, port ${port} (${code}). Check HOST and PORT.`;
  }
}

function hostForPeople(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
