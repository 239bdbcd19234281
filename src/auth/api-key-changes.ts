import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Client } from 'pg';
import { PostbackEntityManager } from '../database/connections';
import { causeOf } from '../database/cause-of';

/** The triggers on `api_key` and `project` notify this channel. */
const CHANNEL = 'api_key_changed';
/**
 * Milliseconds. A probe is sent every PROBE_EVERY and must return within PROBE_TIMEOUT. So the cache is dropped at most 1.5 s
 * after notices stop arriving, and a revoked key is rejected within the 2 s of the contract.
 */
const PROBE_EVERY = 1_000;
const PROBE_TIMEOUT = 500;

/**
 * Reports every change of keys or projects, on any instance, over a connection that only serves this. A cache of them is valid
 * only while `listening`.
 *
 * A working connection is not enough: a pooler in transaction mode accepts LISTEN and drops the notifications. So a probe is
 * sent periodically over another connection; over the same connection, such a pooler would deliver it.
 */
@Injectable()
export class ApiKeyChanges
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  /** While false, changes may go unnoticed. */
  listening = false;

  private readonly logger = new Logger(ApiKeyChanges.name);
  private readonly stop = new AbortController();
  private readonly listeners: (() => void)[] = [];
  /** Used by this instance only. */
  private readonly probeChannel = `api_key_probe_${randomUUID().replaceAll('-', '')}`;
  private hasWarned = false;
  private loop: Promise<void> = Promise.resolve();
  private sent: Promise<unknown> = Promise.resolve();

  constructor(private readonly em: PostbackEntityManager) {}

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  onApplicationBootstrap(): void {
    this.loop = this.run();
  }

  /** Runs before the connections are closed: for a later probe the ORM would open a new one and leave it open. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await Promise.all([this.loop, this.sent]);
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      await this.listen().catch((error: unknown) => this.warn(error));
      this.setListening(false);
      await delay(PROBE_EVERY, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Listens until a probe fails. */
  private async listen(): Promise<never> {
    const client = new Client({
      connectionString: this.em.config.get('clientUrl'),
      application_name: 'postback key changes',
      connectionTimeoutMillis: PROBE_TIMEOUT,
      query_timeout: PROBE_TIMEOUT,
    });
    const lost = new AbortController();
    // An 'error' event without a listener would end the process.
    client.on('error', (error) => lost.abort(error));
    client.on('end', () => lost.abort(new Error('The connection has ended')));
    const probes = new EventEmitter();
    client.on('notification', ({ channel, payload }) => {
      if (channel === CHANNEL) this.notify();
      else probes.emit(payload!);
    });
    const signal = AbortSignal.any([this.stop.signal, lost.signal]);
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}; listen ${this.probeChannel}`);
      for (;;) {
        await Promise.all([
          this.probe(probes, signal),
          delay(PROBE_EVERY, undefined, { signal }),
        ]);
      }
    } finally {
      // Not awaited: on a broken connection it may never settle.
      void client.end().catch(() => undefined);
    }
  }

  /** Rejects if the probe does not return in time. */
  private async probe(probes: EventEmitter, stop: AbortSignal): Promise<void> {
    const probe = randomUUID();
    const timeout = AbortSignal.timeout(PROBE_TIMEOUT);
    const back = once(probes, probe, {
      signal: AbortSignal.any([stop, timeout]),
    });
    const sent = this.em
      .fork()
      .execute('select pg_notify(?, ?)', [this.probeChannel, probe]);
    this.sent = sent.catch(() => undefined);
    await Promise.race([back, sent.then(() => back)]);
    if (!this.listening) this.setListening(true);
  }

  private warn(error: unknown): void {
    if (this.stop.signal.aborted || this.hasWarned) return;
    this.hasWarned = true;
    this.logger.warn({
      msg: 'Notifications of changed keys do not arrive, so keys are read from the database every second. If DATABASE_URL is a pooler in transaction mode (PgBouncer), which drops LISTEN, set it to the direct address of PostgreSQL',
      ...causeOf(error),
    });
  }

  /** Changes may have been missed whenever the connection is opened or lost. */
  private setListening(listening: boolean): void {
    this.listening = listening;
    if (listening && this.hasWarned) {
      this.hasWarned = false;
      this.logger.log('Notifications of changed keys arrive again');
    }
    this.notify();
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}
