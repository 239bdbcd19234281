import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { anInstall, send } from '../exchange';
import { inParallel } from '../../support/in-parallel';
import type { Lab } from '../lab';
import { control } from '../neighbour/neighbourhood';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const FAST = join(__dirname, '../variants/fast-sweeps.js');
/** Rejections of a project, and how many a noisy tracker has. */
const LIMIT = 100;
const NOISY = 1_500;
/** Milliseconds until the next sweep has passed. */
const SWEPT = 20_000;

const run = async (lab: Lab, without?: 'eviction') => {
  const database = await lab.database();
  const { origin } = await lab.service(
    database.url,
    { REJECTION_LIMIT: String(LIMIT), WITHOUT: without ?? '' },
    FAST,
  );
  const pool = lab.own(new Pool(origin, { connections: 16 }), (each) =>
    each.destroy(),
  );
  const { statusCode, body } = await pool.request({
    method: 'GET',
    path: `/track/install/v1/adjust?apikey=${lab.apiKey}&country=Nowhere`,
  });
  await body.dump();
  expect(statusCode === 400, `The one of adjust was ${statusCode}`);
  const rejections = async () => {
    const [row] = await database.query<{ kept: number; adjust: number }>(
      `select count(*)::int as kept, count(*) filter (where tracker = 'adjust')::int as adjust from rejection`,
    );
    return row;
  };
  const end = performance.now() + SWEPT;
  while ((await rejections()).adjust === 0 && performance.now() < end) {
    await setTimeout(50);
  }
  await inParallel(NOISY, 16, async (n) => {
    const fields = { ...anInstall(`n11-${n}`), country_code: 'Nowhere' };
    const { status } = await send(pool, lab.apiKey, fields);
    expect(status === 400, `A postback of the noisy one was ${status}`);
  });
  let found = await rejections();
  while (found.kept !== LIMIT && performance.now() < end) {
    await setTimeout(100);
    found = await rejections();
  }
  expect(found.kept === LIMIT, `${found.kept} rejections are kept`);
  expect(found.adjust === 1, 'That of the other tracker was erased');
  return { refused: NOISY + 1, kept: found.kept, 'of the quiet one': 1 };
};

export const eviction: Scenario = {
  fault: 'N11',
  title: `A tracker that is refused ${NOISY} times, where ${LIMIT} are kept`,
  run: (lab) => run(lab),
};

export const evictionControl = control(
  'N11',
  'The same finds that the oldest are erased, whoever has the most',
  (lab) => run(lab, 'eviction'),
);
