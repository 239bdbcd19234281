import type { TrackerAdapter } from '@app/trackers';
import { ingestPathOf } from '../../http/ingest-path';

/** A message that was sent, and its result. */
export interface Sample {
  /** With placeholders for host and key. */
  readonly curl: string;
  readonly answer: unknown;
  /** The stored fields that are not null. */
  readonly row: unknown;
}

interface Service {
  readonly origin: string;
  readonly apiKey: string;
  readonly adminToken: string;
}

/** Sends the example of a tracker to a service, and reads back what was stored. Throws if it was not stored. */
export async function sendSample(
  { name, message }: TrackerAdapter,
  { origin, apiKey, adminToken }: Service,
): Promise<Sample> {
  const { pushed = false, example = {} } = message ?? {};
  const path = `${ingestPathOf(name)}?apikey=`;
  const query = pushed
    ? ''
    : `&${new URLSearchParams(example as Record<string, string>).toString()}`;
  const response = await fetch(`${origin}${path}${apiKey}${query}`, {
    ...(pushed && {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(example),
    }),
  });
  const answer = (await response.json()) as Answer;
  if (answer.status !== 'created') {
    throw new Error(`The example of ${name}: ${JSON.stringify(answer)}`);
  }
  const body = pushed
    ? ` \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(example, null, 2)}'`
    : '';
  const row = await read(
    `${origin}/v1/projects/1/installs/${answer.install_id}`,
    adminToken,
  );
  return {
    curl: `curl "https://HOST${path}KEY${query}"${body}`,
    // Without the members that are different each time.
    answer: { status: answer.status, warnings: answer.warnings },
    row: Object.fromEntries(
      Object.entries(row).filter(
        ([column, value]) =>
          value !== null &&
          value !== answer.received_at &&
          column !== 'install_id',
      ),
    ),
  };
}

interface Answer {
  readonly status: string;
  readonly install_id: string;
  readonly received_at: string;
  readonly warnings: unknown[];
}

async function read(url: string, token: string): Promise<object> {
  const response = await fetch(url, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return (await response.json()) as object;
}
