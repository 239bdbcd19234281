import { Client } from 'pg';

/** Does some work on a connection of its own. Throws what connecting and the work throw. */
export async function withClient<Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
  });
  // Whoever waits for a query is told as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    // Not awaited: saying goodbye over a dead connection can take for ever.
    void client.end().catch(() => undefined);
  }
}
