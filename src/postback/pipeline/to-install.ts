import { randomUUIDv7 } from 'node:crypto';
import type { Install } from '../../installs/install.entity';
import { fingerprintOf } from './fingerprint';
import type { Postback } from './postback';

/** The install that a postback tells of, as it is to be stored. */
export function toInstall(
  { caller, tracker, install, defaulted }: Postback,
  installId: string = randomUUIDv7(),
): Install {
  const { received_at, ...fields } = install;
  const recognisable =
    fields.id === undefined &&
    caller.dedupeWithoutId &&
    !defaulted.has('install_timestamp');
  return {
    ...fields,
    install_timestamp: fields.install_timestamp!,
    click_timestamp: fields.click_timestamp!,
    project_id: caller.projectId,
    install_id: installId,
    tracker,
    received_at,
    fingerprint: recognisable ? fingerprintOf(install) : undefined,
  };
}
