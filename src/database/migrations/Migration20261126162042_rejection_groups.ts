import { Migration } from '@mikro-orm/migrations';

export class Migration20261126162042_rejection_groups extends Migration {
  override name = 'Migration20261126162042_rejection_groups';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "rejection_group" ("project_id" int not null, "hour" timestamptz(0) not null, "tracker" text not null, "code" text not null, "field" text not null, "state" text not null, "requests" bigint not null, "rejections" int not null, "first_seen_at" timestamptz(3) not null, "last_seen_at" timestamptz(3) not null, "example_id" uuid not null, primary key ("project_id", "hour", "tracker", "code", "field", "state"));`,
    );
    // Counts what is there, as add-to-groups.ts did when this was written.
    this.addSql(`insert into "rejection_group"
      select project_id, hour,
             case rejection.code when 'unknown_tracker' then 'unknown' else rejection.tracker end,
             fault.code, fault.field, state, sum(count), count(*), min(first_seen_at), max(last_seen_at),
             max(rejection_id::text collate "C")::uuid
      from "rejection" cross join lateral (
        select rejection.code as code, '' as field
        union
        select left(each->>'code', 100), left(each->>'field', 100) from jsonb_array_elements(errors) each
      ) fault cross join lateral (
        values (date_trunc('hour', first_seen_at, 'UTC')), (timestamptz 'epoch')
      ) hours (hour)
      group by 1, 2, 3, 4, 5, 6;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "rejection_group" cascade;`);
  }
}
