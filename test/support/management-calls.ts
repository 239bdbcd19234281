import request from 'supertest';
import { startApp, type TestApp } from './app';
import { CUSTOM } from './ingest';
import { call, makeKey, sendInstall } from './management';
import { type Document, type Operation, operationsOf } from './operations';
import { makeTenant, rejectionsOf } from './rejections';

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

  /** Some of them, and not too few: else the test of them would say nothing. */
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

  /** Sends it as the administrator and expects an answer that blames nobody but the caller. */
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
