import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Dispatcher, request } from 'undici';
import { makeKey } from '../management';
import type { PostgresServer } from '../postgres-server';
import type { Scenario } from '../scenario';
import { dump, wordsIn, wordsInFiles } from '../search';
import { expect } from '../verdict';

const CUSTOM = '/track/install/v1/custom';
/** All have to be among the answers. */
const STATUSES = [200, 400, 401, 403, 404, 405, 413, 414, 415, 500, 503];

type Fields = Record<string, string>;
type Options = Omit<Dispatcher.RequestOptions, 'origin' | 'path' | 'method'>;
/** Sends a request, and keeps its answer. */
type Send = (method: string, path: string, options?: Options) => Promise<void>;

export const canaries: Scenario = {
  fault: 'S3',
  title: 'A key and the identifiers of a device, looked for everywhere',
  async run(lab) {
    const directory = await lab.directory();
    const database = await lab.database({}, directory);
    await database.query(`
      alter table install add check (campaign_name <> 'refused');
      create function slow() returns trigger language plpgsql as
      $$ begin perform pg_sleep(5); return new; end $$;
      create trigger slow before insert on install for each row
      when (new.campaign_name = 'slow') execute function slow()`);
    const service = await lab.service(database.url, { LOG_LEVEL: 'trace' });
    const { key } = await makeKey(lab, service.origin);
    const ids = {
      user_id: `canary-${randomUUID()}`,
      os_id: `canary-${randomUUID()}`,
      google_aid: randomUUID(),
    };
    const answers: { status: number; text: string; id: string }[] = [];
    const send: Send = async (method, path, options) => {
      const { statusCode, headers, body } = await request(
        service.origin + path,
        { ...options, method },
      );
      const text = `${JSON.stringify(headers)} ${await body.text()}`;
      const id = String(headers['x-request-id']);
      answers.push({ status: statusCode, text, id });
    };
    await accepted(send, key, ids);
    await refused(send, key, ids);
    await failing(send, key, ids, database);
    await accepted(send, key, ids);
    const planted = await plant(database);

    const got = new Set(answers.map(({ status }) => status));
    const missing = STATUSES.filter((status) => !got.has(status));
    expect(missing.length === 0, `No answer was ${missing.join(', ')}`);
    const errors = answers.filter(({ status }) => status >= 400);
    const secrets = [...formsOf(key), ...formsOf(lab.adminToken)];
    const personal = [
      ids.user_id,
      ids.os_id,
      ids.google_aid,
      ids.google_aid.replaceAll('-', ''),
    ];
    const every = [...secrets, ...personal];
    await database.query('checkpoint');
    const places: [string, string[]][] = [
      ['answers', wordsIn(textOf(answers), secrets)],
      ['answers of errors', wordsIn(textOf(errors), personal)],
      ["the service's log", wordsIn(service.output, every)],
      ['the dump', wordsIn(await dump(database), secrets)],
      ['the files', await wordsInFiles(directory, secrets)],
      ["PostgreSQL's log", wordsIn(await logOf(directory), every)],
    ];
    for (const [place, found] of places) {
      expect(found.length === 0, `In ${place} there is ${found.join(', ')}`);
    }
    // Where they have to be, or something else has, the search must find it.
    const present: [string, string[]][] = [
      ['the dump', wordsIn(await dump(database), personal)],
      ['the files', await wordsInFiles(directory, [ids.user_id])],
      ["the service's log", wordsIn(service.output, [answers[0].id])],
      ["PostgreSQL's log", wordsIn(await logOf(directory), [planted])],
    ];
    for (const [place, found] of present) {
      expect(found.length > 0, `The search finds nothing in ${place}`);
    }
    return { answers: answers.length, errors: errors.length, found: 0 };
  },
};

const textOf = (answers: readonly { text: string }[]) =>
  answers.map(({ text }) => text).join('\n');

/** How a secret might be written; without what may be told of it, which are its last characters. */
function formsOf(secret: string): string[] {
  const most = secret.slice(4, -6);
  return [most, Buffer.from(most).toString('hex'), btoa(most).slice(0, -4)];
}

const logOf = (directory: string) =>
  readFile(join(directory, 'postgres.log'), 'utf8');

const ingest = (key: string, fields: Fields) =>
  `${CUSTOM}?${new URLSearchParams({ apikey: key, publisher_name: 'P', ...fields }).toString()}`;

/** In each way that it can be sent, and again. */
async function accepted(send: Send, key: string, ids: Fields): Promise<void> {
  const fields = { publisher_name: 'P', ...ids };
  for (let times = 0; times < 2; times++) {
    await send('GET', ingest(key, { ...ids, id: '1', cost: `${times}` }));
    await send('POST', CUSTOM, {
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ ...fields, id: '2' }),
    });
    await send('POST', CUSTOM, {
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ ...fields, id: '3' }).toString(),
    });
  }
}

/** Wrong in ways of which the answer, or the log, might quote something. */
async function refused(send: Send, key: string, ids: Fields): Promise<void> {
  const { user_id, os_id, google_aid } = ids;
  const mistyped = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
  const faults: Fields[] = [
    { cost: user_id, country_code: os_id, install_timestamp: google_aid },
    { google_aid: `${google_aid}z`, ios_ifa: user_id },
    { user_id: user_id.repeat(20), os_id: `${os_id}\n` },
    { event_name: user_id, click_timestamp: key },
    { publisher_name: '' },
  ];
  for (const fields of faults) {
    await send('GET', ingest(key, { ...ids, ...fields }));
  }
  await send('GET', `${ingest(key, ids)}&user_id=another`);
  for (const bad of [mistyped, `${key}x`, `"${key}"`, key.toLowerCase()]) {
    await send('GET', ingest(bad, ids));
    await send('GET', '/v1/projects', {
      headers: { authorization: `Bearer ${bad}` },
    });
  }
  await send('GET', `/v1/projects/1/installs?user_id=${user_id}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const query = new URLSearchParams({ apikey: key, ...ids }).toString();
  await send('GET', `/track/install/v1/${key}?${query}`);
  await send('GET', `/${key}/${user_id}?${query}`);
  await send('PUT', ingest(key, ids));
  await send('GET', ingest(key, { ...ids, s_site: user_id.repeat(200) }));
  const headers = { 'x-api-key': key, 'content-type': 'application/json' };
  for (const body of [
    `{"user_id":"${user_id}", ${os_id}`,
    JSON.stringify({ ...ids, user_id: [user_id], os_id: { [os_id]: key } }),
    JSON.stringify({ ...ids, s_site: user_id.repeat(1_000) }),
  ]) {
    await send('POST', CUSTOM, { headers, body });
  }
  await send('POST', CUSTOM, {
    headers: { ...headers, 'content-type': `text/${user_id}` },
    body: JSON.stringify(ids),
  });
}

/** The database refuses it, takes too long, ends in the middle of it, and is away. */
async function failing(
  send: Send,
  key: string,
  ids: Fields,
  database: PostgresServer,
): Promise<void> {
  await send('GET', ingest(key, { ...ids, campaign_name: 'refused' }));
  const slow = ingest(key, { ...ids, campaign_name: 'slow' });
  await send('GET', slow);
  const cutOff = send('GET', slow);
  await setTimeout(200);
  await database.kill();
  await cutOff;
  await send('GET', ingest(key, ids));
  await database.start();
  // Until the service has noticed.
  await setTimeout(1_500);
}

/** Has PostgreSQL log a statement that fails, as it does unless told otherwise; a word of it. */
async function plant(database: PostgresServer): Promise<string> {
  const word = `planted-${randomUUID()}`;
  const client = await database.connect();
  await client.query(
    `set log_min_error_statement = error; set log_error_verbosity = default`,
  );
  await client
    .query(
      `insert into install (project_id, tracker, user_id, campaign_name) values (1, 'custom', '${word}', 'refused')`,
    )
    .catch(() => undefined);
  await client.end();
  return word;
}
