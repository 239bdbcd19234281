import type { Document } from '../../support/operations';
import { createDatabase } from '../../support/postgres';
import { Service } from '../../support/service';
import { TEMPLATE } from '../../support/template';

interface Line {
  readonly req?: { readonly id: string; readonly method: string };
  readonly route?: string;
}

/** Stands wherever a sender can write something. */
const CANARY = 'written-by-a-sender';

let database: { url: string; drop(): Promise<void> };
let service: Service;

beforeAll(async () => {
  database = await createDatabase(TEMPLATE);
  service = new Service({ DATABASE_URL: database.url, LOG_LEVEL: 'debug' });
  await service.listening();
});

afterAll(async () => {
  service.signal('SIGTERM');
  await service.ended();
  await database.drop();
});

async function send(method: string, path: string): Promise<string> {
  const response = await fetch(`${service.origin}${path}?a=${CANARY}`, {
    method,
    headers: { 'X-Api-Key': CANARY, 'User-Agent': CANARY },
    ...(method !== 'GET' && { body: CANARY }),
  });
  await response.arrayBuffer();
  return response.headers.get('x-request-id')!;
}

/** By the id of the request. */
const requestLines = (): Map<string, Line> =>
  new Map(
    service.output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line)
      .flatMap((line) =>
        line.req && line.route ? [[line.req.id, line] as const] : [],
      ),
  );

async function logOf(
  requests: readonly (readonly [method: string, path: string])[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const [method, path] of requests) ids.push(await send(method, path));
  const end = Date.now() + 5_000;
  while (!ids.every((id) => requestLines().has(id)) && Date.now() < end) {
    await new Promise((done) => setTimeout(done, 20));
  }
  const lines = requestLines();
  return ids.map((id) => {
    const { req, route } = lines.get(id) ?? {};
    return `${req?.method} ${route}`;
  });
}

describe('the log of a request', () => {
  it('names the template of each documented route, without values of the URL', async () => {
    const document = (await (
      await fetch(`${service.origin}/openapi.json`)
    ).json()) as Document;
    const routes = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => [method.toUpperCase(), path] as const),
    );
    expect(routes.length).toBeGreaterThan(30);
    const logged = await logOf(
      routes.map(([method, path]) => [
        method,
        path.replaceAll(/\{\w+\}/g, CANARY),
      ]),
    );
    expect(logged).toEqual(
      routes.map(
        ([method, path]) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      ),
    );
  });

  it.each([
    ['GET', `/track/install/v1/${CANARY}`, '/track/install/v1/:tracker'],
    ['POST', `/track/install/v1/${CANARY}`, '/track/install/v1/:tracker'],
    [
      'POST',
      `/track/install/v1/${CANARY}/batch`,
      '/track/install/v1/:tracker/batch',
    ],
    ['GET', '/track/install/v1/CUSTOM/', '/track/install/v1/custom'],
  ])('of %s %s names %s', async (method, path, route) => {
    expect(await logOf([[method, path]])).toEqual([`${method} ${route}`]);
  });

  it.each([
    ['GET', '/'],
    ['GET', `/${CANARY}`],
    ['GET', `/v1/${CANARY}`],
    ['DELETE', '/track/install/v1/custom'],
    ['GET', `/track/install/v1/custom&apikey=${CANARY}/more/still`],
    ['GET', `/track/${CANARY}`],
    ['PUT', `/v1/projects/${CANARY}/keys`],
  ])('of %s %s names no route', async (method, path) => {
    expect(await logOf([[method, path]])).toEqual([`${method} (other)`]);
  });

  it('contains nothing else that the sender wrote, and no address', async () => {
    await logOf([['POST', `/track/install/v1/${CANARY}`]]);
    expect(service.output).not.toContain(CANARY);
    expect(service.output).not.toContain('remoteAddress');
  });
});
