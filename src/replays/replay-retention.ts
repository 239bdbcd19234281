import { Injectable } from '@nestjs/common';
import { Env } from '../config/env';
import { ExpiredRows } from '../database/expired-rows';

/** A replay may still process rejections that were there when it was created, so it expires after them. */
const HAS_EXPIRED = `
  created_at < ? and not exists (
    select from rejection
    where rejection.project_id = replay.project_id and rejection.first_seen_at <= replay.created_at
  )`;

/** Has replays deleted as long after they were created as rejections are stored. */
@Injectable()
export class ReplayRetention {
  constructor(rows: ExpiredRows, { REJECTION_RETENTION_DAYS }: Env) {
    rows.register({
      table: 'replay',
      condition: HAS_EXPIRED,
      days: REJECTION_RETENTION_DAYS,
    });
  }
}
