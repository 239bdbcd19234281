import { randomUUIDv7 } from 'node:crypto';
import type { Install } from '../../installs/install.entity';
import { fingerprintOf } from './fingerprint';
import type { Postback } from './postback';

/** The install to be stored for a postback. */
export function toInstall(
  { caller, tracker, install, defaulted }: Postback,
  installId: string = randomUUIDv7(),
): Install {
  // Without a time of its own, each repeat would have the time of its arrival.
  const hasFingerprint =
    install.id === undefined &&
    caller.dedupeWithoutId &&
    !defaulted.has('install_timestamp');
  return {
    ...install,
    project_id: caller.projectId,
    install_id: installId,
    tracker,
    fingerprint: hasFingerprint ? fingerprintOf(install) : undefined,
  };
}
