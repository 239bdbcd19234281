/** Calls `work` with each number below `count`, at most `workers` of them at the same time. */
export async function inParallel(
  count: number,
  workers: number,
  work: (number: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (next < count) await work(next++);
    }),
  );
}
