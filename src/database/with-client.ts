import { Client } from 'pg';

/** Runs work on a new connection. Throws the errors of connecting and of the work. */
export async function withClient<Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
  });
  // The pending query rejects as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    // Not awaited: on a broken connection it may never settle.
    void client.end().catch(() => undefined);
  }
}
