import { Injectable } from '@nestjs/common';
import { INSTALL_FIELDS } from '../fields/install-fields';
import type { Install } from '../installs/install.entity';
import { InstallWriter } from '../installs/install-writer';
import type { PostbackResultDto } from './dto/postback-result.dto';
import type { Postback } from './postback';
import { toInstall } from './to-install';
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
