import { SingleBar } from 'cli-progress';

/** Milliseconds between two lines of progress if stderr is not a terminal. */
const LINE_EVERY = 10_000;

/** Shows the progress of an import on stderr: a bar in a terminal, otherwise a line from time to time. */
export class Progress {
  private readonly bar = new SingleBar({
    format: '{bar} {percentage} % | {rows} rows | {eta_formatted} left',
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: LINE_EVERY,
    hideCursor: true,
    // The import handles Ctrl-C.
    gracefulExit: false,
  });

  /** `size`: bytes of the file. */
  constructor(size: number) {
    this.bar.start(size, 0, { rows: 0 });
  }

  update(bytes: number, rows: number): void {
    this.bar.update(bytes, { rows: rows.toLocaleString('en') });
  }

  stop(): void {
    this.bar.stop();
  }
}
