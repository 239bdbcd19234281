import {
  IDENTIFIERS as FIELD_IDENTIFIERS,
  INSTALL_FIELDS,
} from '../../../src/fields/install-fields';
import { CANONICAL_FIELDS, IDENTIFIERS } from '../src/canonical-field';

const LIBRARY = 'libs/trackers/src/canonical-field.ts';
const SERVICE = 'src/fields/install-fields.ts';

/** What to do for each name that only one of the files has. */
function differences(
  inLibrary: readonly string[],
  inService: readonly string[],
): string[] {
  return [
    ...missing(inService, inLibrary, LIBRARY),
    ...missing(inLibrary, inService, SERVICE),
  ];
}

/** What to do for each of the names that `file` does not have. */
function missing(
  names: readonly string[],
  inFile: readonly string[],
  file: string,
): string[] {
  return names
    .filter((name) => !inFile.includes(name))
    .map((name) => `${name}: add it to ${file}, or remove it`);
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
