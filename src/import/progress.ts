import { SingleBar } from 'cli-progress';

/** Milliseconds between two lines where there is no terminal. */
const LINE_EVERY = 10_000;

/** Shows on stderr how far an import is: a bar in a terminal, elsewhere a line now and then. */
export class Progress {
  private readonly bar = new SingleBar({
    format: '{bar} {percentage} % | {rows} rows | {eta_formatted} left',
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: LINE_EVERY,
    hideCursor: true,
    // Ctrl-C is for the import.
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
