import { Migration } from '@mikro-orm/migrations';

export class Migration20261126151537_replay_leases extends Migration {
  override name = 'Migration20261126151537_replay_leases';

  override up(): void | Promise<void> {
    this.addSql(`alter table "replay" add "lease_id" uuid null;`);
  }

  override down(): void | Promise<void> {
    // The version before knows no other state of one that has not ended.
    this.addSql(
      `update "replay" set "state" = 'running' where "state" = 'waiting';`,
    );
    this.addSql(`alter table "replay" drop column "lease_id";`);
  }
}
