import type { BenchDatabase } from './database';

/** Rows of one statement: a few seconds. */
const CHUNK = 250_000;

/** Installs $1 to $2 of $3, like those that the load sends. */
const FILL = `
insert into install (project_id, install_id, tracker, received_at, install_timestamp, click_timestamp, publisher_name,
  campaign_name, campaign_id, country_code, s_publisher_name, s_publisher, s_campaign_name, s_campaign, s_site_name,
  s_site, s_ad_name, s_placement_name, device_model, device_brand, event_name, cost, id, google_aid)
select 1, uuidv7(age), 'custom', now() + age, now() + age, now() + age - interval '40 s', 'Publisher ' || n % 20,
  'Campaign ' || n % 200, 'c-' || n % 200, (array['US', 'DE', 'BR', 'IN', 'JP'])[n % 5 + 1], 'Sub-publisher ' || n % 500,
  'sp-' || n % 500, 'Sub-campaign ' || n % 1000, 'sc-' || n % 1000, 'Advertisement site ' || n % 5000,
  'ss-' || n % 5000, 'Sub-ad ' || n % 300, 'Feed', 'Pixel ' || n % 9, 'Google', 'install', n % 500 / 100.0,
  gen_random_uuid(), gen_random_uuid()
from (
  select n, ($3::float8 - n) / $3::float8 * interval '-30 days' as age from generate_series($1::int, $2::int) as n
) as installs`;

/** Exactly `rows` installs, received evenly over 30 days, stored oldest first as a service would have done. */
export async function fill(
  database: BenchDatabase,
  rows: number,
): Promise<void> {
  const { client } = database;
  await database.empty();
  // For this session only; a crash of the database ends the run anyway.
  await client.query('set synchronous_commit = off');
  for (let done = 0; done < rows; done += CHUNK) {
    await client.query(FILL, [done + 1, Math.min(done + CHUNK, rows), rows]);
  }
  await client.query('reset synchronous_commit');
  // With VACUUM, so that autovacuum does not come for the new rows during a measurement.
  await client.query('vacuum (analyze) install');
  await database.checkpoint();
}
