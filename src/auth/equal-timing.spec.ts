import { REFUSED_AFTER, untilRefusal } from './equal-timing';

describe('untilRefusal', () => {
  it.each([0, 1.3, 4, REFUSED_AFTER - 0.5])(
    'is never too soon, when it took %s ms to find out what is wrong',
    async (work) => {
      const arrival = performance.now();
      while (performance.now() < arrival + work);
      await untilRefusal(arrival);
      expect(performance.now() - arrival).toBeGreaterThanOrEqual(REFUSED_AFTER);
    },
  );

  it('is not put off further when it took longer', async () => {
    const begin = performance.now();
    await untilRefusal(begin - 10 * REFUSED_AFTER);
    expect(performance.now() - begin).toBeLessThan(REFUSED_AFTER);
  });

  it('lets others go on meanwhile', async () => {
    let turns = 0;
    const others = setInterval(() => turns++, 1);
    await untilRefusal(performance.now());
    clearInterval(others);
    expect(turns).toBeGreaterThan(1);
  });
});
