import { BodyBudget } from './body-budget';

const LIMITS = { total: 100, share: 60, assured: 10 };

describe('the budget of bodies', () => {
  let budget: BodyBudget;

  beforeEach(() => {
    budget = new BodyBudget(LIMITS);
  });

  it('lets one owner hold its share, and no byte more', () => {
    budget.hold('a').grow(60);
    expect(() => budget.hold('a').grow(1)).toThrow(/overloaded/);
    expect(budget.held('a')).toBe(60);
  });

  it('lets all owners hold the total, and no byte more', () => {
    budget.hold('a').grow(60);
    budget.hold('b').grow(40);
    expect(() => budget.hold('b').grow(1)).toThrow(/overloaded/);
    expect(budget.held()).toBe(100);
  });

  it('lets an owner that holds little in, however much the others hold', () => {
    budget.hold('a').grow(60);
    budget.hold('b').grow(40);
    budget.hold('c').grow(10);
    expect(() => budget.hold('c').grow(1)).toThrow(/overloaded/);
  });

  it('takes back all that a request holds', () => {
    const hold = budget.hold('a');
    hold.grow(50);
    hold.shrink(20);
    hold.grow(5);
    expect(() => hold.grow(100)).toThrow(/overloaded/);
    hold.release();
    hold.release();
    expect([budget.held(), budget.held('a')]).toEqual([0, 0]);
  });
});
