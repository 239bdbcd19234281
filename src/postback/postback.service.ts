import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { INSTALL_FIELDS } from '../fields/install-fields';
import type { Install } from '../installs/install.entity';
import { InstallWriter } from '../installs/install-writer';
import type { PostbackResultDto } from './dto/postback-result.dto';
import { fingerprintOf } from './fingerprint';
import type { Postback } from './postback';
import { withinDeadline } from './within-deadline';

@Injectable()
export class PostbackService {
  constructor(private readonly writer: InstallWriter) {}

  /** Commits the install and says what became of it. */
  async record(postback: Postback): Promise<PostbackResultDto> {
    const sent = toInstall(postback);
    const { status, install } = await withinDeadline(
      postback.arrivedAt,
      this.writer.write(sent),
    );
    return {
      status,
      install_id: install.install_id,
      received_at: install.received_at,
      ...(status === 'duplicate' && {
        differs: differences(sent, install, postback.defaulted),
      }),
      warnings: postback.warnings,
    };
  }
}

function toInstall({ caller, tracker, install, defaulted }: Postback): Install {
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
    install_id: randomUUIDv7(),
    tracker,
    received_at,
    fingerprint: recognisable ? fingerprintOf(install) : undefined,
  };
}

/** The fields in which two installs differ; a value by default says nothing. */
function differences(
  sent: Install,
  first: Install,
  defaulted: Postback['defaulted'],
): string[] {
  return INSTALL_FIELDS.map(({ name }) => name).filter(
    (name) =>
      !defaulted.has(name) &&
      sent[name]?.valueOf() !== (first[name] ?? undefined)?.valueOf(),
  );
}
