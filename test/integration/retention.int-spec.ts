import { randomUUIDv7 } from 'node:crypto';
import { ExpiredRows } from '../../src/database/expired-rows';
import { startApp, type TestApp } from '../support/app';
import { makeProject } from '../support/management';

let app: TestApp;
let project: number;

beforeAll(async () => {
  app = await startApp();
  project = await makeProject(app);
});

afterAll(() => app.close());

async function addressesLeft(): Promise<string[]> {
  const { rows } = await app.db.query<{ address: string }>(
    'select address from bad_key_count order by address',
  );
  return rows.map(({ address }) => address);
}

async function addReplay(age: string): Promise<string> {
  const id = randomUUIDv7();
  await app.db.query(
    `insert into replay (project_id, replay_id, created_at, state, request, total, leased_until)
     values ($1, $2, now() - $3::interval, 'done', '{"filter":{}}', 1, 'epoch')`,
    [project, id, age],
  );
  return id;
}

async function addRejection(age: string): Promise<void> {
  await app.db.query(
    `insert into rejection (project_id, rejection_id, fingerprint, key_id, tracker, first_seen_at, last_seen_at, count,
                            code, errors, address, method, path, query, body_complete, state)
     values ($1, $2, $2, $2, 'custom', now() - $3::interval, now(), 1, 'invalid_postback', '[]', '', 'GET', '/', '', true, 'open')`,
    [project, randomUUIDv7(), age],
  );
}

async function replaysLeft(): Promise<string[]> {
  const { rows } = await app.db.query<{ replay_id: string }>(
    'select replay_id from replay order by created_at',
  );
  return rows.map(({ replay_id }) => replay_id);
}

it('deletes counts of invalid keys after 30 days, however many they are', async () => {
  await app.db.query(`
    insert into bad_key_count (hour, address, count)
    select date_trunc('hour', now()) - interval '31 days', 'old ' || i, 1 from generate_series(1, 2500) i
    union all
    select date_trunc('hour', now()) - interval '29 days', 'young', 1`);
  await app.app.get(ExpiredRows).deleteAll();
  expect(await addressesLeft()).toEqual(['young']);
});

it('deletes replays after 30 days, once the rejections that they refer to are erased', async () => {
  const rows = app.app.get(ExpiredRows);
  const old = await addReplay('31 days');
  const young = await addReplay('29 days');
  await addRejection('32 days');

  await rows.deleteAll();
  expect(await replaysLeft()).toEqual([old, young]);

  await app.db.query('delete from rejection');
  // A rejection that arrived after the replay was created does not concern it.
  await addRejection('30 days');
  await rows.deleteAll();
  expect(await replaysLeft()).toEqual([young]);
});
