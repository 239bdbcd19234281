import { hash } from 'node:crypto';
import { toUuid } from '@app/reading';
import {
  INSTALL_FIELDS,
  type InstallFields,
} from '../../fields/install-fields';

const NAMES = INSTALL_FIELDS.map(({ name }) => name).toSorted();

/**
 * The first 128 bits of SHA-256 over all fields that have a value, as a UUID. Postbacks with equal values have equal
 * fingerprints, in whatever form they were sent. A field that is added to the table later does not change the fingerprint
 * of a postback without it.
 */
export function fingerprintOf(install: InstallFields): string {
  const values = NAMES.filter((name) => install[name] !== undefined).map(
    (name) => [name, install[name]],
  );
  return toUuid(hash('sha256', JSON.stringify(values)));
}
