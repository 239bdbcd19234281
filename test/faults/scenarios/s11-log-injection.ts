import { startupBanner } from '../../../src/first-start/startup-banner';
import type { ServerProcess } from '../../support/server-process';
import { anInstall } from '../exchange';
import { sendRaw } from '../../support/raw-request';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const INGEST = '/track/install/v1/custom';
const MARK = 'written-by-a-sender';
const LINE = `{"level":60,"time":1,"msg":"${MARK}"}`;
/** What a log, or a terminal that shows one, might take for more than text. */
const TEXTS = [
  `\r\n${LINE}\r\n`,
  `\n${LINE}`,
  `","level":60,"msg":"${MARK}`,
  `\\n${LINE}`,
  `\u2028${LINE}\u2029`,
  `\u0085${LINE}`,
  `\u001b[2K\u001b[1A${MARK}\u001b[31m`,
  `\0${MARK}\b\b`,
  `%0d%0a${MARK}${LINE}`,
];
/** All have to be among the answers. */
const STATUSES = '200 400 401 404 405 413 414 415 500 503'.split(' ');
/** Milliseconds until a request without an end is given up. */
const PAUSE = 200;

export const logInjection: Scenario = {
  fault: 'S11',
  title: 'Senders write what looks like lines of the log',
  async run(lab) {
    const database = await lab.database();
    await database.query(
      `alter table install add check (campaign_name <> 'refused')`,
    );
    const service = await lab.service(database.url, { LOG_LEVEL: 'trace' });
    const statuses = new Set<string>();
    let sent = 0;
    const send = async (bytes: string) => {
      sent++;
      const { text } = await sendRaw(service.origin, Buffer.from(bytes), PAUSE);
      const [head] = text.split('\r\n\r\n');
      expect(!head.includes(MARK), `An answer has the header ${head}`);
      statuses.add(head.slice(9, 12));
    };

    for (const text of TEXTS) {
      for (const each of requests(lab.apiKey, lab.adminToken, text)) {
        await send(each);
      }
    }
    await database.kill();
    for (const text of TEXTS) await send(ingest(lab.apiKey, { id: text }));

    const missing = STATUSES.filter((status) => !statuses.has(status));
    expect(missing.length === 0, `No answer was ${missing.join(', ')}`);
    const lines = linesOf(service);
    const completed = lines.filter((line) =>
      line.includes('request completed'),
    );
    // Some are refused by the parser, before they are requests.
    expect(completed.length > sent / 3, `${completed.length} have been logged`);
    const wrong = lines.find((line) => !isEntry(service, line));
    expect(wrong === undefined, `A line of the log is ${wrong}`);
    // The search itself must be able to find something.
    for (const planted of [LINE, MARK, '', `{"msg":"${MARK}"}`]) {
      expect(!isEntry(service, planted), `It takes ${planted} for its own`);
    }
    return { requests: sent, lines: lines.length, wrong: 0 };
  },
};

/** Whatever has been written since the banner. */
function linesOf({ output, origin }: ServerProcess): string[] {
  const lines = output
    .replace(startupBanner({ address: origin, credentials: {} }), '')
    .split('\n');
  expect(lines.pop() === '', 'The last line has no end');
  return lines;
}

/** Is it one JSON object of the service's own, without anything that a sender has written? */
function isEntry({ pid }: ServerProcess, line: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these above all
  if (line.includes(MARK) || /[\p{Cc}\u2028\u2029]/u.test(line)) return false;
  try {
    const entry = JSON.parse(line) as { pid?: unknown } | null;
    return entry?.pid === pid;
  } catch {
    return false;
  }
}

function message(
  head: string,
  headers: readonly string[] = [],
  body = '',
): string {
  const length = Buffer.byteLength(body);
  return [
    `${head} HTTP/1.1`,
    'Host: x',
    'Connection: close',
    ...headers,
    ...(length > 0 ? [`Content-Length: ${length}`] : []),
    '',
    body,
  ].join('\r\n');
}

function ingest(
  apiKey: string,
  fields: Record<string, string>,
  headers?: string[],
): string {
  const query = new URLSearchParams({
    apikey: apiKey,
    ...anInstall('s11'),
    ...fields,
  });
  return message(`GET ${INGEST}?${query.toString()}`, headers);
}

/** One text in all places that it can be sent in. */
function requests(apiKey: string, token: string, text: string): string[] {
  const escaped = encodeURIComponent(text);
  const key = `X-Api-Key: ${apiKey}`;
  const json = 'Content-Type: application/json';
  const post = (body: string, ...headers: string[]) =>
    message(`POST ${INGEST}`, [key, ...headers], body);
  return [
    ingest(apiKey, { publisher_name: text }),
    ingest(apiKey, { cost: text }),
    ingest(apiKey, { [text]: text }),
    ingest(apiKey, { campaign_name: 'refused', s_site: MARK, id: MARK }),
    ingest(text, {}),
    ingest(apiKey, { publisher_name: text.repeat(400) }),
    ...['X-Request-Id', 'User-Agent', 'Referer', 'X-Forwarded-For'].map(
      (name) => ingest(apiKey, {}, [`${name}: ${text}`]),
    ),
    message(`GET ${INGEST}?apikey=${apiKey}&publisher_name=${text}`),
    message(`GET /track/install/v1/${escaped}`, [key]),
    message(`GET /${escaped}?${escaped}`),
    message(`GET /health/${escaped}`),
    message(`GET /v1/projects/${escaped}`, [`Authorization: Bearer ${token}`]),
    message(`GET /v1/projects`, [`Authorization: Bearer ${escaped}`]),
    message(`PUT ${INGEST}?${escaped}`, [key]),
    message(`${text} /`),
    post(JSON.stringify({ publisher_name: text, id: text }), json),
    post(JSON.stringify({ [text]: text }), json),
    post(`{"id": ${text}`, json),
    post(text, `Content-Type: application/${escaped}`),
    post(text, `Content-Type: ${text}`),
    post(text.repeat(4_000), json),
  ];
}
