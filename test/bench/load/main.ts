import type { Load, LoadFailure, LoadResult } from './load';
import { closedLoop, openLoop } from './loops';
import { Recorder } from './recorder';
import { milliseconds } from './schedule';
import { Sender } from './sender';

/** Milliseconds until the first request of an open loop, in which its thread starts. */
const LEAD = 200;

/** The load generator, a process of its own: does what it is sent, and sends back what came of it. */
process.on('message', (load: Load) => {
  void generate(load)
    .catch((error: unknown): LoadFailure => ({ failure: String(error) }))
    .then((reply) => process.send!(reply));
});
// Ctrl-C reaches the whole group; the benchmark ends this process.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());

async function generate(load: Load): Promise<LoadResult> {
  const senders = Array.from(
    { length: load.connections },
    () => new Sender(load),
  );
  await Promise.all(senders.map((sender) => sender.open()));
  const start = milliseconds() + (load.rate === undefined ? 0 : LEAD);
  const recorder = new Recorder(load, start);
  if (load.rate === undefined) {
    await closedLoop(senders, recorder);
  } else {
    await openLoop(senders, recorder, {
      start,
      rate: load.rate,
      count:
        'requests' in load.end
          ? load.end.requests
          : Math.round(load.end.seconds * load.rate),
    });
  }
  const result = recorder.result();
  await Promise.all(senders.map((sender) => sender.close()));
  return result;
}
