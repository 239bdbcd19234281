import * as fc from 'fast-check';
import { Pool } from 'undici';
import { send } from '../exchange';
import { inParallel } from '../../support/in-parallel';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const CONNECTIONS = 16;
/** Bytes of an id. */
const LONGEST = 255;

const hasControl = (text: string) =>
  Array.from(text).some((each) => each < ' ' || each === '\u007f');

/** Characters that mean something somewhere, or that look like others. */
const ODD = [
  '%+&=#;\\"\'<{$_-0 ',
  '\u00a0\u200b\u202e\ufeff\n\0\ufffd',
  'éßſİ😀',
]
  .flatMap((each) => Array.from(each))
  .concat('e\u0301', '\ud800', '\udc00');

/** Texts that somebody might take for the same, for a number, for SQL, for an escape, or for nothing. */
const ids = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'grapheme-composite', minLength: 60, maxLength: 100 }),
  fc.string({
    unit: fc.constantFrom(...ODD),
    minLength: 1,
    maxLength: 12,
  }),
  fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
  fc.double().map(String),
);

export const idsComeBack: Scenario = {
  fault: 'I8-I10',
  title: 'Ids of every kind, in a query and in JSON, are read back',
  async run(lab) {
    const count = lab.full ? 100_000 : 10_000;
    const database = await lab.database();
    const { origin } = await lab.service(database.url);
    const pool = lab.own(
      new Pool(origin, { connections: CONNECTIONS }),
      (each) => each.destroy(),
    );
    const sample = fc.sample(ids, {
      numRuns: count,
      seed: lab.random.next() * 2 ** 31,
    });
    const accepted = new Set<string>();
    let withoutId = 0;
    let refused = 0;
    await inParallel(count, CONNECTIONS, async (n) => {
      const id = sample[n];
      // A query can carry no lone surrogate.
      const method = n % 2 === 0 && id.isWellFormed() ? 'GET' : 'POST';
      const install = { publisher_name: 'P', user_id: 'u', id };
      const { status, text } = await send(pool, lab.apiKey, install, method);
      const shown = `${method} ${JSON.stringify(id)}`;
      const trimmed = id.trim();
      const isGood =
        trimmed.isWellFormed() &&
        !hasControl(trimmed) &&
        !trimmed.includes('\ufffd') &&
        Buffer.byteLength(trimmed) <= LONGEST;
      expect(status === (isGood ? 200 : 400), `${shown}: ${status} ${text}`);
      if (!isGood) refused++;
      // What counts as not sent is said, unless it is plainly empty.
      else if (trimmed === '' || /"field":"id"/.test(text)) withoutId++;
      else accepted.add(trimmed);
    });

    const rows = await database.query<{ id: string | null }>(
      'select id from install',
    );
    const stored = rows.flatMap(({ id }) => id ?? []);
    const changed = stored.filter((id) => !accepted.has(id));
    expect(
      changed.length === 0,
      `Nobody has sent ${JSON.stringify(changed.slice(0, 3))}`,
    );
    expect(
      stored.length === accepted.size,
      `${stored.length} ids are stored, ${accepted.size} were accepted`,
    );
    expect(
      rows.length - stored.length === withoutId,
      `${rows.length - stored.length} are stored without an id, ${withoutId} were sent so`,
    );
    return {
      requests: count,
      refused,
      'ids stored': stored.length,
      'read as not sent': withoutId,
    };
  },
};
