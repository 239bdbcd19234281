/** Open rejections of a project with the same tracker and the same code of the problem. */
export interface Kind {
  readonly tracker: string;
  readonly code: string;
  readonly rejections: number;
}

/**
 * How many rejections of each kind to erase, `excess` in all: the largest kinds shrink to one size, and smaller ones stay as
 * they are. So a tracker that is refused often does not erase what others were refused for.
 */
export function planEviction<Each extends Kind>(
  kinds: readonly Each[],
  excess: number,
): Each[] {
  const sorted = kinds.toSorted((a, b) => b.rejections - a.rejections);
  let shrinking = 0;
  let total = 0;
  // The next kind shrinks too when the ones before, at its size, would not be enough.
  while (
    shrinking < sorted.length &&
    total - shrinking * sorted[shrinking].rejections < excess
  ) {
    total += sorted[shrinking].rejections;
    shrinking += 1;
  }
  const left = Math.max(0, total - excess);
  const size = Math.floor(left / Math.max(1, shrinking));
  const remainder = left - size * shrinking;
  return sorted
    .slice(0, shrinking)
    .map((kind, i) => ({
      ...kind,
      rejections: kind.rejections - size - (i < remainder ? 1 : 0),
    }))
    .filter(({ rejections }) => rejections > 0);
}
