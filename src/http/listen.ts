import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Env } from '../config/env';
import { StartupError } from '../config/startup-error';

/** Starts to listen, and answers the address for people on this machine. Throws {@link StartupError}. */
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
      return `Port ${port} is taken. Stop what uses it, or set PORT to another one.`;
    case 'EACCES':
      return `Port ${port} is not open to this user. Set PORT to 1024 or above.`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${host}. Set HOST to one that it has, or to 0.0.0.0.`;
    default:
      return `Cannot listen on ${host}, port ${port} (${code}). Check HOST and PORT.`;
  }
}

function hostForPeople(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
