import {
  IDENTIFIERS as FIELD_IDENTIFIERS,
  INSTALL_FIELDS,
} from '../../../src/fields/install-fields';
import { CANONICAL_FIELDS, IDENTIFIERS } from '../src/canonical-field';

const LIBRARY = 'libs/trackers/src/canonical-field.ts';
const SERVICE = 'src/fields/install-fields.ts';

/** One line for each name that only one of the files has. */
function differences(
  inLibrary: readonly string[],
  inService: readonly string[],
): string[] {
  const without = (names: readonly string[], file: string, others: string[]) =>
    names
      .filter((name) => !others.includes(name))
      .map((name) => `${name}: add it to ${file}, or remove it`);
  return [
    ...without(inService, LIBRARY, [...inLibrary]),
    ...without(inLibrary, SERVICE, [...inService]),
  ];
}

describe('this library and the table of fields have the same', () => {
  it('fields', () =>
    expect(
      differences(
        CANONICAL_FIELDS,
        INSTALL_FIELDS.map(({ name }) => name),
      ),
    ).toEqual([]));

  it('identifiers', () =>
    expect(differences(IDENTIFIERS, FIELD_IDENTIFIERS)).toEqual([]));
});
