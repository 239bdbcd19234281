import { hash } from 'node:crypto';
import { readUuid } from '@app/reading';
import {
  INSTALL_FIELDS,
  type InstallFields,
} from '../../fields/install-fields';

const NAMES = INSTALL_FIELDS.map(({ name }) => name).toSorted();

/**
 * 128 bits of SHA-256 over all fields that have a value, as a UUID: equal for postbacks that
 * read the same, however they were sent. A field that is added to the table later changes no
 * fingerprint of a postback without it.
 */
export function fingerprintOf(install: InstallFields): string {
  const values = NAMES.filter((name) => install[name] !== undefined).map(
    (name) => [name, install[name]],
  );
  const digest = hash('sha256', JSON.stringify(values), 'hex');
  return readUuid(digest.slice(0, 32))!;
}
