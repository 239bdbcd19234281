import { resolve } from 'node:path';
import type * as Reading from '@app/reading';
import type {
  Postback,
  SentPostback,
} from '../../../src/postback/pipeline/postback';
import type * as Sources from '../../../src/postback/pipeline/postback-source';
import type * as Pipeline from '../../../src/postback/pipeline/read-postback';
import type { Bench } from '../measurement';
import { median } from '../statistics';
import type { Table } from '../table';

/** Messages of one measurement. */
const MESSAGES = 5_000;
const MAX_DEPTH = 8;

/** How much longer it takes to read a tracker's own message than the same install in canonical names: no server, no database. */
export function reading({ plan }: Bench): Promise<Table[]> {
  const { parseJsonObject } = built('libs/reading/src') as typeof Reading;
  const { POSTBACK_SOURCES } = built(
    'src/postback/pipeline/postback-source',
  ) as typeof Sources;
  const { readPostback } = built(
    'src/postback/pipeline/read-postback',
  ) as typeof Pipeline;
  const receivedAt = new Date();

  const readWith =
    (source: Sources.PostbackSource) =>
    (json: string): Postback => {
      const { members } = parseJsonObject(json, MAX_DEPTH);
      const sent = {
        receivedAt,
        fields: new Map(members.map(([name, value]) => [name, [value]])),
      } as unknown as SentPostback;
      return readPostback(sent, source);
    };
  const [custom, ...trackers] = POSTBACK_SOURCES;
  const readCanonical = readWith(custom);

  const rows = trackers.map((source) => {
    const read = readWith(source);
    const own = JSON.stringify(source.tracker?.message.example);
    const { received_at: _, ...install } = read(own).install;
    const canonical = JSON.stringify(install);
    const differences: number[] = [];
    const times: number[] = [];
    for (let round = 0; round <= 2 * plan.rounds; round++) {
      const canonicalTime = time(readCanonical, canonical);
      const ownTime = time(read, own);
      // The first round compiles.
      if (round === 0) continue;
      times.push(canonicalTime);
      differences.push(ownTime - canonicalTime);
    }
    return [
      source.name,
      median(times).toFixed(1),
      median(differences).toFixed(1),
      `${Math.min(...differences).toFixed(1)} to ${Math.max(...differences).toFixed(1)}`,
    ];
  });
  return Promise.resolve([
    {
      title:
        'Reading the own message of a tracker, and the same install in canonical names, without HTTP and database',
      columns: ['', 'canonical µs', 'its own µs more', 'rounds'],
      rows,
      measurements: {},
    },
  ]);
}

/** Microseconds for each of many readings of the same text. */
function time(read: (json: string) => unknown, json: string): number {
  const begin = performance.now();
  for (let n = 0; n < MESSAGES; n++) read(json);
  return ((performance.now() - begin) / MESSAGES) * 1_000;
}

/** What is measured is what was built for production. */
function built(path: string): unknown {
  return require(resolve('dist', path));
}
