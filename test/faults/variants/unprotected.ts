import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGunzip, gzipSync } from 'node:zlib';
import { EntityManager } from '@mikro-orm/postgresql';
import { json } from 'express';

/** The service without one of its protections of neighbours: the fault tests must find it. */
const built = join(__dirname, '../../../..');

// oxlint-disable-next-line typescript/no-explicit-any -- private members are replaced as well
type Method = (this: any, ...args: any[]) => unknown;

interface Kind {
  readonly since: string;
  readonly rejections: number;
}

interface Module {
  readonly [name: string]: Method & { prototype: Record<string, Method> };
}

// oxlint-disable-next-line typescript/no-require-imports -- the built service, not a copy of it
const load = (path: string) => require(join(built, path)) as Module;

/** Replaces a function of a module, or a method of a prototype. */
function replace(
  of: object,
  name: string,
  replacement: (before: Method) => Method,
): void {
  Reflect.set(of, name, replacement(Reflect.get(of, name) as Method));
}

const UNLIMITED = {
  maxPerOwner: Infinity,
  maxWaitingPerOwner: Infinity,
  maxWaiting: Infinity,
};

const PROTECTIONS = {
  /** Masking goes through a run of backslashes again from each of them. */
  linear: () => {
    const masking = load('src/rejections/stored-request/mask-secrets.js');
    replace(
      masking,
      'maskSecrets',
      () => (text: string) => text.replace(/\\+u/g, '***'),
    );
  },

  /** Whoever comes first gets a connection, a turn or a place, reader or sender. */
  shares: () => {
    const connections = load('src/database/connections.js');
    replace(connections, 'divideConnections', () => (total: number) => ({
      postbacks: total,
      shared: total,
    }));
    const { DatabaseModule } = load('src/database/database.module.js');
    replace(DatabaseModule, 'forRoot', (forRoot) => (...args) => {
      const made = forRoot.apply(DatabaseModule, args) as {
        providers: object[];
      };
      made.providers.push({
        provide: connections.PostbackEntityManager,
        useExisting: EntityManager,
      });
      return made;
    });
    const { DatabaseGate } = load('src/database/database-gate.js');
    replace(
      DatabaseGate.prototype,
      'run',
      () => (_owner, work: Method) => work(),
    );
    const { Batcher, FairSemaphore } = load('libs/batching/src/index.js');
    replace(
      Batcher.prototype,
      'submit',
      (submit) =>
        function (item) {
          this.options.ownerOf = () => undefined;
          return submit.call(this, item);
        },
    );
    replace(
      FairSemaphore.prototype,
      'run',
      (run) =>
        function (_owner, ...args) {
          Object.assign(this.options, UNLIMITED);
          return run.call(this, undefined, ...args);
        },
    );
  },

  /** Bodies are inflated while they arrive, and nobody adds up what they take. */
  budget: () => {
    const bodies = load('src/http/with-body.js');
    replace(
      bodies,
      'withBody',
      () => async (request, _options, use: Method) => {
        const isGzip = request.headers['content-encoding'] === 'gzip';
        return use(
          await buffer(isGzip ? request.pipe(createGunzip()) : request),
        );
      },
    );
  },

  /** All replays run at once, without rest, and take connections as they like. */
  turns: () => {
    PROTECTIONS.shares();
    const { Leasing } = load('libs/leasing/src/index.js');
    replace(
      Leasing.prototype,
      'start',
      (start) =>
        function () {
          this.options.maxRunning = 1_000;
          start.call(this);
        },
    );
    const { ReplayRunner } = load('src/replays/replay-runner.js');
    replace(
      ReplayRunner.prototype,
      'work',
      () =>
        async function (job, replay, signal) {
          let current = replay;
          for (;;) {
            signal.throwIfAborted();
            const progress = await this.replayNext(current, signal);
            if (!progress) return this.leases.finish(job, current);
            if (!(await this.leases.advance(job, progress))) return undefined;
            current = { ...current, ...progress };
          }
        },
    );
  },

  /** Bodies of the management API are inflated and parsed before anybody looks at the key. */
  guard: () => {
    const configure = load('src/configure-app.js');
    replace(configure, 'configureApp', (configureApp) => (app) => {
      app.use('/v1', json({ type: () => true }));
      configureApp(app);
    });
    const { ReadJsonBody } = load('src/http/json-body.js');
    replace(
      ReadJsonBody.prototype,
      'intercept',
      () => (_context, next) => next.handle(),
    );
  },

  /** The OpenAPI document is written and compressed for each request. */
  buffers: () => {
    const { StaticAsset } = load('src/http/static-asset.js');
    replace(
      StaticAsset.prototype,
      'send',
      () =>
        function (_request, response) {
          this.document ??= JSON.parse(String(this.plain));
          const document = gzipSync(JSON.stringify(this.document));
          response.set('Content-Encoding', 'gzip').send(document);
        },
    );
  },

  /** Where as many are connected as may be, the newest is turned away. */
  oldest: () => {
    const { ConnectionBound } = load('src/http/connection-bound.js');
    replace(
      ConnectionBound.prototype,
      'watch',
      () =>
        function (server) {
          server.maxConnections = this.most;
        },
    );
  },

  /** Refusals are counted by whatever the sender calls the tracker. */
  unknown: () => {
    const { RejectionLog } = load('src/rejections/rejection-log.js');
    replace(
      RejectionLog.prototype,
      'keep',
      (keep) =>
        function (rejection) {
          const tracker = rejection.path.split('/').at(-1);
          return keep.call(this, { ...rejection, tracker });
        },
    );
  },

  /** The oldest rejections are erased first, whoever has the most. */
  eviction: () => {
    const plan = load('src/rejections/plan-eviction.js');
    replace(
      plan,
      'planEviction',
      () => (kinds: Kind[], excess: number) =>
        kinds
          .toSorted((a, b) => a.since.localeCompare(b.since))
          .map((kind) => ({
            ...kind,
            rejections: Math.min(kind.rejections, excess),
          })),
    );
  },
} satisfies Record<string, () => void>;

export type Protection = keyof typeof PROTECTIONS;

PROTECTIONS[process.env.WITHOUT as Protection]();

// oxlint-disable-next-line typescript/no-require-imports -- the built service, not a copy of it
require(join(built, 'src/main.js'));
