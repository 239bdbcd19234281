import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';

export interface TestDatabase {
  url: string;
  drop: () => Promise<void>;
}

/** Makes a database of its own for a suite, empty or as a copy of `template`, to which nobody may be connected. */
export async function createDatabase(template?: string): Promise<TestDatabase> {
  const url = new URL(serverUrl());
  const name = `test_${randomBytes(8).toString('hex')}`;
  const source = template ? ` template ${escapeIdentifier(template)}` : '';
  await run(`create database ${name}${source}`);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => run(`drop database if exists ${name} with (force)`),
  };
}

async function run(sql: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Set by hand, or by the global set-up. */
function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) {
    throw new Error('TEST_DATABASE_URL is not set: jest needs its globalSetup');
  }
  return url;
}

export const portOf = ({ url }: Pick<TestDatabase, 'url'>): number =>
  Number(new URL(url).port);

/** The URL of the database by way of another port of this machine. */
export function throughPort(
  { url }: Pick<TestDatabase, 'url'>,
  port: number,
): string {
  const through = new URL(url);
  through.host = `127.0.0.1:${port}`;
  return through.href;
}
