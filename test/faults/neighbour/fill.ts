import { join } from 'node:path';
import type * as Groups from '../../../src/rejections/add-to-groups';
import type { PostgresServer } from '../postgres-server';

// oxlint-disable-next-line typescript/no-require-imports -- the built service, not a copy of it
const { ADD_TO_GROUPS, COUNTED } = require(
  join(__dirname, '../../../../src/rejections/add-to-groups.js'),
) as typeof Groups;

/** Installs of a project, by the million: more than anybody sends in a run. */
export async function fillInstalls(
  database: PostgresServer,
  projectId: number,
  count: number,
): Promise<void> {
  await database.query(
    `insert into install (project_id, install_id, tracker, received_at, publisher_name, install_timestamp, click_timestamp, user_id)
     select $1, gen_random_uuid(), 'custom', now() - n * interval '1 second', 'Publisher', now(), now(), 'u-' || n
     from generate_series(1, $2::int) n`,
    [projectId, count],
  );
  await database.query('analyze install');
}

const fault = (field: string, code: string) => ({
  field,
  code,
  message: `${field} is not right; send another one.`,
});

/** Open rejections of a project, each of five faults, as a sender of a wrong country leaves them behind. */
export async function fillRejections(
  database: PostgresServer,
  projectId: number,
  count: number,
): Promise<void> {
  const errors = [
    fault('country_code', 'invalid_country'),
    fault('cost', 'invalid_number'),
    fault('google_aid', 'invalid_uuid'),
    fault('install_timestamp', 'invalid_time'),
    fault('publisher_name', 'required'),
  ];
  await database.query(
    `with added as (
       insert into rejection (project_id, rejection_id, fingerprint, key_id, tracker, first_seen_at, last_seen_at, count, code, errors, address, method, path, query, body_complete, state)
       select $1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'custom', at, at, 1, 'invalid_postback', $3::jsonb, '127.0.0.1', 'GET', '/track/install/v1/custom',
              'publisher_name=P&country_code=Argentina&user_id=u-' || n, true, 'open'
       from generate_series(1, $2::int) n, lateral (select now() - n * interval '0.1 second') at(at)
       returning ${COUNTED}
     ), changed as (
       select *, count as requests, 1 as rejections from added
     ) ${ADD_TO_GROUPS}`,
    [projectId, count, JSON.stringify(errors)],
  );
  await database.query('analyze rejection');
}
