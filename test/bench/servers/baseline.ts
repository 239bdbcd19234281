import { hash, randomUUIDv7 } from 'node:crypto';
import Fastify, { type FastifyRequest } from 'fastify';
import { Pool } from 'pg';
import { run } from '../../../src/run';
import {
  type Fields,
  COLUMN_TYPES,
  FIND_FIRST,
  type First,
  INGEST,
  PROJECT_ID,
  type Result,
  TRACKER,
} from './install-table';
import { FIELDS, type FieldName } from '../../support/fields';

/**
 * The baseline: what a good team writes in an afternoon. Fastify, a JSON schema, and one prepared INSERT a request.
 * Repeats are recognised by `id` only, and values are refused rather than read sloppily.
 */

const { DATABASE_URL, API_KEY = '', HOST } = process.env;

/** As many as the service has by default; more, up to 36, were no faster on two cores. */
const CONNECTIONS = 10;

const TEXT = { type: 'string', minLength: 1, maxLength: 1024 };
const KEY_TEXT = { type: 'string', minLength: 1, maxLength: 255 };
const TYPES = {
  text: TEXT,
  uuid: {
    type: 'string',
    pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
  },
  timestamptz: {
    type: 'string',
    pattern:
      '^\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?(Z|[+-]\\d\\d:?\\d\\d)?$',
  },
  numeric: { type: 'number', minimum: 0, maximum: 999_999.999999 },
};
const EXCEPTIONS: Partial<Record<FieldName, object>> = {
  country_code: { type: 'string', pattern: '^[A-Za-z]{2}$' },
  event_name: { type: 'string', pattern: '^[Ii][Nn][Ss][Tt][Aa][Ll][Ll]$' },
  id: KEY_TEXT,
  os_id: KEY_TEXT,
  user_id: KEY_TEXT,
};
const IDENTIFIERS: readonly FieldName[] = [
  'ios_ifa',
  'ios_ifv',
  'os_id',
  'google_aid',
  'windows_aid',
  'user_id',
];
const POSTBACK = {
  type: 'object',
  required: ['publisher_name'],
  properties: Object.fromEntries(
    FIELDS.map((name) => [name, EXCEPTIONS[name] ?? TYPES[COLUMN_TYPES[name]]]),
  ),
  anyOf: IDENTIFIERS.map((name) => ({ required: [name] })),
};
const RESULT = {
  type: 'object',
  properties: {
    status: { type: 'string' },
    install_id: { type: 'string' },
    received_at: { type: 'string' },
    warnings: { type: 'array', items: { type: 'string' } },
  },
};

const COLUMNS = ['install_id', 'received_at', ...FIELDS];
const INSERT = `insert into install (project_id, tracker, ${COLUMNS.join(', ')})
values (${PROJECT_ID}, '${TRACKER}', ${COLUMNS.map((_, i) => `$${i + 1}`).join(', ')})
on conflict do nothing`;

const sha256 = (text: string) => hash('sha256', text, 'base64');
const keys = new Set([sha256(API_KEY)]);

const pool = new Pool({
  connectionString: DATABASE_URL,
  max: CONNECTIONS,
  idleTimeoutMillis: 0,
  // What is sent without a zone means UTC.
  options: '-c timezone=UTC',
});

async function store(fields: Fields): Promise<Result> {
  const install_id = randomUUIDv7();
  const received_at = new Date().toISOString();
  fields.install_timestamp ??= received_at;
  fields.click_timestamp ??= fields.install_timestamp;
  const { rowCount } = await pool.query({
    name: 'insert',
    text: INSERT,
    values: [install_id, received_at, ...FIELDS.map((name) => fields[name])],
  });
  if (rowCount === 1) {
    return { status: 'created', install_id, received_at, warnings: [] };
  }
  const { rows } = await pool.query<First>({
    name: 'first',
    text: FIND_FIRST,
    values: [fields.id],
  });
  return { status: 'duplicate', ...rows[0], warnings: [] };
}

type Query = { apikey?: string } & Fields;

const app = Fastify();

app.addHook('onRequest', ({ query, headers }, reply, next) => {
  const key = (query as Query).apikey ?? headers['x-api-key'];
  if (typeof key === 'string' && keys.has(sha256(key))) next();
  else reply.code(401).send({ code: 'invalid_key' });
});
app.get(
  INGEST,
  { schema: { querystring: POSTBACK, response: { 200: RESULT } } },
  ({ query }: FastifyRequest<{ Querystring: Fields }>) => store(query),
);
app.post(
  INGEST,
  { schema: { body: POSTBACK, response: { 200: RESULT } } },
  ({ body }: FastifyRequest<{ Body: Fields }>) => store(body),
);

run(async () => {
  process.stdout.write(
    `Listening on ${await app.listen({ host: HOST, port: 0 })}\n`,
  );
});
