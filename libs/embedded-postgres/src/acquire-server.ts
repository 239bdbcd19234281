import { setTimeout } from 'node:timers/promises';
import type { Cluster } from './cluster';
import { codeOf } from './commands';
import { EmbeddedPostgresError } from './errors';
import {
  CANNOT_CONNECT_NOW,
  INVALID_PASSWORD,
  LOCK_NOT_AVAILABLE,
  OwnerConnection,
} from './owner-connection';

/** Milliseconds to wait for another start to finish, or for a killed server to end. */
const HANDOVER_MS = 10_000;

/** Milliseconds that a running server has for its recovery. */
const RECOVERY_MS = 300_000;

const PAUSE_MS = 100;

export interface AcquiredServer {
  readonly port: number;
  /** Undefined if another process owns the server. */
  readonly owner?: OwnerConnection;
}

export interface AcquireOptions {
  readonly cluster: Cluster;
  /** Settings of postgresql.conf, if this process starts the server. */
  readonly settings: Record<string, string>;
  /** The URL of the maintenance database of the server on a port. */
  readonly urlOf: (port: number) => string;
  /** Whether to use a server that another process owns. */
  readonly shared: boolean;
}

/**
 * Makes this process the owner of the server, which it starts if none is running.
 *
 * ```
 *            ┌─────────────────────── pause ◄───────────────────────┐
 *            ▼                                                      │
 *        CONNECT ── locked by an owner ──► shared? use it : fail    │
 *         │  │  └── server is recovering ──────────────────────────►┤ until RECOVERY_MS
 *         │  │                                                      │
 *         │  └───── no port, refused, wrong server ──► START        │
 *         │                                           │   └─ busy ─►┘ until HANDOVER_MS
 *         │                                           │
 *         │  ◄──────────── started: CONNECT again ────┘
 *         ▼
 *       OWNED
 * ```
 *
 * CONNECT takes the owner's advisory lock in the server. It decides who owns a server that runs. START is decided by the
 * lock of the kernel and the lock file of PostgreSQL: of two starts at once one succeeds, and the other finds it busy. After
 * the time limit, a server that was started here is stopped again.
 *
 * Throws {@link EmbeddedPostgresError} if another process uses the directory, and the error of PostgreSQL if the password
 * is wrong.
 */
export async function acquireServer(
  options: AcquireOptions,
): Promise<AcquiredServer> {
  const { cluster, settings, shared } = options;
  const since = Date.now();
  let started = false;
  for (;;) {
    const { port, owner, failure } = await connect(options);
    if (port !== undefined && owner) return { port, owner };
    const code = codeOf(failure);
    if (code === LOCK_NOT_AVAILABLE) {
      if (port !== undefined && shared) return { port };
      throw inUse(cluster.directory, failure);
    }
    const isRecovering = code === CANNOT_CONNECT_NOW;
    if (!isRecovering && (await cluster.start(settings))) {
      started = true;
      continue;
    }
    const limit = isRecovering ? RECOVERY_MS : HANDOVER_MS;
    if (Date.now() - since >= limit) {
      if (started) await cluster.stop();
      throw code === INVALID_PASSWORD
        ? failure
        : inUse(cluster.directory, failure);
    }
    await setTimeout(PAUSE_MS);
  }
}

interface Connection {
  /** Undefined if no server has run on the cluster. */
  readonly port?: number;
  readonly owner?: OwnerConnection;
  readonly failure?: unknown;
}

async function connect({
  cluster,
  urlOf,
}: AcquireOptions): Promise<Connection> {
  const port = await cluster.port();
  if (port === undefined) return {};
  try {
    const owner = await OwnerConnection.open(urlOf(port), cluster.path);
    return { port, owner };
  } catch (failure) {
    return { port, failure };
  }
}

function inUse(directory: string, cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `Another process is already using ${directory}. Stop it, or use another directory.`,
    { cause },
  );
}
