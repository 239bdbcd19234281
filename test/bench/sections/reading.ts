import { resolve } from 'node:path';
import type * as Reading from '@app/reading';
import type * as Trackers from '@app/trackers';
import type * as Canonical from '../../../src/postback/pipeline/canonical.pipe';
import type * as Normalise from '../../../src/postback/pipeline/normalise.pipe';
import type * as Defaults from '../../../src/postback/pipeline/timestamp-defaults.pipe';
import type * as Tracker from '../../../src/postback/pipeline/tracker.pipe';
import type * as Validate from '../../../src/postback/pipeline/validate.pipe';
import type {
  Postback,
  SentPostback,
} from '../../../src/postback/pipeline/postback';
import type { TrackerWithMessage } from '../../../src/postback/pipeline/tracker-with-message';
import type { Bench } from '../measurement';
import { median } from '../statistics';
import type { Table } from '../table';

/** Messages of one measurement. */
const MESSAGES = 5_000;
const MAX_DEPTH = 8;

/** How much longer it takes to read a tracker's own message than the same install in canonical names: no server, no database. */
export function reading({ plan }: Bench): Promise<Table[]> {
  const { parseJsonObject } = built('libs/reading/src') as typeof Reading;
  const { TRACKERS } = built('libs/trackers/src') as typeof Trackers;
  const { CanonicalPipe } = built(
    'src/postback/pipeline/canonical.pipe',
  ) as typeof Canonical;
  const { TrackerPipe } = built(
    'src/postback/pipeline/tracker.pipe',
  ) as typeof Tracker;
  const { NormalisePipe } = built(
    'src/postback/pipeline/normalise.pipe',
  ) as typeof Normalise;
  const { TimestampDefaultsPipe } = built(
    'src/postback/pipeline/timestamp-defaults.pipe',
  ) as typeof Defaults;
  const { ValidatePipe } = built(
    'src/postback/pipeline/validate.pipe',
  ) as typeof Validate;

  const normalise = new NormalisePipe();
  const defaults = new TimestampDefaultsPipe();
  const validate = new ValidatePipe();
  const receivedAt = new Date();

  const readWith =
    (adapt: Pick<Tracker.TrackerPipe, 'transform'>) =>
    (json: string): Postback => {
      const { members } = parseJsonObject(json, MAX_DEPTH);
      const sent = {
        receivedAt,
        fields: new Map(members.map(([name, value]) => [name, [value]])),
      } as unknown as SentPostback;
      return validate.transform(
        defaults.transform(normalise.transform(adapt.transform(sent))),
      );
    };
  const readCanonical = readWith(new CanonicalPipe());

  const rows = TRACKERS.filter(({ message }) => message).map((tracker) => {
    const read = readWith(new TrackerPipe(tracker as TrackerWithMessage));
    const own = JSON.stringify(tracker.message!.example);
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
      tracker.name,
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
