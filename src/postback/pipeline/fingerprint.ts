import { hash } from 'node:crypto';
import {
  INSTALL_FIELDS,
  type InstallFields,
} from '../../fields/install-fields';

const NAMES = INSTALL_FIELDS.map(({ name }) => name).toSorted();

/** The 128 bits of a UUID in hexadecimal, then whatever follows. */
const UUID_BITS = /^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/;

/**
 * The first 128 bits of SHA-256 over all fields that have a value, as a UUID. Postbacks with equal values have equal
 * fingerprints, in whatever form they were sent. A field that is added to the table later does not change the fingerprint
 * of a postback without it.
 */
export function fingerprintOf(install: InstallFields): string {
  const values = NAMES.filter((name) => install[name] !== undefined).map(
    (name) => [name, install[name]],
  );
  return hash('sha256', JSON.stringify(values), 'hex').replace(
    UUID_BITS,
    '$1-$2-$3-$4-$5',
  );
}
