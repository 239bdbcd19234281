import { planEviction } from './plan-eviction';

const kindsOf = (sizes: Record<string, number>) =>
  Object.entries(sizes).map(([tracker, rejections]) => ({
    tracker,
    code: 'invalid_postback',
    rejections,
  }));

it.each<[string, Record<string, number>, number, Record<string, number>]>([
  ['nothing from no excess', { a: 3, b: 2 }, 0, {}],
  ['the excess from the largest kind', { a: 1, b: 150 }, 51, { b: 51 }],
  [
    'from two as soon as they are of one size',
    { a: 5, b: 8 },
    5,
    { a: 1, b: 4 },
  ],
  ['evenly from equal kinds', { a: 4, b: 4, c: 4 }, 6, { a: 2, b: 2, c: 2 }],
  ['an odd rest from one of them', { a: 4, b: 4 }, 3, { a: 1, b: 2 }],
  ['everything, where the excess is all', { a: 2, b: 1 }, 3, { a: 2, b: 1 }],
  ['no more than there is', { a: 2, b: 1 }, 9, { a: 2, b: 1 }],
  ['nothing from no kinds', {}, 9, {}],
])('takes %s', (_, sizes, excess, taken) => {
  const plan = planEviction(kindsOf(sizes), excess);
  expect(
    Object.fromEntries(plan.map((each) => [each.tracker, each.rejections])),
  ).toEqual(taken);
});
