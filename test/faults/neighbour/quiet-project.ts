import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Lab } from '../lab';
import { makeKey, makeProject } from '../management';
import type { PostgresServer } from '../postgres-server';
import { expect } from '../verdict';
import type { QuietAnswer, QuietOrder } from './quiet-process';
import { type QuietKeys, STREAMS, type StreamName } from './streams';

/** Milliseconds until what was refused must be in the log. */
const KEPT_WITHIN = 15_000;

/** A project that sends little, and all of it good, beside whatever others do. */
export class QuietProject {
  private readonly answers: QuietAnswer[] = [];

  private constructor(
    private readonly origin: string,
    private readonly keys: QuietKeys,
    private readonly sender: ChildProcess,
    private readonly ended: Promise<never>,
  ) {}

  static async create(lab: Lab, origin: string): Promise<QuietProject> {
    const projectId = await makeProject(lab, origin, 'Quiet');
    const key = async (options: object) =>
      (await makeKey(lab, origin, projectId, options)).key;
    const keys = {
      projectId,
      ingest: await key({}),
      forgiving: await key({ refuse_with: 200 }),
      read: await key({ scopes: ['read'] }),
    };
    const sender = fork(join(__dirname, 'quiet-process.js'));
    const exit = once(sender, 'exit');
    lab.own(sender, async (each) => {
      each.kill('SIGKILL');
      await exit;
    });
    const ended = exit.then((): never => {
      throw new Error('The sender of the quiet project has ended');
    });
    // Whoever waits for an answer is told.
    ended.catch(() => undefined);
    return new QuietProject(origin, keys, sender, ended);
  }

  /** Sends for some seconds, and waits for all answers. */
  async send(
    streams: readonly StreamName[],
    seconds: number,
  ): Promise<readonly QuietAnswer[]> {
    const { origin, keys, sender } = this;
    const order: QuietOrder = { origin, keys, streams, seconds };
    sender.send(order);
    const message = new Promise<QuietAnswer[]>((resolve) => {
      sender.once('message', (answers) => resolve(answers as QuietAnswer[]));
    });
    const answers = await Promise.race([message, this.ended]);
    for (const answer of answers) this.answers.push(answer);
    return answers;
  }

  /** Throws unless all that was answered is there: the installs stored, the refusals in the log. */
  async verify(database: PostgresServer): Promise<void> {
    const installs = this.promised('installs');
    const refusals = this.promised('refusals');
    const end = performance.now() + KEPT_WITHIN;
    let found = { installs: 0, refusals: 0, unlogged: 0 };
    do {
      [found] = await database.query<typeof found>(
        `select (select count(*) from install where project_id = $1)::int as installs,
                (select coalesce(sum(count), 0) from rejection where project_id = $1)::int as refusals,
                (select coalesce(sum(count), 0) from postback_count where project_id = $1 and kind = 'unlogged')::int as unlogged`,
        [this.keys.projectId],
      );
      if (found.unlogged > 0 || found.refusals === refusals) break;
      await setTimeout(200);
    } while (performance.now() < end);
    expect(
      found.installs === installs,
      `${found.installs} installs of the quiet project are stored, ${installs} were acknowledged`,
    );
    expect(
      found.unlogged === 0 && found.refusals === refusals,
      `${found.refusals} of ${refusals} refusals of the quiet project are kept, ${found.unlogged} are unlogged`,
    );
  }

  private promised(what: 'installs' | 'refusals'): number {
    return this.answers
      .filter(({ isRight }) => isRight)
      .reduce((sum, { stream }) => sum + STREAMS[stream][what], 0);
  }
}

/** Those answers that were not as they should be, by stream and status. */
export function wrongOnes(answers: readonly QuietAnswer[]): string {
  const counts = new Map<string, number>();
  for (const { stream, status, isRight } of answers) {
    const name = `${stream}: ${status || 'no answer'}`;
    if (!isRight) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Array.from(counts, ([name, count]) => `${name} × ${count}`).join(', ');
}

/** Milliseconds that this fraction of the answers of a stream did not exceed. */
export function quantile(
  answers: readonly QuietAnswer[],
  stream: StreamName,
  fraction: number,
): number {
  const times = answers
    .filter((answer) => answer.stream === stream)
    .map(({ took }) => took)
    .toSorted((a, b) => a - b);
  return times[Math.min(Math.floor(times.length * fraction), times.length - 1)];
}
