import type { Pool } from 'undici';

const INGEST = '/track/install/v1/custom';

export type Fields = Readonly<Record<string, string>>;

/** One answer, or none. */
export interface Answer {
  /** When it came: milliseconds, by performance.now(). */
  readonly at: number;
  /** Milliseconds that it took. */
  readonly took: number;
  /** 0: the connection was refused, or cut off. */
  readonly status: number;
  readonly text: string;
}

/** Sends an install, by GET or by POST; never throws. */
export async function send(
  pool: Pool,
  apiKey: string,
  fields: Fields,
  method: 'GET' | 'POST' = 'GET',
): Promise<Answer> {
  const begin = performance.now();
  const { status, text } = await pool
    .request(
      method === 'GET'
        ? {
            method,
            path: `${INGEST}?${new URLSearchParams({ apikey: apiKey, ...fields }).toString()}`,
          }
        : {
            method,
            path: INGEST,
            headers: {
              'x-api-key': apiKey,
              'content-type': 'application/json',
            },
            body: JSON.stringify(fields),
          },
    )
    .then(async ({ statusCode, body }) => ({
      status: statusCode,
      text: await body.text(),
    }))
    .catch(() => ({ status: 0, text: '' }));
  const at = performance.now();
  return { at, took: at - begin, status, text };
}

/** The least that an install needs, with an id of its own. */
export const anInstall = (id: string): Fields => ({
  publisher_name: 'Publisher',
  user_id: `u-${id}`,
  id,
});
