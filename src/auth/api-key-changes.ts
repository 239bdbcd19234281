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
 * Milliseconds. A probe is sent every PROBE_EVERY and must come back within PROBE_TIMEOUT. So what was cached while notices
 * arrived is dropped 1.5 s at most after they ceased, and a revoked key is dead within the 2 s of the contract.
 */
const PROBE_EVERY = 1_000;
const PROBE_TIMEOUT = 500;

/**
 * Notices every change of keys or projects, whoever made it and on whichever instance, over a connection of its own.
 * Whoever caches them trusts the cache only while `listening`.
 *
 * A connection that works proves nothing: a pooler that lends its connections for a transaction takes LISTEN, and drops
 * what comes of it. So a probe is sent again and again, over another connection: on the same one, such a pooler would
 * pass it on.
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
  /** Of this instance alone. */
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

  /** Before the connections are closed: the ORM would open a new one for a late probe, and leave it open. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    // Bounded: over a connection that was cut off, a statement may never end.
    await Promise.race([
      Promise.all([this.loop, this.sent]),
      delay(PROBE_EVERY, undefined, { ref: false }),
    ]);
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
    // Without a listener the process would end.
    client.on('error', (error) => lost.abort(error));
    client.on('end', () => lost.abort(new Error('The connection has ended')));
    const probes = new EventEmitter();
    client.on('notification', ({ channel, payload }) => {
      if (channel === CHANNEL) this.tell();
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
      // Not awaited: the goodbye over a dead connection can take for ever.
      void client.end().catch(() => undefined);
    }
  }

  /** Rejects when the probe does not come back in time. */
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
      msg: 'Notices of changed keys do not arrive, so keys are read from the database again and again. If DATABASE_URL leads to a pooler in transaction mode (PgBouncer), which drops LISTEN, give it the direct address of PostgreSQL',
      ...causeOf(error),
    });
  }

  /** Whenever the connection comes or goes, something may have been missed. */
  private setListening(listening: boolean): void {
    this.listening = listening;
    if (listening && this.hasWarned) {
      this.hasWarned = false;
      this.logger.log('Notices of changed keys arrive again');
    }
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
