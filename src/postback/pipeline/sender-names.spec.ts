import { describeName, nameOf } from './sender-names';

const naming = (...names: string[]) => ({ namesOf: () => names });

describe('the name of a field', () => {
  it.each([
    ['that the sender calls as we do', ['ios_ifa'], 'ios_ifa', 'ios_ifa'],
    ['with a name of its own', ['idfa'], 'idfa', 'idfa (our ios_ifa)'],
    ['with several', ['idfa', 'ifa'], 'idfa', 'idfa or ifa (our ios_ifa)'],
    ['that the sender lacks', [], 'ios_ifa', 'ios_ifa'],
  ])('%s', (_, names, name, description) => {
    expect(nameOf(naming(...names), 'ios_ifa')).toBe(name);
    expect(describeName(naming(...names), 'ios_ifa')).toBe(description);
  });
});
