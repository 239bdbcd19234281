import { randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';
import { Pool } from 'pg';
import { run } from '../../../src/run';
import {
  COLUMN_TYPES as FIELD_COLUMNS,
  type Fields,
  FIND_FIRST,
  type First,
  INGEST,
  PROJECT_ID,
  type Result,
  TRACKER,
} from './install-table';

/**
 * The practical limit of one Node.js process and one PostgreSQL: `node:http`, no framework, no key, no validation, no
 * limits, and grouped inserts. Nobody should run this; nothing that does more can be faster.
 */

const { DATABASE_URL, HOST } = process.env;

/** While this many statements are on their way, what arrives waits and goes together. */
const STATEMENTS = 2;
/** Of one statement, at most; so few were fastest with 64 connections. */
const ROWS = 32;

const COLUMN_TYPES = Object.entries({
  install_id: 'uuid',
  received_at: 'timestamptz',
  ...FIELD_COLUMNS,
});
const COLUMNS = COLUMN_TYPES.map(([name]) => name);
const INSERT = `insert into install (project_id, tracker, ${COLUMNS.join(', ')})
select ${PROJECT_ID}, '${TRACKER}', *
from unnest(${COLUMN_TYPES.map(([, type], i) => `$${i + 1}::${type}[]`).join(', ')})
on conflict do nothing
returning install_id`;

type Install = Fields & {
  readonly install_id: string;
  readonly received_at: string;
};

interface Waiting {
  readonly install: Install;
  readonly response: ServerResponse;
}

const pool = new Pool({
  connectionString: DATABASE_URL,
  max: STATEMENTS,
  idleTimeoutMillis: 0,
  // What is sent without a zone means UTC.
  options: '-c timezone=UTC',
});
const waiting: Waiting[] = [];
let statements = 0;

function store(fields: Fields, response: ServerResponse): void {
  const received_at = new Date().toISOString();
  fields.install_timestamp ??= received_at;
  fields.click_timestamp ??= fields.install_timestamp;
  waiting.push({
    install: Object.assign(fields, { install_id: randomUUIDv7(), received_at }),
    response,
  });
  insertWaiting();
}

function insertWaiting(): void {
  if (statements >= STATEMENTS || waiting.length === 0) return;
  statements++;
  const group = waiting.splice(0, ROWS);
  // A failure ends the process, and with it the measurement.
  void insert(group).finally(() => {
    statements--;
    insertWaiting();
  });
}

async function insert(group: Waiting[]): Promise<void> {
  // Two statements that hold the same ids must lock them in the same order.
  group.sort((a, b) => compare(a.install.id, b.install.id));
  const { rows } = await pool.query<{ install_id: string }>({
    name: 'insert',
    text: INSERT,
    values: COLUMNS.map((name) =>
      toArray(group.map(({ install }) => install[name as keyof Install])),
    ),
  });
  const inserted = new Set(rows.map(({ install_id }) => install_id));
  for (const { install, response } of group) {
    const { install_id, received_at, id } = install;
    if (inserted.has(install_id)) {
      answer(response, {
        status: 'created',
        install_id,
        received_at,
        warnings: [],
      });
    } else {
      const { rows: firsts } = await pool.query<First>({
        name: 'first',
        text: FIND_FIRST,
        values: [id],
      });
      answer(response, { status: 'duplicate', ...firsts[0], warnings: [] });
    }
  }
}

/** A column that nobody has sent is one null, which unnest repeats. */
function toArray<Value>(values: Value[]): Value[] | null {
  return values.some((value) => value !== undefined) ? values : null;
}

function compare(a: string | number = '', b: string | number = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function answer(response: ServerResponse, result: Result): void {
  const body = JSON.stringify(result);
  response
    .writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    .end(body);
}

function receive(request: IncomingMessage, response: ServerResponse): void {
  const url = request.url!;
  if (!url.startsWith(INGEST)) {
    response.writeHead(404).end();
  } else if (request.method === 'GET') {
    store(parse(url.slice(url.indexOf('?') + 1)), response);
  } else {
    let body = '';
    request
      .setEncoding('utf8')
      .on('data', (chunk: string) => (body += chunk))
      .on('end', () => store(JSON.parse(body) as Fields, response));
  }
}

run(async () => {
  const server = createServer(receive).listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`Listening on http://${HOST}:${port}\n`);
});
