/** What a run has started and must end, whatever happens, in reverse order. */
export class Cleanup {
  private readonly steps: (() => Promise<unknown>)[] = [];
  private begun = false;

  /** Starts something that `end` ends. Throws when the end has begun: then nothing new may be started. */
  start<Thing>(
    begin: () => Thing | Promise<Thing>,
    end: (thing: Thing) => Promise<unknown>,
  ): Promise<Thing> {
    if (this.begun) throw new Error('Interrupted');
    const starting = Promise.resolve(begin());
    this.steps.push(() => starting.then(end, () => undefined));
    return starting;
  }

  /** Ends everything, also when one end fails; then throws the first failure. */
  async run(): Promise<void> {
    this.begun = true;
    const failures: unknown[] = [];
    for (const step of this.steps.toReversed()) {
      await step().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}
