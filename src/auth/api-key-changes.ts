import { setTimeout as delay } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { EntityManager } from '@mikro-orm/postgresql';
import { Client } from 'pg';

/** The triggers on `api_key` and `project` notify this channel. */
const CHANNEL = 'api_key_changed';
/** Milliseconds. A connection that went silent is noticed after PROBE_EVERY + PROBE_TIMEOUT, well within the 2 s in which a revoked key must be dead. */
const PROBE_EVERY = 1_000;
const PROBE_TIMEOUT = 500;

/**
 * Tells of every change of keys or projects, whoever made it and on whichever instance,
 * over a connection of its own. Whoever caches them trusts the cache only while `listening`.
 */
@Injectable()
export class ApiKeyChanges
  implements OnApplicationBootstrap, OnApplicationShutdown
{
  /** While false, changes may go untold. */
  listening = false;

  private readonly logger = new Logger(ApiKeyChanges.name);
  private readonly stop = new AbortController();
  private readonly listeners: (() => void)[] = [];
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly em: EntityManager) {}

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  onApplicationBootstrap(): void {
    this.loop = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const client = new Client({
        connectionString: this.em.config.get('clientUrl'),
        application_name: 'postback key changes',
        connectionTimeoutMillis: PROBE_TIMEOUT,
        query_timeout: PROBE_TIMEOUT,
      });
      // The next probe fails and says so; without a listener the process would end.
      client.on('error', () => undefined);
      client.on('notification', () => this.tell());
      try {
        await client.connect();
        await client.query(`listen ${CHANNEL}`);
        this.setListening(true);
        while (true) {
          await delay(PROBE_EVERY, undefined, { signal: this.stop.signal });
          await client.query('select 1');
        }
      } catch (error) {
        if (!this.stop.signal.aborted) {
          this.logger.warn({ msg: 'Not told of key changes', err: error });
        }
      }
      this.setListening(false);
      // Not awaited: saying goodbye over a dead connection can take for ever.
      void client.end().catch(() => undefined);
      await delay(PROBE_EVERY, undefined, { signal: this.stop.signal }).catch(
        () => undefined,
      );
    }
  }

  /** Whenever the connection comes or goes, something may have been missed. */
  private setListening(listening: boolean): void {
    this.listening = listening;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
