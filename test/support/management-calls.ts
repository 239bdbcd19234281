import request from 'supertest';
import { startApp, type TestApp } from './app';
import { inParallel } from './in-parallel';
import { CUSTOM } from './ingest';
import { call, makeKey, sendInstall } from './management';
import { type Document, type Operation, operationsOf } from './operations';
import { makeTenant, rejectionsOf } from './rejections';

/** How many requests are sent at the same time: fewer than the service admits. */
const AT_ONCE = 3;

interface Sent {
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** Every call of the management API, of a service that has one row of each kind. */
export class ManagementCalls {
  private constructor(
    readonly app: TestApp,
    readonly operations: readonly Operation[],
    /** Values of path parameters that name something. */
    readonly named: Readonly<Record<string, string>>,
  ) {}

  static async start(): Promise<ManagementCalls> {
    const app = await startApp();
    const { body } = await request(app.server).get('/openapi.json').expect(200);
    return new ManagementCalls(
      app,
      operationsOf(body as Document),
      await makeOneOfEach(app),
    );
  }

  /** Those that the filter selects; throws when there are too few for a test. */
  those(filter: (operation: Operation) => boolean): Operation[] {
    const found = this.operations.filter(filter);
    if (found.length < 3) throw new Error('The document lacks such calls');
    return found;
  }

  pathOf({ path }: Operation, values: Record<string, string> = {}): string {
    return path.replaceAll(
      /\{(\w+)\}/g,
      (_, name: string) => values[name] ?? this.named[name],
    );
  }

  /** Sends each as the administrator; returns their statuses. Throws for a 5xx, and for a 4xx that is not a problem. */
  async sendAll(requests: readonly Sent[]): Promise<number[]> {
    const statuses: number[] = [];
    await inParallel(requests.length, AT_ONCE, async (n) => {
      statuses[n] = await this.send(requests[n]);
    });
    return statuses;
  }

  async send({ path, method, body, headers = {} }: Sent): Promise<number> {
    const response = await fetch(this.app.origin + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.app.adminToken}`,
        'Content-Type': 'application/json',
        ...headers,
      },
      body,
    });
    const text = await response.text();
    const { status } = response;
    const type = response.headers.get('content-type') ?? '';
    if (status >= 500 || (status >= 400 && !type.includes('problem+json'))) {
      throw new Error(`${method} ${path} ${body}: ${status} ${text}`);
    }
    return status;
  }
}

async function makeOneOfEach(app: TestApp): Promise<Record<string, string>> {
  const tenant = await makeTenant(app);
  const { path, key, projectId } = tenant;
  const { body: install } = await sendInstall(app, key).expect(200);
  await request(app.server).get(CUSTOM).query({ apikey: key }).expect(400);
  const [{ rejection_id }] = await rejectionsOf(app, tenant, 1);
  const { body: replay } = await call(app, 'post', `${path}/rejections/replay`)
    .send({ filter: {} })
    .expect(202);
  return {
    project_id: String(projectId),
    key_id: (await makeKey(app, {}, projectId)).key_id,
    install_id: (install as { install_id: string }).install_id,
    rejection_id,
    replay_id: (replay as { replay_id: string }).replay_id,
    tracker: 'adjust',
  };
}
