import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Recorder } from './recorder';
import { milliseconds, type Schedule } from './schedule';
import type { Sender } from './sender';

/** Each connection sends when it has the answer to what it sent before. */
export async function closedLoop(
  senders: readonly Sender[],
  recorder: Recorder,
): Promise<void> {
  await Promise.all(
    senders.map(async (sender) => {
      while (recorder.next()) {
        const sent = milliseconds();
        const error = await sender.send();
        recorder.add(sent, sent, error);
      }
    }),
  );
}

/** Requests are sent when they are due, or as soon as a connection is idle after that. */
export async function openLoop(
  senders: readonly Sender[],
  recorder: Recorder,
  schedule: Schedule,
): Promise<void> {
  const idle = [...senders];
  const due: number[] = [];
  const answers: Promise<void>[] = [];

  const send = async (sender: Sender, moment: number) => {
    const sent = milliseconds();
    const error = await sender.send();
    recorder.add(moment, sent, error);
    idle.push(sender);
    sendDue();
  };
  const sendDue = () => {
    while (idle.length > 0 && due.length > 0 && !recorder.failed) {
      // The one that has been idle longest, so that all stay in use.
      answers.push(send(idle.shift()!, due.shift()!));
    }
  };

  const pacer = new Worker(join(__dirname, 'pacer.js'), {
    workerData: schedule,
  });
  pacer.on('message', (moment: number) => {
    due.push(moment);
    sendDue();
  });
  await once(pacer, 'exit');
  // An answer makes room for the next request that is due.
  for (let n = 0; n < answers.length; n++) await answers[n];
}
