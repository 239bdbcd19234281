import { attempt, SUBJECTS, type Work } from '../support/foreign-text';
import { HOSTILE_TEXTS } from '../support/hostile-text';

/** Characters. */
const LENGTHS = [1, 4, 16].map((each) => each * 1024);
/** Four times the text may take so many times as long; it would be 16 if each character looked at all others. */
const RATIO = 8;
/** Milliseconds, below which a difference says nothing. */
const FLOOR = 4;
/** The least of many is compared: other work of the machine only makes it longer, and does not last. */
const TRIES = 10;

/** Milliseconds. */
async function costOf(work: Work, text: string): Promise<number> {
  const begin = performance.now();
  await attempt(work, text);
  return performance.now() - begin;
}

/** Undefined where the work grows linearly; else where it does not. */
async function findSteep(
  work: Work,
  textOf: (length: number) => string,
  tries = TRIES,
): Promise<string | undefined> {
  let least = await costOf(work, textOf(LENGTHS[0]));
  for (const length of LENGTHS.slice(1)) {
    let most = await costOf(work, textOf(length));
    for (let done = 1; most > RATIO * least + FLOOR; done++) {
      if (done === tries) {
        return `${length / 4} characters take ${least} ms, ${length} take ${most} ms`;
      }
      least = Math.min(least, await costOf(work, textOf(length / 4)));
      most = Math.min(most, await costOf(work, textOf(length)));
    }
    least = most;
  }
  return undefined;
}

describe('the work grows linearly with the text for', () => {
  it.each(Object.entries(SUBJECTS))('%s', async (_, work) => {
    for (const { name, of } of HOSTILE_TEXTS) {
      const steep = await findSteep(work, of);
      expect(steep && `${name}: ${steep}`).toBeUndefined();
    }
  });

  it('no function that compares each character with all others, so that the test finds such a function', async () => {
    const steep = await findSteep(pairsIn, (length) => 'a'.repeat(length), 3);
    expect(steep).toBeDefined();
  });
});

function pairsIn(text: string): number {
  let pairs = 0;
  for (let one = 0; one < text.length; one += 3) {
    for (let other = 0; other < text.length; other += 3) {
      if (text.charCodeAt(one) < text.charCodeAt(other)) pairs++;
    }
  }
  return pairs;
}
