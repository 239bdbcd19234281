import { describeName, nameOf } from './sender-names';

const naming = (...names: string[]) => ({ namesOf: () => names });

describe('the name of a field', () => {
  it.each([
    ['that is the same for the sender', ['ios_ifa'], 'ios_ifa', 'ios_ifa'],
    [
      'that has another name for the sender',
      ['idfa'],
      'idfa',
      'idfa (our ios_ifa)',
    ],
    [
      'that has several names for the sender',
      ['idfa', 'ifa'],
      'idfa',
      'idfa or ifa (our ios_ifa)',
    ],
    ['that the sender has no name for', [], 'ios_ifa', 'ios_ifa'],
  ])('%s', (_, names, name, description) => {
    expect(nameOf(naming(...names), 'ios_ifa')).toBe(name);
    expect(describeName(naming(...names), 'ios_ifa')).toBe(description);
  });
});
