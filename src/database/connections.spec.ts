import { divideConnections } from './connections';

describe('the connections of an instance', () => {
  it.each([
    [2, 1, 1],
    [5, 4, 1],
    [6, 5, 1],
    [7, 5, 2],
    [10, 7, 3],
    [100, 70, 30],
  ])('are divided: of %i, %i for postbacks, %i shared', (total, ...parts) => {
    const { postbacks, shared } = divideConnections(total);
    expect([postbacks, shared]).toEqual(parts);
  });
});
