import { EntityManager } from '@mikro-orm/postgresql';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnModuleInit,
} from '@nestjs/common';
import { Env } from '../config/env';
import { DatabaseClock } from '../database/database-clock';
import { BACKGROUND_PATIENCE, DatabaseGate } from '../database/database-gate';
import { causeOf } from '../problems/cause-of';

/** Milliseconds. */
const LOOK_EVERY = 60_000;
const DAY = 86_400_000;
/** Rows of a statement, so that none takes long. */
const AT_ONCE = 1_000;

const ERASE_REJECTIONS = `
  with obsolete as (
    select each.project_id, each.rejection_id
    from project cross join lateral (
      (select project_id, rejection_id from rejection
       where project_id = project.project_id and first_seen_at < ?
       order by first_seen_at limit ${AT_ONCE})
      union
      (select project_id, rejection_id from rejection
       where project_id = project.project_id
       order by first_seen_at desc, rejection_id desc offset ? limit ${AT_ONCE})
    ) each
    limit ${AT_ONCE}
  )
  delete from rejection using obsolete
  where rejection.project_id = obsolete.project_id and rejection.rejection_id = obsolete.rejection_id`;

/** Erases what is older than it may be, and the oldest of what is more than there may be. */
@Injectable()
export class RejectionRetention
  implements OnModuleInit, BeforeApplicationShutdown
{
  private readonly logger = new Logger(RejectionRetention.name);
  private timer?: NodeJS.Timeout;
  private sweep: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly em: EntityManager,
    private readonly gate: DatabaseGate,
    private readonly clock: DatabaseClock,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => {
      this.sweep = this.sweep
        .then(() => this.erase())
        .catch((error: unknown) =>
          this.logger.warn({
            msg: 'Old rejections could not be erased; tried again in a minute',
            ...causeOf(error),
          }),
        );
    }, LOOK_EVERY).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.sweep;
  }

  /** Several instances may do so at once. */
  async erase(): Promise<void> {
    const { REJECTION_RETENTION_DAYS, REJECTION_LIMIT } = this.env;
    const kept = new Date(
      this.clock.now().getTime() - REJECTION_RETENTION_DAYS * DAY,
    );
    let erased = AT_ONCE;
    while (erased === AT_ONCE && !this.isStopping) {
      erased = await this.delete(ERASE_REJECTIONS, [kept, REJECTION_LIMIT]);
    }
    await this.delete('delete from bad_key_count where hour < ?', [kept]);
    await this.delete('delete from replay where created_at < ?', [kept]);
  }

  private async delete(sql: string, params: unknown[]): Promise<number> {
    const { affectedRows } = await this.gate.run(
      'retention',
      () =>
        this.em.fork().execute<{ affectedRows: number }>(sql, params, 'run'),
      BACKGROUND_PATIENCE,
    );
    return affectedRows;
  }
}
