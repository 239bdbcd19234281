import { Migration } from '@mikro-orm/migrations';

export class Migration20261123221145_add_rejections_and_counts extends Migration {
  override name = 'Migration20261123221145_add_rejections_and_counts';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "bad_key_count" ("hour" timestamptz(0) not null, "address" text not null, "count" bigint not null, primary key ("hour", "address"));`,
    );

    this.addSql(
      `create table "postback_count" ("project_id" int not null, "hour" timestamptz(0) not null, "tracker" text not null, "kind" text not null, "code" text not null, "slot" smallint not null, "count" bigint not null, primary key ("project_id", "hour", "tracker", "kind", "code", "slot"));`,
    );

    this.addSql(
      `create table "rejection" ("project_id" int not null, "rejection_id" uuid not null, "fingerprint" uuid not null, "key_id" uuid not null, "tracker" text not null, "first_seen_at" timestamptz(3) not null, "last_seen_at" timestamptz(3) not null, "count" bigint not null, "code" text not null, "errors" jsonb not null, "address" text not null, "method" text not null, "path" text not null, "query" text not null, "content_type" text null, "body" text null, "body_encoding" text null, "body_complete" boolean not null, "state" text not null, "install_id" uuid null, "replayed_at" timestamptz(3) null, "replay_errors" jsonb null, primary key ("project_id", "rejection_id"));`,
    );
    this.addSql(
      `create index "rejection_first_seen_index" on "rejection" ("project_id", "first_seen_at", "rejection_id");`,
    );
    this.addSql(
      `alter table "rejection" add constraint "rejection_fingerprint_unique" unique ("project_id", "fingerprint");`,
    );

    this.addSql(
      `create table "replay" ("project_id" int not null, "replay_id" uuid not null, "created_at" timestamptz(3) not null, "finished_at" timestamptz(3) null, "state" text not null, "request" jsonb not null, "total" int not null default 0, "position" jsonb null, "installed" int not null default 0, "duplicates" int not null default 0, "ignored" int not null default 0, "refused" int not null default 0, "skipped" int not null default 0, "leased_until" timestamptz(3) not null, primary key ("project_id", "replay_id"));`,
    );

    this.addSql(`alter table "project" add "refuse_with" smallint null;`);

    this.addSql(`alter table "api_key" add "refuse_with" smallint null;`);

    for (const sql of tellOfChanged('"refuse_with"')) this.addSql(sql);

    // As many are counted as there are rows.
    this.addSql(
      `insert into "postback_count" ("project_id", "hour", "tracker", "kind", "code", "slot", "count") select "project_id", date_trunc('hour', "received_at", 'UTC'), "tracker", 'created', '', 0, count(*) from "install" group by 1, 2, 3;`,
    );
  }

  override down(): void | Promise<void> {
    for (const sql of tellOfChanged()) this.addSql(sql);

    this.addSql(`drop table if exists "bad_key_count" cascade;`);
    this.addSql(`drop table if exists "postback_count" cascade;`);
    this.addSql(`drop table if exists "rejection" cascade;`);
    this.addSql(`drop table if exists "replay" cascade;`);

    this.addSql(`alter table "api_key" drop column "refuse_with";`);

    this.addSql(`alter table "project" drop column "refuse_with";`);
  }
}

/** Whoever caches keys must hear of what matters to them. */
function tellOfChanged(...more: string[]): string[] {
  const columns = [
    '"project_id"',
    '"hash"',
    '"scopes"',
    '"allowed_addresses"',
    '"expires_at"',
    '"revoked_at"',
    ...more,
  ];
  return [
    `drop trigger api_key_changed on "api_key";`,
    `create trigger api_key_changed after insert or delete or update of ${columns.join(', ')} on "api_key" for each statement execute function notify_api_key_changed();`,
  ];
}
