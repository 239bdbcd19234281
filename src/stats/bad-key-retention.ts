import { Injectable } from '@nestjs/common';
import { Env } from '../config/env';
import { ExpiredRows } from '../database/expired-rows';

/** Has the addresses of requests with an invalid key deleted after as many days as rejections are stored. */
@Injectable()
export class BadKeyRetention {
  constructor(rows: ExpiredRows, { REJECTION_RETENTION_DAYS }: Env) {
    rows.register({
      table: 'bad_key_count',
      condition: 'hour < ?',
      days: REJECTION_RETENTION_DAYS,
    });
  }
}
